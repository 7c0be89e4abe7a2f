/** The SDK in a process of its own: emits sample events and tells how long it took and what it cost. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A task for the process. */
export interface Emission {
  url: string;
  apiKey: string;
  /** Events go to each in turn. */
  organizationIds: readonly string[];
  /** How many; absent: for as long as `seconds` says. */
  events?: number;
  seconds?: number;
  /** Events that may wait for their acknowledgement; with 1, one event after the other. */
  unacknowledgedMax: number;
  /** Absent: as fast as it goes. */
  eventsPerSecond?: number;
}

export interface Emitted {
  events: number;
  failures: number;
  seconds: number;
  cpuSeconds: number;
  /** From emit to acknowledgement: p50, p95, p99. */
  latenciesMs: [number, number, number];
  residentBytes: number;
}

export interface Emitter extends AsyncDisposable {
  emit(emission: Emission): Promise<Emitted>;
  pid: number;
}

export function startEmitter(): Emitter {
  const child = fork(join(import.meta.dirname, 'emitter-process.ts'));
  const exited = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    async emit(emission) {
      child.send(emission);
      const [answer] = (await Promise.race([once(child, 'message'), ended()])) as [
        Emitted | { error: string },
      ];
      if ('error' in answer) throw new Error(answer.error);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      child.disconnect();
      await exited;
    },
  };

  async function ended(): Promise<never> {
    const [code] = (await exited) as [number];
    throw new Error(`The emitter ended with code ${code}.`);
  }
}
