/** Loads the service's catalogue: liblab's event types, the Portal's, and those of the configured modules. */

import { liblabCatalogue, portalCatalogue, type Catalogue } from '@liblab/audit-core';

/**
 * Imports each module of AUDIT_CATALOGUE, which must export a `catalogue` made by `defineCatalogue`.
 *
 * @throws Error when a module cannot be loaded, exports no catalogue, or its catalogue is wrong or defines an existing type
 */
export async function loadCatalogue(modules: readonly string[]): Promise<Catalogue> {
  let catalogue: Catalogue = liblabCatalogue.with(portalCatalogue);
  for (const name of modules) {
    try {
      catalogue = catalogue.with(await importCatalogue(name));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new Error(`AUDIT_CATALOGUE: cannot use ${name}.\n${message}`, { cause: error });
    }
  }
  return catalogue;
}

async function importCatalogue(name: string): Promise<Catalogue> {
  const { catalogue } = (await import(name)) as { catalogue?: Catalogue };
  if (Array.isArray(catalogue?.definitions)) return catalogue;
  throw new Error('It exports no `catalogue`. Export one made by defineCatalogue.');
}
