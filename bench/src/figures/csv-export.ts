/** The CSV export of a million events and its memory growth, compared with a cursor whose rows are discarded. */

import { measurePairs, printFigure } from '../figure.ts';
import { openCalls } from '../http-calls.ts';
import { memoryOf } from '../processes.ts';
import type { World } from '../world.ts';

const rowsMax = 1_000_000;
const cursorRows = 1_000;
const sampleMs = 50;

export async function csvExport(world: World): Promise<void> {
  const { organizationId, events } = world.trail;
  const rows = Math.min(rowsMax, events);
  // Excludes sign-ins recorded during the run.
  const to = new Date(world.trail.lastMs);
  const { rows: first } = await world.owner.query<{ at: Date }>(
    `select at from audit_events where organization_id = $1 and at <= $3
     order by at desc, seq desc offset $2 limit 1`,
    [organizationId, rows - 1, to],
  );
  const from = first[0]?.at ?? new Date(0);
  const authorization = `Bearer ${await world.key(['read'], [organizationId])}`;
  const calls = openCalls(world.api.url, { authorization });
  const path = `/api/v1/events.csv?from=${from.toISOString()}&to=${to.toISOString()}`;
  const memory = watchMemory(world.api.child.pid ?? 0);
  const { runs: _runs, ...figures } = await measurePairs(
    async () => {
      const startedAt = performance.now();
      const read = await readByCursor(world, organizationId, from, to);
      if (read !== rows) throw new Error(`The cursor read ${read} rows, not ${rows}.`);
      return (rows * 1000) / (performance.now() - startedAt);
    },
    async () => {
      const startedAt = performance.now();
      await calls.drain(path);
      return { value: (rows * 1000) / (performance.now() - startedAt) };
    },
  );
  calls.close();
  printFigure({
    name: `CSV export of ${rows} events`,
    unit: 'rows/s',
    ...figures,
    bars: [{ min: 0.4 }, { of: 'grownMb', max: 100 }],
    grownMb: memory.stop() / 1e6,
  });
}

async function readByCursor(
  { owner }: World,
  organizationId: string,
  from: Date,
  to: Date,
): Promise<number> {
  await owner.query('begin');
  await owner.query(
    `declare bare no scroll cursor for
     select organization_id, seq, id, at, logged_at, late, type, outcome, key_id, disclosures
     from audit_events where organization_id = '${organizationId}'
       and at between '${from.toISOString()}' and '${to.toISOString()}' order by at desc, seq desc`,
  );
  let read = 0;
  for (;;) {
    const { rows } = await owner.query({ name: 'fetch', text: `fetch ${cursorRows} from bare` });
    read += rows.length;
    if (rows.length < cursorRows) break;
  }
  await owner.query('commit');
  return read;
}

/** The peak growth of memory, from before the first export until after the last. */
function watchMemory(pid: number) {
  const before = memoryOf(pid);
  let most = before;
  const timer = setInterval(() => (most = Math.max(most, memoryOf(pid))), sampleMs);
  return {
    stop(): number {
      clearInterval(timer);
      return Math.max(most, memoryOf(pid)) - before;
    },
  };
}
