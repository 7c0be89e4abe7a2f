/** The committed snapshot of the catalogue: where it lies and what it should hold. */

import { join } from 'node:path';
import { liblabCatalogue, portalCatalogue } from '../../src/index.ts';

export const snapshotFile = join(import.meta.dirname, '../../catalogue.snapshot.json');

/** Everything that this package publishes. */
export const publishedCatalogue = liblabCatalogue.with(portalCatalogue);
