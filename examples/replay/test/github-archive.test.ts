import { stableId } from '@liblab/audit-sdk';
import { describe, expect, it } from 'vitest';
import { githubArchive } from '../src/sources/github-archive.ts';
import { emitted } from './support/emitted.ts';

const common = {
  id: '2489368070',
  created_at: '2015-01-01T00:00:00Z',
  actor: { id: 9152315, login: 'ada', url: 'https://api.github.com/users/ada' },
  repo: { id: 28635890, name: 'ada/llama-store' },
  public: true,
};
const issue = { id: 53197754, number: 117, title: 'The bucket is not found', body: 'Long.' };
const pull = { ...issue, id: 26738797, merged: false };
const repository = { type: 'repository', id: '28635890', name: 'ada/llama-store' };
const half = { owner: 'ada', repository: 'llama-store' };
const sha = 'a9b22a6d80c1e0bb49c1cf75a3c075b642c28f81';

const map = (type: string, payload: object, changes: object = {}) =>
  emitted(githubArchive, { ...common, type, payload, ...changes });

describe('an event of GH Archive', () => {
  it('keeps its time, actor and repository, and has an id derived from its number', () => {
    const push = {
      ref: 'refs/heads/main',
      before: sha,
      head: sha,
      size: 30,
      commits: [{ sha, author: { email: 'ada@exciting.soda' }, message: 'Altered' }],
    };
    expect(map('PushEvent', push)).toEqual({
      id: stableId('a478d8d8-2860-4c2e-bd05-4137c19889c1', '2489368070'),
      type: 'github.push',
      version: 1,
      organizationId: githubArchive.read({ ...common, type: 'PublicEvent', payload: {} }).tenant
        .organizationId,
      occurredAt: '2015-01-01T00:00:00.000Z',
      actor: { type: 'user', id: '9152315', name: 'ada' },
      targets: [repository],
      outcome: 'success',
      context: {},
      details: {
        ...half,
        ref: 'refs/heads/main',
        before: sha,
        head: sha,
        commitCount: 30,
        commits: [sha],
      },
    });
  });

  it('belongs to its organisation, or else to the owner of the repository in any case', () => {
    const tenantOf = (changes: object) =>
      githubArchive.read({ ...common, type: 'PublicEvent', payload: {}, ...changes }).tenant;
    expect(tenantOf({}).name).toBe('ada');
    expect(tenantOf({ org: { id: 82592, login: 'square' } }).name).toBe('square');
    const shouted = tenantOf({ repo: { id: 1, name: 'ADA/other' } });
    expect(shouted.organizationId).toBe(tenantOf({}).organizationId);
  });

  it.each([
    ['CreateEvent', { ref_type: 'repository', ref: null }, 'create_repository', half],
    ['CreateEvent', { ref_type: 'branch', ref: 'x' }, 'create_branch', { ...half, ref: 'x' }],
    ['CreateEvent', { ref_type: 'tag', ref: 'v1' }, 'create_tag', { ...half, ref: 'v1' }],
    ['DeleteEvent', { ref_type: 'branch', ref: 'x' }, 'delete_branch', { ...half, ref: 'x' }],
    ['DeleteEvent', { ref_type: 'tag', ref: 'v1' }, 'delete_tag', { ...half, ref: 'v1' }],
    ['PublicEvent', {}, 'publish_repository', half],
    ['WatchEvent', { action: 'started' }, 'star_repository', half],
    [
      'GollumEvent',
      { pages: [{ page_name: 'Home', title: 'Home', action: 'edited', sha, summary: null }] },
      'edit_wiki',
      { ...half, pages: [{ page: 'Home', action: 'edited', sha }] },
    ],
    [
      'MemberEvent',
      { action: 'added', member: { id: 7, login: 'bo' } },
      'add_member',
      { ...half, memberId: 7, memberLogin: 'bo' },
    ],
    [
      'CommitCommentEvent',
      { comment: { id: 9, commit_id: sha, path: null, body: 'Thanks' } },
      'comment_commit',
      { ...half, commit: sha, commentId: 9, path: '' },
    ],
  ])('%s has its repository as target', (type, payload, code, details) => {
    expect(map(type, payload)).toMatchObject({
      type: `github.${code}`,
      targets: [repository],
      details,
    });
  });

  const about = { ...half, number: 117, title: 'The bucket is not found' };
  it.each([
    ['IssuesEvent', { action: 'opened', issue }, 'issue_opened', 'issue', about],
    ['IssuesEvent', { action: 'closed', issue }, 'issue_closed', 'issue', about],
    ['IssuesEvent', { action: 'reopened', issue }, 'issue_reopened', 'issue', about],
    [
      'IssueCommentEvent',
      { action: 'created', issue, comment: { id: 9, body: 'Same here' } },
      'comment_issue',
      'issue',
      { ...about, commentId: 9 },
    ],
    [
      'PullRequestEvent',
      { action: 'opened', pull_request: pull },
      'pull_request_opened',
      'pull-request',
      about,
    ],
    [
      'PullRequestEvent',
      { action: 'closed', pull_request: pull },
      'pull_request_closed',
      'pull-request',
      about,
    ],
    [
      'PullRequestEvent',
      { action: 'closed', pull_request: { ...pull, merged: true } },
      'pull_request_merged',
      'pull-request',
      about,
    ],
    [
      'PullRequestReviewCommentEvent',
      { action: 'created', pull_request: pull, comment: { id: 9, path: 'a.js' } },
      'comment_diff',
      'pull-request',
      { ...about, commentId: 9, path: 'a.js' },
    ],
  ])('%s %# has the issue or pull request as target', (type, payload, code, target, details) => {
    const id = target === 'issue' ? '53197754' : '26738797';
    expect(map(type, payload)).toMatchObject({
      type: `github.${code}`,
      targets: [{ type: target, id, name: '#117' }, repository],
      details,
    });
  });

  it('has the fork or the release as a further target', () => {
    expect(map('ForkEvent', { forkee: { id: 5, full_name: 'bo/llama-store' } })).toMatchObject({
      type: 'github.fork_repository',
      targets: [repository, { type: 'repository', id: '5', name: 'bo/llama-store' }],
    });
    const release = { id: 818178, tag_name: 'v1.4.0', name: '', prerelease: false };
    expect(map('ReleaseEvent', { action: 'published', release })).toMatchObject({
      type: 'github.publish_release',
      targets: [{ type: 'release', id: '818178', name: 'v1.4.0' }, repository],
    });
  });

  it('of an unknown kind is rejected', () => {
    expect(() => map('IssuesEvent', { action: 'labeled', issue })).toThrow(
      /^is not a record of GH Archive: \$\.payload\.action must be one of "opened", "closed", /,
    );
    expect(() => map('SponsorshipEvent', {})).toThrow(/^is not a record of GH Archive: \$\.type /);
  });
});
