/** Ingest and pages while one trail grows; neither may depend on its length. */

import { settle, type World } from '../world.ts';
import { ingestOne } from './ingest.ts';
import { pages } from './pages.ts';

const sizes = [20_000, 200_000, 2_000_000, 10_000_000];

/** Grows the filled trail to each size and measures there. */
export async function growth(world: World): Promise<void> {
  for (const size of sizes) {
    if (size > world.trail.events) await world.fill(size - world.trail.events);
    await settle(world);
    await world.owner.query('vacuum analyze');
    await pages(world);
    await ingestOne(world);
  }
}
