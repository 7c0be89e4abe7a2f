/** Acts of build tools, and approvals of their documents. */

import { randomUUID } from 'node:crypto';
import { createKey } from '../../src/portal/keys/create-key.ts';
import { done, success, type Attempt, type World } from './acts.ts';

export async function buildActs(world: World): Promise<Attempt[]> {
  const { call, owner, finds, organizationId } = world;
  const authorization = await makeTool(world);
  const prepared = buildOf(world, authorization);
  const answer = await done(prepared);
  world.done.push(prepared);
  const { build, documents } = (await answer.json()) as {
    build: { id: number };
    documents: { id: number }[];
  };
  const [fresh, approved] = documents.map(({ id }) => id) as [number, number];
  const approvalOf = (id: number, isApproved: boolean): Attempt => ({
    kind: isApproved ? 'approve' : 'unapprove',
    send: () =>
      call(`documents.${isApproved ? 'approve' : 'unapprove'}`, { id: String(id) }, owner.cookie),
    stands: () =>
      finds(
        'select from documents where organization_id = $1 and id = $2 and approved = $3',
        organizationId,
        id,
        isApproved,
      ),
    leaves: [success(isApproved ? 'user.approved_doc' : 'user.unapproved_doc', `document:${id}`)],
  });
  const earlier = approvalOf(approved, true);
  await done(earlier);
  world.done.push(earlier);
  return [
    buildOf(world, authorization),
    approvalOf(fresh, true),
    approvalOf(approved, false),
    pullRequestOf(world, authorization, build.id, { number: 61, url: 'https://example.com/61' }),
    pullRequestOf(world, authorization, build.id, { reason: 'The branch main is protected.' }),
  ];
}

async function makeTool({ db, organizationId, owner }: World): Promise<string> {
  const { secret } = await createKey({ db, clock: Date.now }, null, {
    name: 'build tool',
    scopes: ['build'],
    organizationIds: [organizationId],
    createdBy: owner.userId,
  });
  return `Bearer ${secret}`;
}

/** The first build of its API. */
function buildOf({ post, finds }: World, authorization: string): Attempt {
  const requestId = randomUUID();
  const apiName = `API ${requestId}`;
  const body = {
    requestId,
    api: { name: apiName },
    status: 'succeeded',
    durationMs: 1_200,
    sdks: [{ language: 'go', version: '1.0.0' }],
    documents: (['go', 'python'] as const).map((language) => ({
      kind: 'readme',
      language,
      name: 'README.md',
      content: '# An SDK\n',
    })),
  };
  return {
    kind: 'build with its API',
    isRepeated: true,
    send: () => post('/api/v1/builds', body, { authorization }),
    stands: () => finds('select from builds where request_id = $1', requestId),
    leaves: [
      success('user.create_api', `apiName:${apiName}`),
      success('user.build', `apiName:${apiName}`),
    ],
  };
}

function pullRequestOf(
  { post, finds }: World,
  authorization: string,
  buildId: number,
  result: { number: number; url: string } | { reason: string },
): Attempt {
  const requestId = randomUUID();
  const repository = `torture/${requestId}`;
  const isPublished = 'number' in result;
  const body = {
    requestId,
    language: 'go',
    repository,
    sdkName: 'an-sdk',
    result: isPublished ? 'published' : 'failed',
    ...result,
  };
  const about = `repository:${repository}`;
  return {
    kind: isPublished ? 'pull request' : 'failed pull request',
    isRepeated: true,
    send: () => post(`/api/v1/builds/${buildId}/pull-requests`, body, { authorization }),
    stands: () => finds('select from pull_requests where request_id = $1', requestId),
    leaves: [
      isPublished
        ? success('user.published_pr', about)
        : { type: 'user.publish_pr_failure', outcome: 'failure', about },
    ],
  };
}
