/** Models of APIs, builds, documents and pull requests. Ids are numbers, counted separately in each organisation. */

import type { Actor } from '@liblab/audit-core';
import {
  DataTypes,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
  type Model,
  type NonAttribute,
  type Sequelize,
} from 'sequelize';
import { integer, keyPart, reference, text, time } from './columns.ts';

export interface ApiModel extends Model<
  InferAttributes<ApiModel>,
  InferCreationAttributes<ApiModel>
> {
  organizationId: string;
  id: number;
  name: string;
  createdAt: Date;
}

export interface BuildModel extends Model<
  InferAttributes<BuildModel>,
  InferCreationAttributes<BuildModel>
> {
  organizationId: string;
  id: number;
  requestId: string;
  apiId: number;
  sdkName: string | null;
  outcome: 'success' | 'failure';
  reason: string | null;
  durationMs: number;
  builtAt: Date;
  actor: Actor;
  tool: string | null;
  toolVersion: string | null;
  api?: NonAttribute<ApiModel>;
  sdks?: NonAttribute<BuildSdkModel[]>;
  documents?: NonAttribute<DocumentModel[]>;
  pullRequests?: NonAttribute<PullRequestModel[]>;
}

export interface BuildSdkModel extends Model<
  InferAttributes<BuildSdkModel>,
  InferCreationAttributes<BuildSdkModel>
> {
  organizationId: string;
  buildId: number;
  language: string;
  version: string;
  place: number;
}

export interface DocumentModel extends Model<
  InferAttributes<DocumentModel>,
  InferCreationAttributes<DocumentModel>
> {
  organizationId: string;
  id: number;
  buildId: number;
  kind: 'openapi' | 'readme';
  language: string | null;
  name: string;
  content: string;
  preview: string;
  approved: CreationOptional<boolean>;
  changedAt: CreationOptional<Date | null>;
  changedBy: CreationOptional<Actor | null>;
}

export interface PullRequestModel extends Model<
  InferAttributes<PullRequestModel>,
  InferCreationAttributes<PullRequestModel>
> {
  organizationId: string;
  requestId: string;
  buildId: number;
  language: string;
  repository: string;
  sdkName: string;
  number: number | null;
  url: string | null;
  reason: string | null;
  reportedAt: Date;
}

/** The last id given to a kind of row in an organisation. */
export interface NumberModel extends Model<
  InferAttributes<NumberModel>,
  InferCreationAttributes<NumberModel>
> {
  organizationId: string;
  kind: 'api' | 'build' | 'document';
  last: number;
}

/** Counted in the organisation. */
const number = () => ({ type: DataTypes.INTEGER, primaryKey: true });

export function defineBuildModels(sequelize: Sequelize) {
  const models = {
    Number: sequelize.define<NumberModel>(
      'number',
      {
        organizationId: keyPart(),
        kind: { type: DataTypes.TEXT, primaryKey: true },
        last: integer(),
      },
      { tableName: 'numbers' },
    ),
    Api: sequelize.define<ApiModel>(
      'api',
      { organizationId: keyPart(), id: number(), name: text(), createdAt: time() },
      { tableName: 'apis' },
    ),
    Build: sequelize.define<BuildModel>(
      'build',
      {
        organizationId: keyPart(),
        id: number(),
        requestId: reference(),
        apiId: integer(),
        sdkName: DataTypes.TEXT,
        outcome: text(),
        reason: DataTypes.TEXT,
        durationMs: { type: DataTypes.BIGINT, allowNull: false },
        builtAt: time(),
        actor: { type: DataTypes.JSON, allowNull: false },
        tool: DataTypes.TEXT,
        toolVersion: DataTypes.TEXT,
      },
      { tableName: 'builds' },
    ),
    BuildSdk: sequelize.define<BuildSdkModel>(
      'buildSdk',
      {
        organizationId: keyPart(),
        buildId: number(),
        language: { type: DataTypes.TEXT, primaryKey: true },
        version: text(),
        place: integer(),
      },
      { tableName: 'build_sdks' },
    ),
    Document: sequelize.define<DocumentModel>(
      'document',
      {
        organizationId: keyPart(),
        id: number(),
        buildId: integer(),
        kind: text(),
        language: DataTypes.TEXT,
        name: text(),
        content: text(),
        preview: text(),
        approved: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
        changedAt: DataTypes.DATE,
        changedBy: DataTypes.JSON,
      },
      { tableName: 'documents' },
    ),
    PullRequest: sequelize.define<PullRequestModel>(
      'pullRequest',
      {
        organizationId: keyPart(),
        requestId: keyPart(),
        buildId: integer(),
        language: text(),
        repository: text(),
        sdkName: text(),
        number: DataTypes.INTEGER,
        url: DataTypes.TEXT,
        reason: DataTypes.TEXT,
        reportedAt: time(),
      },
      { tableName: 'pull_requests' },
    ),
  };
  const { Api, Build, BuildSdk, Document, PullRequest } = models;
  // Their primary keys start with the organisation, so an include must name it too (`where: { organizationId }`).
  Build.belongsTo(Api, { as: 'api', foreignKey: 'apiId', targetKey: 'id', constraints: false });
  Build.hasMany(BuildSdk, {
    as: 'sdks',
    foreignKey: 'buildId',
    sourceKey: 'id',
    constraints: false,
  });
  Build.hasMany(Document, {
    as: 'documents',
    foreignKey: 'buildId',
    sourceKey: 'id',
    constraints: false,
  });
  Build.hasMany(PullRequest, {
    as: 'pullRequests',
    foreignKey: 'buildId',
    sourceKey: 'id',
    constraints: false,
  });
  return models;
}
