/** `npm run bench`: every figure against bare Postgres, measured in the same run, one JSON line each. */

import { parseArgs } from 'node:util';
import { tell } from './figure.ts';
import { csvExport } from './figures/csv-export.ts';
import { firstLoad } from './figures/first-load.ts';
import { ingest } from './figures/ingest.ts';
import { oneEvent } from './figures/one-event.ts';
import { pages } from './figures/pages.ts';
import { thousandOrganizations } from './figures/thousand-organizations.ts';
import { verification } from './figures/verification.ts';
import { openWorld, type World } from './world.ts';

const { values } = parseArgs({
  options: {
    /** Names of figures; all when absent. */
    only: { type: 'string', multiple: true },
    /** Events of the filled trail. */
    events: { type: 'string', default: '2000000' },
  },
});

/** In this order: reading first, while the trail is as it was filled. */
const figures: Record<string, (world: World) => Promise<void> | void> = {
  pages,
  'csv-export': csvExport,
  'one-event': oneEvent,
  ingest,
  'thousand-organizations': thousandOrganizations,
  verification,
  'first-load': firstLoad,
};

await using world = await openWorld(Number(values.events));
for (const [name, measure] of Object.entries(figures)) {
  if (values.only && !values.only.includes(name)) continue;
  tell(name);
  await measure(world);
}
