/** Queues an e-mail in the transaction of the act that causes it, so both are committed or neither. */

import type { Transaction } from 'sequelize';
import type { JobsContext } from '../../jobs/job-queue.ts';
import { sendMail } from './send-mail.ts';
import type { TemplateData, TemplateName } from './templates.ts';

export interface Mail<T extends TemplateName> {
  /** An e-mail address. */
  recipient: string;
  template: T;
  /** Contains no secrets: links are created when the e-mail is sent. */
  data: TemplateData<T>;
}

/** Sent soon after the commit, and retried for about a day until the mail server accepts it. */
export async function queueMail<T extends TemplateName>(
  { jobs }: JobsContext,
  transaction: Transaction,
  { recipient, template, data }: Mail<T>,
): Promise<void> {
  await jobs.enqueue(transaction, sendMail, { recipient, template, data: { ...data } });
}
