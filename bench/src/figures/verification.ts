/** Verification of a million entries with disclosures, compared with computing the hashes only. */

import { hash } from 'node:crypto';
import { liblabCatalogue } from '@liblab/audit-core';
import {
  appendLeaves,
  buildEntry,
  emptyFrontier,
  frontierRoot,
  leafHash,
  verifyTrail,
  type Frontier,
  type StoredPosition,
} from '@liblab/audit-core/log';
import { sha256 } from '@liblab/audit-api/trail/store/sha256';
import { prepareEvent } from '@liblab/audit-api/trail/ingest/prepare-event';
import { newId } from '../new-id.ts';
import { measurePairs, printFigure, timed } from '../figure.ts';
import { sampleInput } from '../sample-events.ts';

const entryCount = 1_000_000;
/** The number of distinct entries, since a million would not fit in memory. */
const differentCount = 25_600;
const bundle = 256;
const keyId = '22222222-2222-4222-8222-222222222222';

export async function verification(): Promise<void> {
  const positions = makePositions();
  const runs = Array.from({ length: differentCount / bundle }, (_, n) =>
    positions.slice(n * bundle, (n + 1) * bundle),
  );
  function* trail() {
    for (let at = 0; at < entryCount; at += bundle) {
      const run = runs[(at / bundle) % runs.length] ?? [];
      yield run.slice(0, entryCount - at);
    }
  }
  let tree: Frontier = emptyFrontier;
  for (const run of trail()) {
    const leaves = run.map(({ entry }) => leafHash(entry, sha256));
    tree = appendLeaves(tree, leaves, sha256).after;
  }
  const checkpoint = { size: entryCount, root: frontierRoot(tree, sha256) };

  const { runs: _runs, ...figures } = await measurePairs(
    async () => entryCount / (await timed(async () => hashAll(trail()))),
    async () => {
      const seconds = await timed(async () => {
        const { sound } = await verifyTrail({
          positions: trail(),
          checkpoints: [checkpoint],
          sha256,
          digestOf: (disclosure) => hash('sha256', disclosure, 'base64url'),
        });
        if (!sound) throw new Error('The trail is not sound.');
      });
      return { value: entryCount / seconds };
    },
  );
  printFigure({
    name: `verification of ${entryCount} entries with disclosures`,
    unit: 'entries/s',
    ...figures,
    bars: [{ min: 0.4 }],
  });
}

/** Computes one hash per entry, disclosure and node. */
function hashAll(trail: Iterable<readonly StoredPosition[]>): void {
  const node = new Uint8Array(65);
  for (const run of trail) {
    for (const { entry, disclosures } of run) {
      hash('sha256', entry, 'buffer');
      for (const disclosure of disclosures) hash('sha256', disclosure, 'base64url');
      hash('sha256', node, 'buffer');
    }
  }
}

function makePositions(): StoredPosition[] {
  const mac = { stored: Buffer.alloc(16), accepted: [] };
  const occurredAt = new Date().toISOString();
  return Array.from({ length: differentCount }, (_, n) => {
    const checked = liblabCatalogue.check({
      ...sampleInput(n),
      id: newId(),
      version: 1,
      occurredAt,
    });
    if (!checked.ok) throw new Error(checked.error.message);
    const { event, definition } = checked;
    const prepared = prepareEvent({ mac, event, definition, keyId });
    const { digests, id, disclosures } = prepared;
    return {
      entry: buildEntry({ digests, id, key: keyId, loggedAt: occurredAt }),
      disclosures: disclosures.split('~'),
    };
  });
}
