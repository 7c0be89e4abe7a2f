/** Records the adoption of trails, each in its own trail. */

import { randomUUID } from 'node:crypto';
import type { Adoption } from '../signer/adopt-trails.ts';
import { appendActs } from '../trail/ingest/append-acts.ts';
import type { IngestContext } from '../trail/ingest/append-events.ts';

/** The sequencer refuses more events at a time than its queue holds, and there may be more trails. */
const appendedMax = 1_000;

/** @throws Error when one was not recorded; the earlier ones are */
export async function recordAdoptions(
  services: IngestContext,
  adoptions: readonly Adoption[],
  reason: string,
): Promise<void> {
  for (let at = 0; at < adoptions.length; at += appendedMax) {
    const results = await appendActs(
      services,
      adoptions.slice(at, at + appendedMax).map(({ organizationId, size }) => ({
        organizationId,
        keyId: null,
        event: {
          id: randomUUID(),
          type: 'log.adopt',
          occurredAt: new Date(services.clock()).toISOString(),
          actor: { type: 'system', id: 'operator', name: 'Operator' },
          targets: [{ type: 'log', id: organizationId }],
          details: { size, reason },
        },
      })),
    );
    const refused = results.find(({ status }) => status !== 'recorded');
    if (refused) throw new Error(`The adoption could not be recorded: ${refused.error?.message}`);
  }
}
