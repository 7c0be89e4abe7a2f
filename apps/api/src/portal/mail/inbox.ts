/** A mail server on loopback that keeps the last messages in memory, for whoever develops: nothing leaves the machine. */

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
  /** Where messages are handed over. */
  smtpUrl: string;
  /** Newest first. */
  list(): readonly Letter[];
  stop(): Promise<void>;
}

const keptMax = 100;

/** Opens it on a free port. */
export async function openInbox(clock: () => number): Promise<Inbox> {
  const [{ SMTPServer }, { default: PostalMime }] = await Promise.all([
    import('smtp-server'),
    import('postal-mime'),
  ]);
  let letters: readonly Letter[] = [];
  let id = 0;
  async function keep(stream: Readable, recipients: string[]): Promise<void> {
    const message = await PostalMime.parse(await text(stream));
    const letter = {
      id: ++id,
      to: recipients.join(', '),
      subject: message.subject ?? '',
      text: message.text ?? '',
      receivedAt: new Date(clock()).toISOString(),
    };
    letters = [letter, ...letters].slice(0, keptMax);
  }

  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    size: 1024 * 1024,
    rejectOversized: true,
    disableReverseLookup: true,
    onData(stream, { envelope: { rcptTo } }, done) {
      callbackify(keep)(
        stream,
        rcptTo.map(({ address }) => address),
        done,
      );
    },
  });
  // A client that breaks off is no failure of ours.
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
