/** Models of users, organisations, members and invitations. */

import type { Role } from '@liblab/audit-core';
import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type NonAttribute,
  type Sequelize,
} from 'sequelize';
import { id, keyPart, reference, text, time } from './columns.ts';

export interface UserModel extends Model<
  InferAttributes<UserModel>,
  InferCreationAttributes<UserModel>
> {
  id: CreationOptional<string>;
  name: string;
  /** In lower case. */
  email: string;
  emailVerified: boolean;
  createdAt: Date;
}

/** A way for a user to sign in; with the provider `credential`, by password. */
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
  updatedAt: CreationOptional<Date>;
}

export interface OrganizationModel extends Model<
  InferAttributes<OrganizationModel>,
  InferCreationAttributes<OrganizationModel>
> {
  id: CreationOptional<string>;
  name: string;
  slug: string;
  createdAt: Date;
}

export interface MemberModel extends Model<
  InferAttributes<MemberModel>,
  InferCreationAttributes<MemberModel>
> {
  id: CreationOptional<string>;
  organizationId: string;
  userId: string;
  role: Role;
  createdAt: Date;
  user?: NonAttribute<UserModel>;
  organization?: NonAttribute<OrganizationModel>;
}

export interface InvitationModel extends Model<
  InferAttributes<InvitationModel>,
  InferCreationAttributes<InvitationModel>
> {
  id: CreationOptional<string>;
  organizationId: string;
  /** In lower case. */
  email: string;
  role: Role;
  /** `lapsed`: it expired and was replaced by another invitation to the same address. */
  status: 'pending' | 'accepted' | 'withdrawn' | 'lapsed';
  inviterId: string;
  expiresAt: Date;
  createdAt: Date;
  organization?: NonAttribute<OrganizationModel>;
  inviter?: NonAttribute<UserModel>;
}

/** A signed-in browser. */
export interface SessionModel extends Model<
  InferAttributes<SessionModel>,
  InferCreationAttributes<SessionModel>
> {
  id: CreationOptional<string>;
  /** Worthless without the server's secret, which signs it in the cookie. */
  token: string;
  userId: string;
  activeOrganizationId: string | null;
  expiresAt: Date;
  ipAddress: string | null;
  userAgent: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** A sign-up whose address is not verified yet; its link also asks for the password. */
export interface SignUpModel extends Model<
  InferAttributes<SignUpModel>,
  InferCreationAttributes<SignUpModel>
> {
  id: string;
  /** In lower case. */
  email: string;
  name: string;
  /** Hashed by better-auth. */
  password: string;
  expiresAt: Date;
}

export interface PasswordResetModel extends Model<
  InferAttributes<PasswordResetModel>,
  InferCreationAttributes<PasswordResetModel>
> {
  id: string;
  userId: string;
  expiresAt: Date;
  user?: NonAttribute<UserModel>;
}

/** A company's domain and its one organisation. */
export interface OrganizationDomainModel extends Model<
  InferAttributes<OrganizationDomainModel>,
  InferCreationAttributes<OrganizationDomainModel>
> {
  domain: string;
  organizationId: string;
  /** Whether verified users of the domain may join by themselves. */
  membersMayJoin: CreationOptional<boolean>;
  createdAt: Date;
  organization?: NonAttribute<OrganizationModel>;
}

/** A user who was removed and may not join by domain again. */
export interface RemovalModel extends Model<
  InferAttributes<RemovalModel>,
  InferCreationAttributes<RemovalModel>
> {
  organizationId: string;
  userId: string;
}

/** Sign-in attempts for an account or address within the rate limit's window. */
export interface SignInLimitModel extends Model<
  InferAttributes<SignInLimitModel>,
  InferCreationAttributes<SignInLimitModel>
> {
  /** SHA-256 of the kind and the account or address. */
  subject: Buffer;
  attempts: Date[];
  allowed: boolean;
  expiresAt: Date;
  lockToldAt: CreationOptional<Date | null>;
}

export function defineIdentityModels(sequelize: Sequelize) {
  const models = {
    User: sequelize.define<UserModel>(
      'user',
      {
        id: id(),
        name: text(),
        email: text(),
        emailVerified: { type: DataTypes.BOOLEAN, allowNull: false },
        createdAt: time(),
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
        updatedAt: { type: DataTypes.DATE, allowNull: false, defaultValue: DataTypes.NOW },
      },
      { tableName: 'accounts' },
    ),
    Organization: sequelize.define<OrganizationModel>(
      'organization',
      { id: id(), name: text(), slug: text(), createdAt: time() },
      { tableName: 'organizations' },
    ),
    Member: sequelize.define<MemberModel>(
      'member',
      {
        id: id(),
        organizationId: reference(),
        userId: reference(),
        role: text(),
        createdAt: time(),
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
        expiresAt: time(),
        createdAt: time(),
      },
      { tableName: 'invitations' },
    ),
    Session: sequelize.define<SessionModel>(
      'session',
      {
        id: id(),
        token: text(),
        userId: reference(),
        activeOrganizationId: DataTypes.UUID,
        expiresAt: time(),
        ipAddress: DataTypes.TEXT,
        userAgent: DataTypes.TEXT,
        createdAt: time(),
        updatedAt: time(),
      },
      { tableName: 'sessions' },
    ),
    SignUp: sequelize.define<SignUpModel>(
      'signUp',
      { id: id(), email: text(), name: text(), password: text(), expiresAt: time() },
      { tableName: 'sign_ups' },
    ),
    PasswordReset: sequelize.define<PasswordResetModel>(
      'passwordReset',
      { id: id(), userId: reference(), expiresAt: time() },
      { tableName: 'password_resets' },
    ),
    OrganizationDomain: sequelize.define<OrganizationDomainModel>(
      'organizationDomain',
      {
        domain: { type: DataTypes.TEXT, primaryKey: true },
        organizationId: reference(),
        membersMayJoin: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
        createdAt: time(),
      },
      { tableName: 'organization_domains' },
    ),
    Removal: sequelize.define<RemovalModel>(
      'removal',
      {
        organizationId: keyPart(),
        userId: keyPart(),
      },
      { tableName: 'removals' },
    ),
    SignInLimit: sequelize.define<SignInLimitModel>(
      'signInLimit',
      {
        subject: { type: DataTypes.BLOB, primaryKey: true },
        attempts: { type: DataTypes.ARRAY(DataTypes.DATE), allowNull: false },
        allowed: { type: DataTypes.BOOLEAN, allowNull: false },
        expiresAt: time(),
        lockToldAt: DataTypes.DATE,
      },
      { tableName: 'sign_in_limits' },
    ),
  };
  const { User, Organization, Member, Invitation, PasswordReset, OrganizationDomain } = models;
  Member.belongsTo(User, { as: 'user', foreignKey: 'userId' });
  Member.belongsTo(Organization, { as: 'organization', foreignKey: 'organizationId' });
  Invitation.belongsTo(User, { as: 'inviter', foreignKey: 'inviterId' });
  Invitation.belongsTo(Organization, { as: 'organization', foreignKey: 'organizationId' });
  PasswordReset.belongsTo(User, { as: 'user', foreignKey: 'userId' });
  OrganizationDomain.belongsTo(Organization, { as: 'organization', foreignKey: 'organizationId' });
  return models;
}
