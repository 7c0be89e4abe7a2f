/** The Portal's tables as Sequelize models. */

import type { Sequelize } from 'sequelize';
import { defineBuildModels } from './builds.ts';
import { defineIdentityModels } from './identity.ts';
import { defineKeyModels } from './keys.ts';

export type Models = ReturnType<typeof defineModels>;

/** Defines the models on a connection. Operations set all times; Sequelize adds no timestamps. */
export function defineModels(sequelize: Sequelize) {
  const identity = defineIdentityModels(sequelize);
  const keys = defineKeyModels(sequelize, identity.User);
  const builds = defineBuildModels(sequelize);
  return { ...identity, ...keys, ...builds };
}
