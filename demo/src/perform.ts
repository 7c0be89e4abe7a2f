/** Performs the planned acts with the Portal's own operations. */

import { randomBytes } from 'node:crypto';
import { AppError, type Actor, type ErrorCode } from '@liblab/audit-core';
import { stableId } from '@liblab/audit-sdk';
import { prepareDocuments } from '@liblab/audit-api/portal/builds/prepare-documents';
import { registerBuild } from '@liblab/audit-api/portal/builds/register-build';
import { reportPullRequest } from '@liblab/audit-api/portal/builds/report-pull-request';
import type { Services } from '@liblab/audit-api/app/create-services';
import { setApproval } from '@liblab/audit-api/portal/builds/set-approval';
import type { Source } from '@liblab/audit-api/access/source';

import { acceptInvitation } from '@liblab/audit-api/portal/members/accept-invitation';
import { signIn } from '@liblab/audit-api/portal/identity/sign-in';
import { addKey } from '@liblab/audit-api/portal/keys/add-key';
import { revokeKey } from '@liblab/audit-api/portal/keys/revoke-key';
import { changeRole } from '@liblab/audit-api/portal/members/change-role';
import { inviteMember } from '@liblab/audit-api/portal/members/invite-member';
import { removeMember } from '@liblab/audit-api/portal/members/remove-member';
import { withdrawInvitation } from '@liblab/audit-api/portal/members/withdraw-invitation';
import type { Build, By, PlannedAct, PullRequest, Token } from './acts.ts';
import { apis, demoPassword, type Person } from './cast.ts';
import { documentsOf } from './documents.ts';

/** Performs one act; `services` are on the story's clock. */
export type Perform = (act: PlannedAct) => Promise<void>;

