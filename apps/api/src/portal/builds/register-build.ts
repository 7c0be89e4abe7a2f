/** Registers a build with its SDKs and documents, and the API with its first build. */

import { UniqueConstraintError, type Transaction } from 'sequelize';
import { parseInput } from '../../http/parse-input.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type ActContext } from '../../trail/record/record-act.ts';
import { buildSpec, type BuildSpec } from './build-spec.ts';
import { allocateNumbers } from './numbers.ts';
import type { TrailContext } from '../../trail/store/trail-context.ts';
import { prepareDocuments } from './prepare-documents.ts';
import { requireSameContent } from './require-same-content.ts';

export interface RegisteredBuild {
  build: { id: number; status: 'succeeded' | 'failed'; reason: string | null };
  /** `created`: this is the API's first build. */
  api: { id: number; created: boolean };
  documents: { id: number; kind: 'openapi' | 'readme'; language: string | null; name: string }[];
}

/**
 * Stores the build with its events, or nothing. A known request id with the same content returns the build that it
 * registered. The duration is not part of the content, because a repeated command measures it again.
 *
 * @throws AppError `bad_request`; `id_reused`; `invalid_document`; `rate_limited` while too many builds with documents are waiting
 */
export async function registerBuild(
  services: ActContext,
  source: Source,
  organizationId: string,
  input: unknown,
  prepare = (documents: BuildSpec['documents']) => prepareDocuments(organizationId, documents),
): Promise<RegisteredBuild> {
  const spec = parseInput(buildSpec, input);
  const known = await readRegistered(services, organizationId, spec);
  if (known) return known;
  const previews = await prepare(spec.documents);
  try {
    await services.db.sequelize.transaction((transaction) =>
      register(services, transaction, { source, organizationId, spec, previews }),
    );
  } catch (error) {
    // A concurrent request with the same id was first.
    if (!(error instanceof UniqueConstraintError && 'request_id' in error.fields)) throw error;
  }
  return (await readRegistered(services, organizationId, spec)) as RegisteredBuild;
}

interface Registration {
  source: Source;
  organizationId: string;
  spec: BuildSpec;
  /** One for each document. */
  previews: string[];
}

async function register(
  services: ActContext,
  transaction: Transaction,
  { source, organizationId, spec, previews }: Registration,
): Promise<void> {
  const { db, clock } = services;
  const { models } = db;
  const now = new Date(clock());
  // First, because its lock makes the registrations of an organisation run one after the other.
  const id = await allocateNumbers(db, transaction, organizationId, { kind: 'build', count: 1 });
  const api = await findOrCreateApi(services, transaction, { source, organizationId, spec });
  await models.Build.create(
    {
      organizationId,
      id,
      requestId: spec.requestId,
      apiId: api.id,
      outcome: spec.status === 'failed' ? 'failure' : 'success',
      reason: spec.status === 'failed' ? spec.reason : null,
      durationMs: spec.durationMs,
      builtAt: now,
      sdkName: spec.sdkName ?? null,
      actor: source.actor,
      tool: source.context.service ?? null,
      toolVersion: source.context.serviceVersion ?? null,
    },
    { transaction },
  );
  await models.BuildSdk.bulkCreate(
    spec.sdks.map((sdk, place) => ({ organizationId, buildId: id, ...sdk, place })),
    { transaction },
  );
  await addDocuments(services, transaction, { organizationId, buildId: id, spec, previews });
  await recordAct(services, transaction, source, {
    type: 'user.build',
    organizationId,
    ...(spec.status === 'failed'
      ? { outcome: 'failure', reportedReason: spec.reason }
      : { outcome: 'success' }),
    targets: [
      { type: 'build', id: String(id), name: `Build #${id}` },
      { type: 'api', id: String(api.id), name: api.name },
    ],
    details: {
      buildId: id,
      apiName: api.name,
      apiId: api.id,
      durationMs: spec.durationMs,
      languages: spec.sdks.map(({ language }) => language),
      sdkVersion: versionsOf(spec),
    },
  });
}

