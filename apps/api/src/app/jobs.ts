/** The list of the service's jobs. */

import type { Job } from '../jobs/job.ts';
import { deleteExpiredLinks } from '../portal/identity/delete-expired-links.ts';
import { sendResetLink } from '../portal/identity/send-reset-link.ts';
import { sendMail, type MailerContext } from '../portal/mail/send-mail.ts';
import type { PortalContext } from '../portal/portal-context.ts';

export type JobContext = PortalContext & MailerContext;

export const jobs: readonly Job<unknown, JobContext>[] = [
  sendMail,
  sendResetLink,
  deleteExpiredLinks,
];
