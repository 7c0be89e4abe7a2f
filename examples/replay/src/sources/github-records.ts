/** The records of GH Archive: the fields to read of each kind of event. Long texts are dropped. */

import { z } from 'zod';

const account = z.object({ id: z.int(), login: z.string() });
const issue = z.object({ id: z.int(), number: z.int(), title: z.string() });
const comment = z.object({ id: z.int() });

const common = {
  id: z.string(),
  created_at: z.string(),
  actor: account,
  repo: z.object({
    id: z.int(),
    name: z.string().regex(/^[^/]+\/[^/]+$/, 'must have the form owner/name'),
  }),
  org: account.optional(),
};

export const githubRecord = z.discriminatedUnion('type', [
  record('CommitCommentEvent', {
    comment: comment.extend({ commit_id: z.string(), path: z.string().nullable() }),
  }),
  record('CreateEvent', {
    ref_type: z.enum(['repository', 'branch', 'tag']),
    ref: z.string().nullable(),
  }),
  record('DeleteEvent', { ref_type: z.enum(['branch', 'tag']), ref: z.string() }),
  record('ForkEvent', { forkee: z.object({ id: z.int(), full_name: z.string() }) }),
  record('GollumEvent', {
    pages: z.array(z.object({ page_name: z.string(), action: z.string(), sha: z.string() })),
  }),
  record('IssueCommentEvent', { action: z.literal('created'), issue, comment }),
  record('IssuesEvent', { action: z.enum(['opened', 'closed', 'reopened']), issue }),
  record('MemberEvent', { action: z.literal('added'), member: account }),
  record('PublicEvent', {}),
  record('PullRequestEvent', {
    action: z.enum(['opened', 'closed', 'reopened']),
    pull_request: issue.extend({ merged: z.boolean().optional() }),
  }),
  record('PullRequestReviewCommentEvent', {
    action: z.literal('created'),
    pull_request: issue,
    comment: comment.extend({ path: z.string() }),
  }),
  record('PushEvent', {
    ref: z.string(),
    before: z.string(),
    head: z.string(),
    size: z.int(),
    commits: z.array(z.object({ sha: z.string() })),
  }),
  record('ReleaseEvent', {
    action: z.literal('published'),
    release: z.object({
      id: z.int(),
      tag_name: z.string(),
      name: z.string().nullable(),
      prerelease: z.boolean(),
    }),
  }),
  record('WatchEvent', { action: z.literal('started') }),
]);

function record<Type extends string, Payload extends z.ZodRawShape>(type: Type, payload: Payload) {
  return z.object({ ...common, type: z.literal(type), payload: z.object(payload) });
}
