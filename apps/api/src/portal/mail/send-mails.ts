/** Hands the queued messages to the mail server: each until it was taken, with growing pauses. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Pool } from 'pg';
import type { SendMailOptions, Transporter } from 'nodemailer';
import { linkToken } from '../../access/link-token.ts';
import { templates, type LinkContext, type Message } from './templates.ts';

export interface MailSender {
  /** `url` is where people reach the service: links begin with it. */
  start(url: string): Promise<void>;
  /** Finishes the message under way, unless the mail server keeps it waiting. */
  stop(): Promise<void>;
}

export interface MailSenderOptions {
  pool: Pool;
  /** Undefined: nothing is sent. */
  smtpUrl: string | undefined;
  /** As in `Audit Trails <audit@example.com>`. */
  from: string;
  secret: Buffer;
  log: Logger;
}

const idleMs = 500;

/**
 * The pause after the first attempt, doubled by each further one up to the last. The first is longer than an attempt
 * may take, so that no other process sends the same message meanwhile.
 */
const pauseSeconds = { first: 60, last: 60 * 60 };
const attemptMs = 40_000;

const stopWithinMs = 5_000;

/** A message that was not taken by so many attempts is given up. */
const attemptsMax = 30;

/** Sends once started; any number of processes may. */
export function createMailSender(options: MailSenderOptions): MailSender {
  const { pool, smtpUrl, from, secret, log } = options;
  const stopped = new AbortController();
  let running: Promise<void> | undefined;
  let transport: Transporter | undefined;
  let links: LinkContext;

  async function openTransport(smtp: string): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    return createTransport({
      url: smtp,
      connectionTimeout: 10_000,
      greetingTimeout: 10_000,
      socketTimeout: 15_000,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  }

  async function run(transport: Transporter): Promise<void> {
    while (!stopped.signal.aborted) {
      const sent = await sendNext(transport).catch((error: unknown) => {
        log.warn({ err: error }, 'the queue of messages cannot be read');
        return false;
      });
      if (!sent) await delay(idleMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }

  /** False when none is due. */
  async function sendNext(transport: Transporter): Promise<boolean> {
    const mail = await claimNext(pool);
    if (!mail) return false;
    try {
      const { subject, text } = render(mail, links);
      await bounded(transport.sendMail({ from, to: mail.recipient, subject, text, ...automatic }));
    } catch (error) {
      await postpone(pool, mail, error, log);
      return true;
    }
    // A crash before this sends the message again: twice is better than never.
    await pool.query('delete from mails where id = $1', [mail.id]);
    return true;
  }

  return {
    async start(url) {
      if (smtpUrl === undefined) {
        log.warn(
          'no e-mail is sent: without SMTP_URL nobody can sign up, reset a password or invite',
        );
        return;
      }
      links = { url, token: (purpose, id) => linkToken(secret, purpose, id) };
      transport = await openTransport(smtpUrl);
      running = run(transport);
    },
    async stop() {
      stopped.abort();
      await Promise.race([running, delay(stopWithinMs, undefined, { ref: false })]);
      transport?.close();
    },
  };
}

/** Tells programs that answer mail not to. */
const automatic: SendMailOptions = { headers: { 'Auto-Submitted': 'auto-generated' } };

interface MailRow {
  id: string;
  recipient: string;
  template: string;
  data: unknown;
  attempts: number;
}

/** Takes the next that is due out of every process's sight until its pause is over. */
async function claimNext(pool: Pool): Promise<MailRow | undefined> {
  const { rows } = await pool.query<MailRow>(
    `update mails set attempts = attempts + 1,
       next_attempt_at = now() + least($1 * 2 ^ least(attempts, 20), $2) * interval '1 second'
     where id = (
       select id from mails where next_attempt_at <= now() order by next_attempt_at limit 1 for update skip locked
     )
     returning id, recipient, template, data, attempts`,
    [pauseSeconds.first, pauseSeconds.last],
  );
  return rows[0];
}

function render({ template, data }: MailRow, links: LinkContext): Message {
  const make = (templates as Record<string, unknown>)[template];
  if (typeof make !== 'function') throw new Error(`There is no template ${template}.`);
  return (make as (data: unknown, links: LinkContext) => Message)(data, links);
}

/** A server that trickles is cut off before another process may try. */
async function bounded<T>(sending: Promise<T>): Promise<T> {
  const over = new AbortController();
  const limit = delay(attemptMs, undefined, { signal: over.signal }).then(() => {
    throw new Error(`The mail server did not take the message within ${attemptMs / 1000} s.`);
  });
  try {
    return await Promise.race([sending, limit]);
  } finally {
    over.abort();
    limit.catch(() => {});
    sending.catch(() => {});
  }
}

/** What is refused for good, or was tried long enough, stays without a next attempt, with its reason, and is a metric. */
async function postpone(
  pool: Pool,
  { id, template, attempts }: MailRow,
  error: unknown,
  log: Logger,
): Promise<void> {
  const { code, responseCode = 0 } = error as { code?: string; responseCode?: number };
  const refused = responseCode >= 500 && code !== 'EAUTH';
  const givenUp = refused || attempts >= attemptsMax;
  // Not the error as it is: it names the recipient.
  log[givenUp ? 'error' : 'warn'](
    { mail: id, template, attempts, code, responseCode },
    givenUp ? 'a message was given up' : 'a message was not sent; it is tried again',
  );
  await pool.query(
    `update mails set last_error = $2, next_attempt_at = case when $3 then 'infinity' else next_attempt_at end
     where id = $1`,
    [id, error instanceof Error ? error.message : String(error), givenUp],
  );
}
