/** Models of keys. */

import type { KeyScope } from '@liblab/audit-core';
import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type ModelStatic,
  type NonAttribute,
  type Sequelize,
} from 'sequelize';
import { id, keyPart, text, time } from './columns.ts';
import type { UserModel } from './identity.ts';

export interface KeyModel extends Model<
  InferAttributes<KeyModel>,
  InferCreationAttributes<KeyModel>
> {
  id: CreationOptional<string>;
  name: string;
  /** SHA-256 of the secret. */
  hash: Buffer;
  prefix: string;
  scopes: KeyScope[];
  /** The event types that the key may emit; null for every type that is not reserved. */
  emitTypes: string[] | null;
  createdAt: Date;
  createdBy: string | null;
  expiresAt: Date;
  lastUsedAt: CreationOptional<Date | null>;
  creator?: NonAttribute<UserModel | null>;
}

/** An organisation in which a key is valid, until the organisation revokes it. */
export interface KeyOrganizationModel extends Model<
  InferAttributes<KeyOrganizationModel>,
  InferCreationAttributes<KeyOrganizationModel>
> {
  keyId: string;
  organizationId: string;
  revokedAt: CreationOptional<Date | null>;
  revokedBy: CreationOptional<string | null>;
  key?: NonAttribute<KeyModel>;
  revoker?: NonAttribute<UserModel | null>;
}

const texts = DataTypes.ARRAY(DataTypes.TEXT);

export function defineKeyModels(sequelize: Sequelize, User: ModelStatic<UserModel>) {
  const models = {
    Key: sequelize.define<KeyModel>(
      'key',
      {
        id: id(),
        name: text(),
        hash: { type: DataTypes.BLOB, allowNull: false },
        prefix: text(),
        scopes: { type: texts, allowNull: false },
        emitTypes: texts,
        createdAt: time(),
        createdBy: DataTypes.UUID,
        expiresAt: time(),
        lastUsedAt: DataTypes.DATE,
      },
      { tableName: 'keys' },
    ),
    KeyOrganization: sequelize.define<KeyOrganizationModel>(
      'keyOrganization',
      {
        keyId: keyPart(),
        organizationId: keyPart(),
        revokedAt: DataTypes.DATE,
        revokedBy: DataTypes.UUID,
      },
      { tableName: 'key_organizations' },
    ),
  };
  const { Key, KeyOrganization } = models;
  Key.belongsTo(User, { as: 'creator', foreignKey: 'createdBy' });
  KeyOrganization.belongsTo(Key, { as: 'key', foreignKey: 'keyId' });
  KeyOrganization.belongsTo(User, { as: 'revoker', foreignKey: 'revokedBy' });
  return models;
}