async function findOrCreateApi(
  services: ActContext,
  transaction: Transaction,
  { source, organizationId, spec }: Omit<Registration, 'previews'>,
): Promise<{ id: number; name: string }> {
  const { db, clock } = services;
  const { name } = spec.api;
  const known = await db.models.Api.findOne({ where: { organizationId, name }, transaction });
  if (known) return known;
  const id = await allocateNumbers(db, transaction, organizationId, { kind: 'api', count: 1 });
  const createdAt = new Date(clock());
  await db.models.Api.create({ organizationId, id, name, createdAt }, { transaction });
  await recordAct(services, transaction, source, {
    type: 'user.create_api',
    organizationId,
    targets: [{ type: 'api', id: String(id), name }],
    details: { apiName: name, apiId: id },
  });
  return { id, name };
}

async function addDocuments(
  { db }: Pick<TrailContext, 'db'>,
  transaction: Transaction,
  {
    organizationId,
    buildId,
    spec: { documents },
    previews,
  }: Omit<Registration, 'source'> & { buildId: number },
): Promise<void> {
  const count = documents.length;
  if (count === 0) return;
  const first = await allocateNumbers(db, transaction, organizationId, { kind: 'document', count });
  for (const [index, document] of documents.entries()) {
    const { kind, name, content } = document;
    await db.models.Document.create(
      {
        organizationId,
        id: first + index,
        buildId,
        kind,
        name,
        content,
        language: document.kind === 'readme' ? document.language : null,
        preview: previews[index] as string,
      },
      { transaction },
    );
  }
}

const sdkVersionCharsMax = 64;

/** The SDKs' versions, usually one; shortened to fit the event. */
function versionsOf({ sdks }: BuildSpec): string {
  const versions = [...new Set(sdks.map(({ version }) => version))].join(', ');
  return versions.length <= sdkVersionCharsMax
    ? versions
    : `${versions.slice(0, sdkVersionCharsMax - 1)}…`;
}

/** @throws AppError `id_reused` when the request id belongs to a build with other content */
async function readRegistered(
  { db: { models, sequelize } }: Pick<TrailContext, 'db'>,
  organizationId: string,
  spec: BuildSpec,
): Promise<RegisteredBuild | undefined> {
  const build = await models.Build.findOne({
    where: { organizationId, requestId: spec.requestId },
    include: [
      { association: 'api', where: { organizationId } },
      { association: 'sdks', where: { organizationId } },
    ],
  });
  if (!build) return undefined;
  const { id, apiId } = build;
  const documents = await models.Document.findAll({
    attributes: ['id', 'kind', 'language', 'name', 'content'],
    where: { organizationId, buildId: id },
    order: [sequelize.col('id')],
  });
  requireSameContent(`build #${id}`, contentOf(spec), {
    api: build.api?.name,
    sdkName: build.sdkName,
    status: statusOf(build),
    reason: build.reason,
    sdks: (build.sdks ?? []).toSorted((a, b) => a.place - b.place).map(sdkContent),
    documents: documents.map(documentContent),
  });
  const first = await models.Build.min<number, typeof build>('id', {
    where: { organizationId, apiId },
  });
  return {
    build: { id, status: statusOf(build), reason: build.reason },
    api: { id: apiId, created: first === id },
    documents: documents.map(({ id: documentId, kind, language, name }) => ({
      id: documentId,
      kind,
      language,
      name,
    })),
  };
}

function contentOf(spec: BuildSpec) {
  return {
    api: spec.api.name,
    sdkName: spec.sdkName ?? null,
    status: spec.status,
    reason: spec.status === 'failed' ? spec.reason : null,
    sdks: spec.sdks.map(sdkContent),
    documents: spec.documents.map(documentContent),
  };
}

const statusOf = ({ outcome }: { outcome: 'success' | 'failure' }) =>
  outcome === 'failure' ? ('failed' as const) : ('succeeded' as const);

const sdkContent = ({ language, version }: { language: string; version: string }) => ({
  language,
  version,
});

function documentContent(document: {
  kind: string;
  language?: string | null;
  name: string;
  content: string;
}) {
  const { kind, language = null, name, content } = document;
  return { kind, language, name, content };
}
