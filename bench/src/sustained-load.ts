/** Sustained load, sampling memory, connections and lag every few seconds. */

import { setTimeout as delay } from 'node:timers/promises';
import { startEmitter, type Emission, type Emitted } from './emitter.ts';
import { median } from './figure.ts';
import { memoryOf } from './processes.ts';
import { readBehind } from './template.ts';
import type { World } from './world.ts';

export interface Sample {
  apiMb: number;
  sdkMb: number;
  /** All connections to the database. */
  connections: number;
  /** Events that are not yet signed or projected. */
  behind: number;
}

export interface Sustained extends Emitted {
  samples: Sample[];
}

const sampleMs = 2_000;

/** Runs the emission, sampling until it ends. */
export async function sustainLoad(world: World, emission: Emission): Promise<Sustained> {
  await using emitter = startEmitter();
  const over = new AbortController();
  const emitting = emitter.emit(emission).finally(() => over.abort());
  const samples: Sample[] = [];
  while (!over.signal.aborted) {
    await delay(sampleMs, undefined, { signal: over.signal }).catch(() => {});
    samples.push(await sample(world, emitter.pid));
  }
  const emitted = await emitting;
  if (emitted.failures > 0) throw new Error(`${emitted.failures} events were not acknowledged.`);
  return { ...emitted, samples };
}

/** Medians of the second and the last tenth of the samples; the first tenth is a warm-up. */
export function compareEnds(samples: readonly Sample[], key: keyof Sample): [number, number] {
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const early = samples.slice(tenth, 2 * tenth);
  return [early, samples.slice(-tenth)].map((part) => median(part.map((each) => each[key]))) as [
    number,
    number,
  ];
}

async function sample(world: World, sdkPid: number): Promise<Sample> {
  const { rows } = await world.owner.query<{ connections: number }>(
    'select count(*)::int as connections from pg_stat_activity where datname = current_database()',
  );
  return {
    apiMb: memoryOf(world.api.child.pid ?? 0) / 1e6,
    sdkMb: memoryOf(sdkPid) / 1e6,
    connections: rows[0]?.connections ?? 0,
    behind: await readBehind(world.owner),
  };
}
