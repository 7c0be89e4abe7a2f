/** A mail server on loopback for development. Keeps the last messages in memory and delivers nothing. */

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { callbackify } from 'node:util';

export interface Letter {
  id: number;
  to: string;
  subject: string;
  text: string;
  receivedAt: string;
}

export interface Inbox {
  /** The server's address. */
  smtpUrl: string;
  /** Newest first. */
  list(): readonly Letter[];
  stop(): Promise<void>;
}

const messagesMax = 100;

/** Listens on a free port. */
export async function openInbox(clock: () => number): Promise<Inbox> {
  const [{ SMTPServer }, { default: PostalMime }] = await Promise.all([
    import('smtp-server'),
    import('postal-mime'),
  ]);
  let letters: readonly Letter[] = [];
  let id = 0;
  async function store(stream: Readable, recipients: string[]): Promise<void> {
    const message = await PostalMime.parse(await text(stream));
    const letter = {
      id: ++id,
      to: recipients.join(', '),
      subject: message.subject ?? '',
      text: message.text ?? '',
      receivedAt: new Date(clock()).toISOString(),
    };
    letters = [letter, ...letters].slice(0, messagesMax);
  }

  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: 1024 * 1024,
    rejectOversized: true,
    disableReverseLookup: true,
    onData(stream, { envelope: { rcptTo } }, done) {
      callbackify(store)(
        stream,
        rcptTo.map(({ address }) => address),
        done,
      );
    },
  });
  // A client that disconnects is not an error of this server.
  server.on('error', () => {});
  const { server: socket } = server;
  server.listen(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address() as AddressInfo;
  return {
    smtpUrl: `smtp://127.0.0.1:${port}`,
    list: () => letters,
    async stop() {
      server.close();
      if (socket.listening) await once(socket, 'close');
    },
  };
}
