/** A proxy on loopback between a client and a server that injects faults in both directions. */

import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/**
 * What happens to a piece of a request or an answer:
 * - `delay`: it arrives later
 * - `cut`: half of it arrives, then both ends see the connection close
 * - `reset`: nothing of it arrives, both ends see a reset; of an answer that is a commit nobody hears of
 * - `swallow`: neither it nor what follows on this connection arrives, and nobody is told
 * - `twice`: an answer arrives twice; a request also over a connection of its own, whose answer nobody reads
 */
export const fates = ['delay', 'cut', 'reset', 'swallow', 'twice'] as const;
export type Fate = (typeof fates)[number];

export interface BadNetwork extends AsyncDisposable {
  url: string;
  /** How often each thing happened to requests and to answers. */
  happened: Record<'request' | 'answer', Record<Fate, number>>;
  /** The chance of something happening to a piece; 1 with `swallow` alone is a network that is dead. */
  misbehave(chance: number, among?: readonly Fate[]): void;
}

export async function openBadNetwork(serverPort: number): Promise<BadNetwork> {
  const sockets = new Set<Socket>();
  const happened = { request: noFates(), answer: noFates() };
  let chance = 0;
  let among: readonly Fate[] = fates;
  const drawn = { request: 0, answer: 0 };

  /** Which piece it hits is chance; what happens takes turns, so that everything does. */
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

/** From one end to the other, in order, each piece by its fate. */
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
