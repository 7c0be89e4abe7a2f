/** The committed snapshot of the catalogue: its file and the catalogue it describes. */

import { join } from 'node:path';
import { liblabCatalogue, portalCatalogue } from '../../src/index.ts';

export const snapshotFile = join(import.meta.dirname, '../../catalogue.snapshot.json');

/** Everything that this package publishes. */
export const publishedCatalogue = liblabCatalogue.with(portalCatalogue);
