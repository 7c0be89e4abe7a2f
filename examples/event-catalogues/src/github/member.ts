/** Collaborators of GitHub repositories. */

import { defineEvent } from '@liblab/audit-core';
import { count, text } from '../fields.ts';
import {
  exampleRepository,
  github,
  publicRepository,
  repository,
  repositoryTarget,
} from './fields.ts';

/** All types of collaborators. */
export const memberTypes = [
  defineEvent({
    ...github,
    type: 'github.add_member',
    title: 'Member added',
    description: 'A user was added to a repository as a collaborator.',
    category: 'github members',
    targets: ['repository'],
    details: { ...repository, memberId: count, memberLogin: text(100) },
    publicDetails: publicRepository,
    subjects: [{ type: 'member', id: 'memberId', details: ['memberId', 'memberLogin'] }],
    sentence: 'Added {details.memberLogin} to {targets.0.name|or:targets.0.id}',
    example: {
      details: { ...exampleRepository, memberId: 4_323_109, memberLogin: 'alan' },
      targets: [repositoryTarget],
    },
  }),
] as const;
