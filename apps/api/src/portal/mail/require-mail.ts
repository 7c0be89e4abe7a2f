/** Refuses what cannot be done without e-mail where the service sends none. */

import { AppError } from '@liblab/audit-core';
import type { Config } from '../../config.ts';

/** Called before the act. Throws `mail_unavailable`. */
export function requireMail({ smtpUrl, inbox }: Pick<Config, 'smtpUrl' | 'inbox'>): void {
  if (smtpUrl !== undefined || inbox) return;
  throw new AppError(
    'mail_unavailable',
    'This service sends no e-mail, and this needs one; whoever runs it can set SMTP_URL.',
  );
}
