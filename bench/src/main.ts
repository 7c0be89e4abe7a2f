/** `npm run bench`: every figure against bare Postgres, measured in the same run, one JSON line each. */

import { parseArgs } from 'node:util';
import { printProgress } from './figure.ts';
import { csvExport } from './figures/csv-export.ts';
import { firstLoad } from './figures/first-load.ts';
import { growth } from './figures/growth.ts';
import { ingest } from './figures/ingest.ts';
import { memory } from './figures/memory.ts';
import { oneEvent } from './figures/one-event.ts';
import { pages } from './figures/pages.ts';
import { manyOrganizations, thousandOrganizations } from './figures/many-organizations.ts';
import { soak } from './figures/soak.ts';
import { verification } from './figures/verification.ts';
import { openWorld, type World } from './world.ts';

const { values } = parseArgs({
  options: {
    /** The figures to measure. Default: those of the table, or those of `--large`. */
    only: { type: 'string', multiple: true },
    /** The size of the filled trail. */
    events: { type: 'string' },
    /** Figures that take hours: growth to 10 million events, memory, thousands of organisations. */
    large: { type: 'boolean', default: false },
    /** Duration of the soak test, which only runs with `--large` or `--only soak`. */
    minutes: { type: 'string', default: '15' },
  },
});

type Measure = (world: World) => Promise<void> | void;

/** In this order: reads first, while the trail is unchanged. */
const table: Record<string, Measure> = {
  pages,
  'csv-export': csvExport,
  'one-event': oneEvent,
  ingest,
  'thousand-organizations': thousandOrganizations,
  verification,
  'first-load': firstLoad,
};

const large: Record<string, Measure> = {
  organizations: async (world) => {
    await manyOrganizations(world, 1_000);
    await manyOrganizations(world, 10_000);
  },
  growth,
  memory,
  soak: (world) => soak(world, Number(values.minutes) * 60),
};

const chosen = values.only ?? Object.keys(values.large ? large : table);
const figures = { ...table, ...large };
const unknown = chosen.filter((name) => !(name in figures));
if (unknown.length > 0) {
  throw new Error(
    `Unknown figure: ${unknown.join(', ')}. Choose from ${Object.keys(figures).join(', ')}.`,
  );
}
const events = values.events ?? (values.large ? 20_000 : 2_000_000);
await using world = await openWorld(Number(events));
for (const name of chosen) {
  printProgress(name);
  await figures[name]?.(world);
}
