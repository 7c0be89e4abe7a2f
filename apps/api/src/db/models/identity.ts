/** Models of users and of the organisations they belong to. */

import type { Role } from '@liblab/audit-core';
import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type Sequelize,
} from 'sequelize';

export interface UserModel extends Model<
  InferAttributes<UserModel>,
  InferCreationAttributes<UserModel>
> {
  id: CreationOptional<string>;
  name: string;
  /** Lower-cased. */
  email: string;
  emailVerified: boolean;
  createdAt: CreationOptional<Date>;
}

/** How a user proves to be one; with the provider `credential`, by a password. */
export interface AccountModel extends Model<
  InferAttributes<AccountModel>,
  InferCreationAttributes<AccountModel>
> {
  id: CreationOptional<string>;
  userId: string;
  providerId: string;
  accountId: string;
  /** Hashed by better-auth. */
  password: string | null;
}

export interface OrganizationModel extends Model<
  InferAttributes<OrganizationModel>,
  InferCreationAttributes<OrganizationModel>
> {
  id: CreationOptional<string>;
  name: string;
  slug: string;
  createdAt: CreationOptional<Date>;
}

export interface MemberModel extends Model<
  InferAttributes<MemberModel>,
  InferCreationAttributes<MemberModel>
> {
  id: CreationOptional<string>;
  organizationId: string;
  userId: string;
  role: Role;
  createdAt: CreationOptional<Date>;
}

export interface InvitationModel extends Model<
  InferAttributes<InvitationModel>,
  InferCreationAttributes<InvitationModel>
> {
  id: CreationOptional<string>;
  organizationId: string;
  /** Lower-cased. */
  email: string;
  role: Role;
  /** `lapsed`: it expired, and another was made for the address. */
  status: 'pending' | 'accepted' | 'withdrawn' | 'lapsed';
  inviterId: string;
  expiresAt: Date;
  createdAt: Date;
}

// Functions, because Sequelize writes a column's name into the object that describes it.
const id = () => ({ type: DataTypes.UUID, primaryKey: true, defaultValue: DataTypes.UUIDV4 });
const reference = () => ({ type: DataTypes.UUID, allowNull: false });
const text = () => ({ type: DataTypes.TEXT, allowNull: false });
const now = () => ({ type: DataTypes.DATE, defaultValue: DataTypes.NOW });

export function defineIdentityModels(sequelize: Sequelize) {
  return {
    User: sequelize.define<UserModel>(
      'user',
      {
        id: id(),
        name: text(),
        email: text(),
        emailVerified: { type: DataTypes.BOOLEAN, allowNull: false },
        createdAt: now(),
      },
      { tableName: 'users' },
    ),
    Account: sequelize.define<AccountModel>(
      'account',
      {
        id: id(),
        userId: reference(),
        providerId: text(),
        accountId: text(),
        password: DataTypes.TEXT,
      },
      { tableName: 'accounts' },
    ),
    Organization: sequelize.define<OrganizationModel>(
      'organization',
      { id: id(), name: text(), slug: text(), createdAt: now() },
      { tableName: 'organizations' },
    ),
    Member: sequelize.define<MemberModel>(
      'member',
      {
        id: id(),
        organizationId: reference(),
        userId: reference(),
        role: text(),
        createdAt: now(),
      },
      { tableName: 'members' },
    ),
    Invitation: sequelize.define<InvitationModel>(
      'invitation',
      {
        id: id(),
        organizationId: reference(),
        email: text(),
        role: text(),
        status: text(),
        inviterId: reference(),
        expiresAt: { type: DataTypes.DATE, allowNull: false },
        createdAt: { type: DataTypes.DATE, allowNull: false },
      },
      { tableName: 'invitations' },
    ),
  };
}
