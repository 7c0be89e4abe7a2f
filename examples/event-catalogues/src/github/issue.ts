/** GitHub issues, and comments on them. */

import { defineEvent } from '@liblab/audit-core';
import { count } from '../fields.ts';
import {
  exampleRepository,
  github,
  publicRepository,
  repository,
  repositoryTarget,
  title,
} from './fields.ts';

const onIssue = {
  ...github,
  category: 'github issues',
  targets: ['issue', 'repository'],
  details: { ...repository, number: count, title },
  publicDetails: [...publicRepository, 'number'],
  link: {
    path: 'https://github.com/{details.owner}/{details.repository}/issues/{details.number}',
    label: 'Open #{details.number}',
  },
} as const;

const example = {
  details: { ...exampleRepository, number: 117, title: 'The bucket is not found' },
  targets: [{ type: 'issue', id: '53197754', name: '#117' }, repositoryTarget],
} as const;

function issueWas<const Action extends 'opened' | 'closed' | 'reopened'>(action: Action) {
  const verb = action.charAt(0).toUpperCase() + action.slice(1);
  return defineEvent({
    ...onIssue,
    type: `github.issue_${action}` as const,
    title: `Issue ${action}`,
    description: `An issue was ${action}.`,
    sentence: `${verb} #{details.number} of {targets.1.name|or:targets.1.id}: {details.title}`,
    example,
  });
}

/** All types of issues. */
export const issueTypes = [
  issueWas('opened'),
  issueWas('closed'),
  issueWas('reopened'),
  defineEvent({
    ...onIssue,
    type: 'github.comment_issue',
    title: 'Issue commented',
    description: 'Somebody commented on an issue, or on a pull request as a whole.',
    details: { ...onIssue.details, commentId: count },
    publicDetails: [...onIssue.publicDetails, 'commentId'],
    sentence: 'Commented on #{details.number} of {targets.1.name|or:targets.1.id}: {details.title}',
    example: { ...example, details: { ...example.details, commentId: 68_488_518 } },
  }),
] as const;
