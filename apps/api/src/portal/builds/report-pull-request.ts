/** Records that a tool published an SDK by pull request, or failed to. */

import { AppError, language } from '@liblab/audit-core';
import { UniqueConstraintError } from 'sequelize';
import { z } from 'zod';
import type { PullRequestModel } from '../../db/models/builds.ts';
import { parseInput } from '../../http/parse-input.ts';
import { storableText } from '../../http/storable-text.ts';
import type { Source } from '../../access/source.ts';
import { recordAct, type ActContext } from '../../trail/record/record-act.ts';
import { intMax, nameText, reasonText } from './build-spec.ts';
import { requireSameContent } from './require-same-content.ts';

const common = {
  requestId: z.guid('must be a UUID').toLowerCase(),
  language,
  repository: nameText,
  sdkName: nameText,
};

const url = z.url({ protocol: /^https?$/, error: 'must be an http or https URL' }).max(1_024);

const pullRequestSpec = z.discriminatedUnion('result', [
  z.strictObject({
    ...common,
    result: z.literal('published'),
    number: z.int().min(1).max(intMax),
    url: url.pipe(storableText(z.string())),
  }),
  z.strictObject({ ...common, result: z.literal('failed'), reason: reasonText }),
]);

type PullRequestSpec = z.output<typeof pullRequestSpec>;

export interface ReportedPullRequest {
  pullRequest: {
    requestId: string;
    buildId: number;
    language: string;
    repository: string;
    /** Null when it could not be opened. */
    number: number | null;
  };
}

/**
 * A known request id with the same content returns the pull request that it reported.
 * @throws AppError `bad_request`; `id_reused`; `not_found` for a build that is not registered in the organisation
 */
export async function reportPullRequest(
  services: ActContext,
  source: Source,
  { organizationId, buildId }: { organizationId: string; buildId: number },
  input: unknown,
): Promise<ReportedPullRequest> {
  const spec = parseInput(pullRequestSpec, input);
  const { models, sequelize } = services.db;
  const { requestId } = spec;
  const sdks = await models.BuildSdk.findAll({ where: { organizationId, buildId } });
  if (sdks.length === 0) throw new AppError('not_found', 'This organisation has no such build.');
  const key = { organizationId, requestId };
  const { language: code, repository, sdkName } = spec;
  const content = { buildId, language: code, repository, sdkName, ...resultOf(spec) };
  const known = await models.PullRequest.findOne({ where: key });
  if (known) return reported(known, content);
  if (!sdks.some((sdk) => sdk.language === spec.language)) {
    throw new AppError(
      'bad_request',
      `Build ${buildId} has no SDK in ${spec.language}. Its languages are: ${sdks.map((sdk) => sdk.language).join(', ')}.`,
      { path: '$.language' },
    );
  }
  try {
    await sequelize.transaction(async (transaction) => {
      const reportedAt = new Date(services.clock());
      await models.PullRequest.create({ ...key, ...content, reportedAt }, { transaction });
      await record(services, transaction, source, { organizationId, buildId, spec });
    });
  } catch (error) {
    // A concurrent request with the same id was first.
    if (!(error instanceof UniqueConstraintError)) throw error;
  }
  return reported(await models.PullRequest.findOne({ where: key, rejectOnEmpty: true }), content);
}

function resultOf(spec: PullRequestSpec) {
  return spec.result === 'published'
    ? { number: spec.number, url: spec.url, reason: null }
    : { number: null, url: null, reason: spec.reason };
}

function record(
  services: ActContext,
  transaction: Parameters<typeof recordAct>[1],
  source: Source,
  {
    organizationId,
    buildId,
    spec,
  }: { organizationId: string; buildId: number; spec: PullRequestSpec },
): Promise<void> {
  const { language: code, repository, sdkName } = spec;
  const sdk = { sdkName, language: code, repository };
  const targets: [{ type: 'repository'; id: string }, { type: 'build'; id: string; name: string }] =
    [
      { type: 'repository', id: repository },
      { type: 'build', id: String(buildId), name: `Build #${buildId}` },
    ];
  if (spec.result === 'published') {
    return recordAct(services, transaction, source, {
      type: 'user.published_pr',
      organizationId,
      targets,
      details: { ...sdk, prNumber: spec.number, prUrl: spec.url },
    });
  }
  return recordAct(services, transaction, source, {
    type: 'user.publish_pr_failure',
    organizationId,
    targets,
    outcome: 'failure',
    reportedReason: spec.reason,
    details: { ...sdk, reason: spec.reason },
  });
}

/** @throws AppError `id_reused` */
function reported(
  stored: PullRequestModel,
  content: Parameters<typeof requireSameContent>[1],
): ReportedPullRequest {
  const { requestId, buildId, language: code, repository, number } = stored;
  const registered = number === null ? 'a failed pull request' : `pull request #${number}`;
  requireSameContent(`${registered} of build #${buildId}`, content, stored);
  return { pullRequest: { requestId, buildId, language: code, repository, number } };
}
