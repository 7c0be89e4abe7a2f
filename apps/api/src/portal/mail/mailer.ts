/** Renders e-mails and sends them to the mail server. */

import { once } from 'node:events';
import type { SendMailOptions } from 'nodemailer';
import { linkToken } from '../../access/link-token.ts';
import { GiveUpError } from '../../jobs/job.ts';
import { templates, type LinkContext, type Message, type TemplateName } from './templates.ts';

export interface Mailer {
  /**
   * Resolves when the mail server has accepted the message.
   *
   * @throws GiveUpError when the server rejects the message permanently
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
  /** The public URL of the service, with which links begin. */
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
      // The timeouts above restart with every byte, so a slow server could otherwise block the job.
      const aborted = once(signal, 'abort').then(() => Promise.reject(signal.reason as Error));
      try {
        await Promise.race([sending, aborted]);
      } catch (error) {
        const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
        const isPermanent = responseCode >= 500 && code !== 'EAUTH';
        throw isPermanent ? new GiveUpError((error as Error).message, { cause: error }) : error;
      }
    },
  };
}

/** Prevents automatic replies. */
const automatic: SendMailOptions = { headers: { 'Auto-Submitted': 'auto-generated' } };

function render(
  template: TemplateName,
  data: Record<string, unknown>,
  links: LinkContext,
): Message {
  const renderTemplate = templates[template] as (data: unknown, links: LinkContext) => Message;
  return renderTemplate(data, links);
}
