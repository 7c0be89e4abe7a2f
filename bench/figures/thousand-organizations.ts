/** One event of each of a thousand organisations: a commit each, against bare INSERTs with their commits. */

import { startEmitter } from '../emitter.ts';
import { measurePairs, printFigure } from '../figure.ts';
import { openFloor } from '../floor-table.ts';
import { settle, type World } from '../world.ts';

const organizationCount = 1_000;
/** As many as the API writes through at a time. */
const connectionCount = 4;

export async function thousandOrganizations(world: World): Promise<void> {
  await using emitter = startEmitter();
  const organizationIds = await world.organizations(organizationCount);
  const floor = await openFloor(world.owner, organizationIds);
  const connections = await Promise.all(
    Array.from({ length: connectionCount }, () => world.connect()),
  );
  const emission = {
    url: world.api.url,
    apiKey: await world.key(['emit'], organizationIds),
    organizationIds,
    events: organizationCount,
    unacknowledgedMax: organizationCount,
  };
  const { runs: _runs, ...figures } = await measurePairs(
    () => floor.insert(organizationCount, connections),
    async () => {
      const { events, failures, seconds } = await emitter.emit(emission);
      if (failures > 0) throw new Error(`${failures} events were not acknowledged.`);
      await settle(world);
      return { value: events / seconds };
    },
  );
  printFigure({
    name: '1,000 organisations, one event each',
    unit: 'events/s',
    ...figures,
    bars: [{ least: 0.4 }],
    connections: connectionCount,
  });
}
