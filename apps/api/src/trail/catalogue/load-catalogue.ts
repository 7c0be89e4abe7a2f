/** Loads the service's catalogue: liblab's event types, the Portal's, and those of the configured modules. */

import { liblabCatalogue, portalCatalogue, type Catalogue } from '@liblab/audit-core';

/**
 * Imports each module of AUDIT_CATALOGUE, which must export a `catalogue` made by `defineCatalogue`.
 *
 * @throws Error when a module cannot be loaded, exports no catalogue, or defines an existing type
 */
export async function loadCatalogue(modules: readonly string[]): Promise<Catalogue> {
  let catalogue: Catalogue = liblabCatalogue.with(portalCatalogue);
  for (const name of modules) {
    const { catalogue: further } = (await import(name)) as { catalogue?: Catalogue };
    if (!further?.definitions) {
      throw new Error(
        `${name} in AUDIT_CATALOGUE exports no \`catalogue\`. Export one made by defineCatalogue.`,
      );
    }
    catalogue = catalogue.with(further);
  }
  return catalogue;
}
