/** GH Archive: the public activity on GitHub, in hourly files. */

import { stableId } from '@liblab/audit-sdk';
import { defineSource } from '../source.ts';
import { githubRecord } from './github-records.ts';

/** Namespace of ids for GitHub's event numbers. Changing it would record every event again. */
const events = 'a478d8d8-2860-4c2e-bd05-4137c19889c1';

export const githubArchive = defineSource({
  title: 'GH Archive',
  marks: ['type', 'repo', 'payload'],
  record: githubRecord,
  tenantOf({ org, repo }) {
    const [owner = ''] = repo.name.split('/');
    const name = org?.login ?? owner;
    return { key: name.toLowerCase(), name };
  },
  emit(audit, { repo, ...record }, organizationId) {
    const [owner = '', name = ''] = repo.name.split('/');
    const repository = targetOf('repository', repo.id, repo.name);
    const details = { owner, repository: name };
    const event = {
      id: stableId(events, record.id),
      organizationId,
      occurredAt: record.created_at,
      actor: { type: 'user' as const, id: String(record.actor.id), name: record.actor.login },
      targets: [repository] as [typeof repository],
      details,
    };
    switch (record.type) {
      case 'CommitCommentEvent': {
        const { id, commit_id: commit, path } = record.payload.comment;
        return audit.emit('github.comment_commit', {
          ...event,
          details: { ...details, commit, commentId: id, path: path ?? '' },
        });
      }
      case 'CreateEvent': {
        const { ref_type: kind, ref } = record.payload;
        return kind === 'repository'
          ? audit.emit('github.create_repository', event)
          : audit.emit(`github.create_${kind}`, {
              ...event,
              details: { ...details, ref: ref ?? '' },
            });
      }
      case 'DeleteEvent': {
        const { ref_type: kind, ref } = record.payload;
        return audit.emit(`github.delete_${kind}`, { ...event, details: { ...details, ref } });
      }
      case 'ForkEvent': {
        const { id, full_name: fork } = record.payload.forkee;
        return audit.emit('github.fork_repository', {
          ...event,
          targets: [repository, targetOf('repository', id, fork)],
        });
      }
      case 'GollumEvent': {
        const pages = record.payload.pages.map(({ page_name: page, ...edit }) => ({
          page,
          ...edit,
        }));
        return audit.emit('github.edit_wiki', { ...event, details: { ...details, pages } });
      }
      case 'IssueCommentEvent': {
        const { issue, comment } = record.payload;
        return audit.emit('github.comment_issue', {
          ...event,
          ...about('issue', issue),
          details: { ...about('issue', issue).details, commentId: comment.id },
        });
      }
      case 'IssuesEvent': {
        const { action, issue } = record.payload;
        return audit.emit(`github.issue_${action}`, { ...event, ...about('issue', issue) });
      }
      case 'MemberEvent': {
        const { id: memberId, login: memberLogin } = record.payload.member;
        return audit.emit('github.add_member', {
          ...event,
          details: { ...details, memberId, memberLogin },
        });
      }
      case 'PublicEvent':
        return audit.emit('github.publish_repository', event);
      case 'PullRequestEvent': {
        const { action, pull_request: pull } = record.payload;
        const was = action === 'closed' && pull.merged ? 'merged' : action;
        return audit.emit(`github.pull_request_${was}`, {
          ...event,
          ...about('pull-request', pull),
        });
      }
      case 'PullRequestReviewCommentEvent': {
        const { pull_request: pull, comment } = record.payload;
        const pullRequest = about('pull-request', pull);
        return audit.emit('github.comment_diff', {
          ...event,
          ...pullRequest,
          details: { ...pullRequest.details, commentId: comment.id, path: comment.path },
        });
      }
      case 'PushEvent': {
        const { ref, before, head, size: commitCount, commits } = record.payload;
        return audit.emit('github.push', {
          ...event,
          details: {
            ...details,
            ref,
            before,
            head,
            commitCount,
            commits: commits.map(({ sha }) => sha),
          },
        });
      }
      case 'ReleaseEvent': {
        const { id, tag_name: tag, name: title, prerelease } = record.payload.release;
        return audit.emit('github.publish_release', {
          ...event,
          targets: [targetOf('release', id, title || tag), repository],
          details: { ...details, tag, prerelease },
        });
      }
      case 'WatchEvent':
        return audit.emit('github.star_repository', event);
    }

    function about<Type extends 'issue' | 'pull-request'>(
      type: Type,
      { id, number, title }: { id: number; number: number; title: string },
    ) {
      const subject = targetOf(type, id, `#${number}`);
      return {
        targets: [subject, repository] as [typeof subject, typeof repository],
        details: { ...details, number, title },
      };
    }
  },
});

function targetOf<Type extends string>(type: Type, id: number, name: string) {
  return { type, id: String(id), name };
}
