/** The server's catalogue: liblab's own types, the server's, and those of the configured modules. */

import { liblabCatalogue, portalCatalogue, type Catalogue } from '@liblab/audit-core';

/**
 * Imports each module of AUDIT_CATALOGUE; it must export `catalogue`, made by `defineCatalogue`.
 * Throws naming the module when it cannot be loaded, exports none, or defines a type twice.
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
