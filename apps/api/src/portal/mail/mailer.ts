/** Renders messages and hands them to the mail server. */

import { once } from 'node:events';
import type { SendMailOptions } from 'nodemailer';
import { linkToken } from '../../access/link-token.ts';
import { GiveUpError } from '../../jobs/job.ts';
import { templates, type LinkContext, type Message, type TemplateName } from './templates.ts';

export interface Mailer {
  /**
   * Resolves when the mail server has taken the message.
   * @throws GiveUpError when it refuses the message for good
   */
  send(mail: QueuedMail, signal: AbortSignal): Promise<void>;
}

interface QueuedMail {
  recipient: string;
  template: TemplateName;
  data: Record<string, unknown>;
}

export interface MailerOptions {
  smtpUrl: string;
  /** As in `Audit Trails <audit@example.com>`. */
  from: string;
  /** Where people reach the service: links begin with it. */
  url: string;
  secret: Buffer;
}

export async function createMailer({ smtpUrl, from, url, secret }: MailerOptions): Promise<Mailer> {
  const { createTransport } = await import('nodemailer');
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 15_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const links: LinkContext = { url, token: (purpose, id) => linkToken(secret, purpose, id) };
  return {
    async send({ recipient, template, data }, signal) {
      const { subject, text } = render(template, data, links);
      const sending = transport.sendMail({ from, to: recipient, subject, text, ...automatic });
      // A server that trickles keeps every other time limit from expiring.
      const aborted = once(signal, 'abort').then(() => Promise.reject(signal.reason as Error));
      try {
        await Promise.race([sending, aborted]);
      } catch (error) {
        const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
        const refused = responseCode >= 500 && code !== 'EAUTH';
        throw refused ? new GiveUpError((error as Error).message, { cause: error }) : error;
      }
    },
  };
}

/** Tells programs that answer mail not to. */
const automatic: SendMailOptions = { headers: { 'Auto-Submitted': 'auto-generated' } };

function render(
  template: TemplateName,
  data: Record<string, unknown>,
  links: LinkContext,
): Message {
  const make = templates[template] as (data: unknown, links: LinkContext) => Message;
  return make(data, links);
}
