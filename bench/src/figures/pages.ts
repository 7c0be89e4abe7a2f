/** Pages of 50 events: their time beyond a no-op call, compared with the bare SELECT of the same rows. */

import { measurePairs, median, printFigure } from '../figure.ts';
import { openCalls, queryPath, type Calls } from '../http-calls.ts';
import { mainType, personOf } from '../sample-events.ts';
import { settle, type World } from '../world.ts';

const pageEvents = 50;
const callsPerRun = 200;
const columns = 'organization_id, seq, id, at, logged_at, late, type, outcome, key_id, disclosures';

interface Filter {
  name: string;
  input: object;
  /** The bare SELECT's condition, and the values from $2 on. */
  where: string;
  values: unknown[];
}

/** Sends the requests of the page, signed in. */
export async function pages(world: World): Promise<void> {
  const { organizationId, events } = world.trail;
  const calls = openCalls(world.api.url, { cookie: await world.signIn(organizationId) });
  // The sign-in is an event too, on the first page.
  await settle(world);
  for (const filter of await filtersOf(world)) {
    const path = queryPath('events.list', { organizationId, limit: pageEvents, ...filter.input });
    const select = {
      name: `bare ${filter.name}`,
      text: `select ${columns} from audit_events where organization_id = $1 ${filter.where}
             order by at desc, seq desc limit ${pageEvents}`,
      values: [organizationId, ...filter.values],
    };
    const { rows } = await world.owner.query<{ id: string }>(select);
    await requireSame(calls, path, rows);
    const { runs, ...figures } = await measurePairs(
      async () => medianMs(() => world.owner.query(select)),
      async () => {
        const noop = await medianMs(() => calls.get('/trpc/catalogue.list'));
        return { value: (await medianMs(() => calls.get(path))) - noop, noop };
      },
    );
    printFigure({
      name: `page of ${pageEvents} at ${events} events, ${filter.name}, p50`,
      unit: 'ms',
      ...figures,
      bars: [{ max: 3 }],
      noopMs: median(runs.map(({ noop }) => noop)),
    });
  }
  calls.close();
}

async function filtersOf({ owner, trail }: World): Promise<Filter[]> {
  const { email } = personOf(12);
  const { rows } = await owner.query<{ ref: string }>(
    'select ref::text from actors where organization_id = $1 and address = $2',
    [trail.organizationId, email],
  );
  const ref = rows[0]?.ref;
  const middle = (trail.lastMs - trail.firstMs) / 2;
  const [from, to] = [middle, middle / 2].map((ms) => new Date(trail.lastMs - ms));
  const byActor = 'and (actor_ref = $2 or behalf_ref = $2)';
  return [
    { name: 'unfiltered', input: {}, where: '', values: [] },
    { name: 'by e-mail', input: { actor: email }, where: byActor, values: [ref] },
    { name: 'by type', input: { types: [mainType] }, where: 'and type = $2', values: [mainType] },
    {
      name: 'by e-mail and type',
      input: { actor: email, types: [mainType] },
      where: `${byActor} and type = $3`,
      values: [ref, mainType],
    },
    {
      name: 'by date',
      input: { from: from?.toISOString(), to: to?.toISOString() },
      where: 'and at between $2 and $3',
      values: [from, to],
    },
  ];
}

async function requireSame(calls: Calls, path: string, rows: readonly { id: string }[]) {
  const { result } = JSON.parse(String(await calls.get(path))) as {
    result: { data: { events: { id: string }[] } };
  };
  const ids = result.data.events.map(({ id }) => id);
  if (
    ids.length === 0 ||
    ids.length !== rows.length ||
    ids.some((id, place) => id !== rows[place]?.id)
  ) {
    throw new Error(`${path} does not return the rows of the bare SELECT.`);
  }
}

async function medianMs(act: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < callsPerRun; run += 1) {
    const startedAt = performance.now();
    await act();
    times.push(performance.now() - startedAt);
  }
  return median(times);
}
