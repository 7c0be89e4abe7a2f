/** The memory of API and SDK during ten minutes of maximum load. */

import { printFigure } from '../figure.ts';
import { compareEnds, sustainLoad } from '../sustained-load.ts';
import type { World } from '../world.ts';

const seconds = 600;

export async function memory(world: World): Promise<void> {
  const organizationIds = [world.trail.organizationId];
  const { events, samples } = await sustainLoad(world, {
    url: world.api.url,
    apiKey: await world.key(['emit'], organizationIds),
    organizationIds,
    seconds,
    unacknowledgedMax: 4_000,
  });
  for (const [name, key] of [
    ['API', 'apiMb'],
    ['SDK', 'sdkMb'],
  ] as const) {
    const [early, late] = compareEnds(samples, key);
    printFigure({
      name: `memory of the ${name}, ${seconds} s of full load`,
      unit: 'MB',
      value: late,
      floor: early,
      ratio: late / early,
      mostMb: Math.max(...samples.map((sample) => sample[key])),
      eventsPerSecond: events / seconds,
      behind: compareEnds(samples, 'behind'),
    });
  }
}
