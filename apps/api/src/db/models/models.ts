/** The Portal's own tables as Sequelize models, one set per connection. */

import type { Sequelize } from 'sequelize';
import { defineBuildModels } from './builds.ts';
import { defineIdentityModels } from './identity.ts';
import { defineKeyModels } from './keys.ts';

export type Models = ReturnType<typeof defineModels>;

/** Defines them on a connection. Times are set by the operations: Sequelize adds none. */
export function defineModels(sequelize: Sequelize) {
  const identity = defineIdentityModels(sequelize);
  const keys = defineKeyModels(sequelize, identity.User);
  const builds = defineBuildModels(sequelize);
  return { ...identity, ...keys, ...builds };
}