export function createPerform(services: Services, organizationId: string): Perform {
  const { models } = services.db;
  const previews = createPreviews(organizationId);

  async function personal(person: Person, { context }: PlannedAct): Promise<Source> {
    return { actor: await actorOf(person), context, keyId: null };
  }

  async function actorOf({ email, name }: Person): Promise<Actor & { type: 'user' }> {
    const { id } = await models.User.findOne({ where: { email }, rejectOnEmpty: true });
    return { type: 'user', id, email, name };
  }

  async function keyOf({ name, addedMs }: Token): Promise<string> {
    const where = { name, createdAt: new Date(addedMs) };
    return (await models.Key.findOne({ where, rejectOnEmpty: true })).id;
  }

  async function sourceBy(by: By, act: PlannedAct): Promise<Source> {
    if ('person' in by) return personal(by.person, act);
    const keyId = await keyOf(by.token);
    const onBehalfOf = await actorOf(by.token.owner);
    const actor = { type: 'token' as const, id: keyId, name: by.token.name, onBehalfOf };
    return { actor, context: act.context, keyId };
  }

  async function invitationOf(email: string): Promise<string> {
    const where = { organizationId, email, status: 'pending' };
    return (await models.Invitation.findOne({ where, rejectOnEmpty: true })).id;
  }

  async function register(build: Build, source: Source): Promise<void> {
    const { number, api, languages, version, durationMs, failure } = build;
    const spec = {
      requestId: requestIdOf(`build ${number}`),
      api: { name: api.name },
      durationMs,
      sdks: languages.map((language) => ({ language, version })),
      // A failed build produces no documents.
      documents: failure === undefined ? documentsOf(api, languages) : [],
      ...(failure === undefined ? { status: 'succeeded' } : { status: 'failed', reason: failure }),
    };
    await registerBuild(services, source, organizationId, spec, (documents) =>
      previews.of(documents),
    );
  }

  async function report(build: Build, pullRequest: PullRequest, source: Source): Promise<void> {
    const { result, ...sdk } = pullRequest;
    const spec = {
      requestId: requestIdOf(`pull request ${build.number} ${sdk.language}`),
      ...sdk,
      ...('reason' in result
        ? { result: 'failed', reason: result.reason }
        : { result: 'published', ...result }),
    };
    const buildId = await buildIdOf(build);
    await reportPullRequest(services, source, { organizationId, buildId }, spec);
  }

  async function buildIdOf({ number }: Build): Promise<number> {
    const where = { organizationId, requestId: requestIdOf(`build ${number}`) };
    return (await models.Build.findOne({ where, rejectOnEmpty: true })).id;
  }

  /** Tools retry under the same id; so does a story that continues after an interruption. */
  function requestIdOf(what: string): string {
    return stableId(organizationId, `demo ${what}`);
  }

  return async function perform(act) {
    switch (act.kind) {
      case 'invite': {
        const { by, email, role } = act;
        await inviteMember(services, await personal(by, act), { organizationId, email, role });
        return;
      }
      case 'withdraw': {
        const id = await invitationOf(act.email);
        await withdrawInvitation(services, await personal(act.by, act), { organizationId, id });
        return;
      }
      case 'accept': {
        const { name, email } = act.person;
        const password = passwordOf(act.person);
        const invitationId = await invitationOf(email);
        await acceptInvitation(services, act.context, { invitationId, name, password });
        return;
      }
      case 'sign-in': {
        const { mistyped, context, person } = act;
        const password = mistyped ? demoPassword.toUpperCase() : demoPassword;
        const credentials = { email: person.email, password, rememberMe: true };
        const sourceOf = (actor: Actor) => ({ actor, context, keyId: null });
        const signing = signIn(services, sourceOf, credentials);
        await (mistyped ? refused(signing, 'unauthenticated') : signing);
        return;
      }
      case 'change-role': {
        const { id: userId } = await actorOf(act.person);
        const change = { organizationId, userId, role: act.role };
        await changeRole(services, await personal(act.by, act), change);
        return;
      }
      case 'remove': {
        const { id: userId } = await actorOf(act.person);
        await removeMember(services, await personal(act.by, act), { organizationId, userId });
        return;
      }
      case 'add-token': {
        const { name, days, owner, addedMs } = act.token;
        if (await models.Key.findOne({ where: { name, createdAt: new Date(addedMs) } })) return;
        const permission = 'tokens:own' as const;
        const key = { organizationId, permission, name, days, scopes: ['build' as const] };
        await addKey(services, await personal(owner, act), key);
        return;
      }
      case 'remove-token': {
        const id = await keyOf(act.token);
        const removal = revokeKey(services, await personal(act.by, act), { organizationId, id });
        const allowed = act.by.role !== 'member' || act.by === act.token.owner;
        await (allowed ? removal : refused(removal, 'forbidden'));
        return;
      }
      case 'build':
        return register(act.build, await sourceBy(act.by, act));
      case 'pull-request':
        return report(act.build, act.pullRequest, await sourceBy(act.by, act));
      case 'approve': {
        const { language, approved, by } = act;
        const where = { organizationId, buildId: await buildIdOf(act.build), language };
        const document = await models.Document.findOne({
          attributes: ['id'],
          where,
          rejectOnEmpty: true,
        });
        const approval = { organizationId, id: String(document.id), approved };
        await setApproval(services, await personal(by, act), approval);
        return;
      }
    }
  };
}

/** A denied act is recorded too. */
async function refused(attempt: Promise<unknown>, code: ErrorCode): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== code) throw error;
  }
}

export function passwordOf({ visitor }: Person): string {
  return visitor ? demoPassword : randomBytes(24).toString('base64url');
}

type Documents = Parameters<typeof prepareDocuments>[1];

/** Parses the documents of all APIs at once: they are the same in every build, and parsing starts a thread. */
function createPreviews(organizationId: string) {
  let reading: Promise<ReadonlyMap<string, string>> | undefined;

  async function readAll(): Promise<ReadonlyMap<string, string>> {
    const all = apis.flatMap((api) => documentsOf(api, api.languages)) as Documents;
    const previews = await prepareDocuments(organizationId, all);
    return new Map(all.map(({ content }, index) => [content, previews[index] as string]));
  }

  return {
    async of(documents: Documents): Promise<string[]> {
      const known = await (reading ??= readAll());
      return documents.map(({ content }) => known.get(content) as string);
    },
  };
}
