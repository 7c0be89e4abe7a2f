/** GitHub pull requests, and comments on code. */

import { defineEvent } from '@liblab/audit-core';
import { z } from 'zod';
import { count, text } from '../fields.ts';
import {
  exampleRepository,
  github,
  publicRepository,
  repository,
  repositoryTarget,
  sha,
  title,
} from './fields.ts';

const onPullRequest = {
  ...github,
  category: 'github pull requests',
  targets: ['pull-request', 'repository'],
  details: { ...repository, number: count, title },
  publicDetails: [...publicRepository, 'number'],
  link: {
    path: 'https://github.com/{details.owner}/{details.repository}/pull/{details.number}',
    label: 'Open #{details.number}',
  },
} as const;

const example = {
  details: { ...exampleRepository, number: 617, title: 'Add space after the quotes' },
  targets: [{ type: 'pull-request', id: '26738797', name: '#617' }, repositoryTarget],
} as const;

function pullRequestWas<const Action extends 'opened' | 'closed' | 'merged' | 'reopened'>(
  action: Action,
) {
  const verb = action.charAt(0).toUpperCase() + action.slice(1);
  return defineEvent({
    ...onPullRequest,
    type: `github.pull_request_${action}` as const,
    title: `Pull request ${action}`,
    description: `A pull request was ${action === 'closed' ? 'closed without being merged' : action}.`,
    sentence: `${verb} #{details.number} of {targets.1.name|or:targets.1.id}: {details.title}`,
    example,
  });
}

/** All types of pull requests and comments on code. */
export const pullRequestTypes = [
  pullRequestWas('opened'),
  pullRequestWas('closed'),
  pullRequestWas('merged'),
  pullRequestWas('reopened'),
  defineEvent({
    ...onPullRequest,
    type: 'github.comment_diff',
    title: 'Diff commented',
    description: 'Somebody commented on a line of a pull request.',
    details: { ...onPullRequest.details, commentId: count, path: text(4_096) },
    publicDetails: [...onPullRequest.publicDetails, 'commentId'],
    sentence:
      'Commented on {details.path} in #{details.number} of {targets.1.name|or:targets.1.id}',
    example: {
      ...example,
      details: { ...example.details, commentId: 22_396_772, path: 'server/db/s3.js' },
    },
  }),
  defineEvent({
    ...github,
    type: 'github.comment_commit',
    title: 'Commit commented',
    description: 'Somebody commented on a commit.',
    category: 'github pull requests',
    targets: ['repository'],
    details: { ...repository, commit: sha, commentId: count, path: z.string().max(4_096) },
    publicDetails: [...publicRepository, 'commit', 'commentId'],
    sentence: 'Commented on {details.commit} of {targets.0.name|or:targets.0.id}',
    link: {
      path: 'https://github.com/{details.owner}/{details.repository}/commit/{details.commit}',
      label: 'Open the commit',
    },
    example: {
      details: {
        ...exampleRepository,
        commit: 'f2c7da93b6607d2990335ad4c0b5f1b5c26f5a83',
        commentId: 9_131_174,
        path: '',
      },
      targets: [repositoryTarget],
    },
  }),
] as const;
