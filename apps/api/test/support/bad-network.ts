/** A proxy on loopback between a client and a server that injects faults in both directions. */

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What happens to a piece of a request or a response:
 * - `delay`: it arrives later
 * - `cut`: half of it arrives, then both ends see the connection close
 * - `reset`: nothing of it arrives, and both ends see a reset; for a response, the client never learns of the commit
 * - `swallow`: neither it nor anything after it on this connection arrives, without an error
 * - `twice`: a response arrives twice; a request is also sent over a second connection whose response is not read
 */
export const fates = ['delay', 'cut', 'reset', 'swallow', 'twice'] as const;
export type Fate = (typeof fates)[number];

export interface BadNetwork extends AsyncDisposable {
  url: string;
  /** How often each fault hit requests and responses. */
  happened: Record<'request' | 'answer', Record<Fate, number>>;
  /** The probability of a fault per piece; 1 with only `swallow` is a dead network. */
  misbehave(chance: number, among?: readonly Fate[]): void;
}

export async function openBadNetwork(serverPort: number): Promise<BadNetwork> {
  const sockets = new Set<Socket>();
  const happened = { request: noFates(), answer: noFates() };
  let chance = 0;
  let among: readonly Fate[] = fates;
  const drawn = { request: 0, answer: 0 };

  /** Which piece is hit is random; the faults take turns, so that each occurs. */
  function draw(way: 'request' | 'answer'): Fate | undefined {
    if (Math.random() >= chance) return undefined;
    const fate = among[drawn[way] % among.length] as Fate;
    drawn[way] += 1;
    happened[way][fate] += 1;
    return fate;
  }

  function open(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    return socket.setNoDelay(true);
  }

  const proxy = createServer((client) => {
    open(client);
    const server = open(connect(serverPort, '127.0.0.1'));
    carry(
      client,
      server,
      () => draw('request'),
      (piece) => {
        const again = open(connect(serverPort, '127.0.0.1'));
        again.end(piece);
        again.resume();
      },
    );
    carry(
      server,
      client,
      () => draw('answer'),
      (piece) => client.write(piece),
    );
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    happened,
    misbehave(newChance, newAmong = fates) {
      chance = newChance;
      among = newAmong;
    },
    async [Symbol.asyncDispose]() {
      proxy.close();
      for (const socket of sockets) socket.destroy();
      await once(proxy, 'close');
    },
  };
}

/** Forwards pieces in order and applies each one's fault. */
function carry(
  from: Socket,
  to: Socket,
  draw: () => Fate | undefined,
  repeat: (piece: Buffer) => void,
): void {
  let silent = false;
  from.on('data', (piece: Buffer) => {
    if (silent) return;
    const fate = draw();
    switch (fate) {
      case 'delay':
        from.pause();
        setTimeout(() => {
          to.write(piece);
          from.resume();
        }, Math.random() * 300);
        return;
      case 'cut':
        to.end(piece.subarray(0, Math.ceil(piece.length / 2)));
        from.destroy();
        return;
      case 'reset':
        to.resetAndDestroy();
        from.resetAndDestroy();
        return;
      case 'swallow':
        silent = true;
        return;
      case 'twice':
        to.write(piece);
        repeat(piece);
        return;
      case undefined:
        to.write(piece);
    }
  });
  from.on('close', () => to.destroySoon());
}

const noFates = () => Object.fromEntries(fates.map((fate) => [fate, 0])) as Record<Fate, number>;
