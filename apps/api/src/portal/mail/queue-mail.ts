/** Queues a message in the transaction of the act that it tells of: both stand, or neither does. */

import type { Transaction } from 'sequelize';
import type { JobsContext } from '../../jobs/job-queue.ts';
import { sendMail } from './send-mail.ts';
import type { TemplateData, TemplateName } from './templates.ts';

export interface Mail<T extends TemplateName> {
  /** An e-mail address. */
  recipient: string;
  template: T;
  /** Nothing secret: links are made when the message is sent. */
  data: TemplateData<T>;
}

/** It is sent soon after the commit, and until the mail server has taken it. */
export async function queueMail<T extends TemplateName>(
  { jobs }: JobsContext,
  transaction: Transaction,
  { recipient, template, data }: Mail<T>,
): Promise<void> {
  await jobs.enqueue(transaction, sendMail, { recipient, template, data: { ...data } });
}
