/** Rejects operations that need e-mail when the service cannot send any. */

import { AppError } from '@liblab/audit-core';
import type { Config } from '../../config.ts';

/** @throws AppError `mail_unavailable` */
export function requireMail({ smtpUrl, inbox }: Pick<Config, 'smtpUrl' | 'inbox'>): void {
  if (smtpUrl !== undefined || inbox) return;
  throw new AppError(
    'mail_unavailable',
    'This needs an e-mail, and this service is not configured to send any. Ask its operator to set SMTP_URL.',
  );
}
