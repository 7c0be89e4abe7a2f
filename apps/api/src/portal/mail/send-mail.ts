/** The job that sends an e-mail, with retries until the mail server accepts it. */

import { z } from 'zod';
import { defineJob } from '../../jobs/job.ts';
import type { Mailer } from './mailer.ts';
import { templates, type TemplateName } from './templates.ts';

export interface MailerContext {
  /** Undefined when this process has no mail server. */
  mailer: Mailer | undefined;
}

export const sendMail = defineJob({
  name: 'mail',
  payload: z.object({
    recipient: z.string(),
    template: z.enum(Object.keys(templates) as [TemplateName, ...TemplateName[]]),
    data: z.record(z.string(), z.unknown()),
  }),
  concurrency: 2,
  timeoutSeconds: 40,
  // About a day.
  attempts: 32,
  isEnabled: ({ mailer }: MailerContext) => mailer !== undefined,
  async run({ mailer }, message, signal) {
    // A crash after this sends the e-mail a second time, which is better than losing it.
    await mailer?.send(message, signal);
  },
});
