/** Runs the SDK in a child process, which emits sample events and reports duration and CPU cost. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What the process should emit. */
export interface Emission {
  url: string;
  apiKey: string;
  /** Events go to these organisations in turn. */
  organizationIds: readonly string[];
  /** The number of events. Default: as many as `seconds` allows. */
  events?: number;
  seconds?: number;
  /** Maximum unacknowledged events; with 1, events are emitted one after another. */
  unacknowledgedMax: number;
  /** Default: as fast as possible. */
  eventsPerSecond?: number;
}

export interface Emitted {
  events: number;
  failures: number;
  seconds: number;
  cpuSeconds: number;
  /** Time from emit to acknowledgement: p50, p95, p99. */
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
    throw new Error(`The emitter process exited with code ${code}.`);
  }
}
