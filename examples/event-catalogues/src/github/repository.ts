/** GitHub repositories, their branches and tags, and pushes. */

import { defineEvent } from '@liblab/audit-core';
import { z } from 'zod';
import { count, text } from '../fields.ts';
import {
  exampleRepository,
  github,
  publicRepository,
  ref,
  repository,
  repositoryTarget,
  sha,
} from './fields.ts';

const onRepository = {
  ...github,
  category: 'github repositories',
  targets: ['repository'],
  link: {
    path: 'https://github.com/{details.owner}/{details.repository}',
    label: 'Open {targets.0.name|or:targets.0.id}',
  },
} as const;

const plain = {
  ...onRepository,
  details: repository,
  publicDetails: publicRepository,
  example: { details: exampleRepository, targets: [repositoryTarget] },
} as const;

const withRef = {
  ...onRepository,
  details: { ...repository, ref },
  publicDetails: [...publicRepository, 'ref'],
  example: { details: { ...exampleRepository, ref: 'main' }, targets: [repositoryTarget] },
} as const;

/** All types of repositories. */
export const repositoryTypes = [
  defineEvent({
    ...plain,
    type: 'github.create_repository',
    title: 'Repository created',
    description: 'A repository was created.',
    sentence: 'Created {targets.0.name|or:targets.0.id}',
  }),
  defineEvent({
    ...plain,
    type: 'github.publish_repository',
    title: 'Repository made public',
    description: 'A private repository was made public.',
    sentence: 'Made {targets.0.name|or:targets.0.id} public',
  }),
  defineEvent({
    ...plain,
    type: 'github.star_repository',
    title: 'Repository starred',
    description: 'Somebody starred a repository.',
    sentence: 'Starred {targets.0.name|or:targets.0.id}',
  }),
  defineEvent({
    ...onRepository,
    type: 'github.fork_repository',
    title: 'Repository forked',
    description: 'A repository was forked to another account.',
    targets: ['repository', 'repository'],
    details: repository,
    publicDetails: publicRepository,
    sentence: 'Forked {targets.0.name|or:targets.0.id} to {targets.1.name|or:targets.1.id}',
    example: {
      details: exampleRepository,
      targets: [repositoryTarget, { type: 'repository', id: '28677549', name: 'ada/llama-store' }],
    },
  }),
  defineEvent({
    ...withRef,
    type: 'github.create_branch',
    title: 'Branch created',
    description: 'A branch was pushed for the first time.',
    sentence: 'Created branch {details.ref} of {targets.0.name|or:targets.0.id}',
  }),
  defineEvent({
    ...withRef,
    type: 'github.create_tag',
    title: 'Tag created',
    description: 'A tag was pushed.',
    sentence: 'Created tag {details.ref} of {targets.0.name|or:targets.0.id}',
  }),
  defineEvent({
    ...withRef,
    type: 'github.delete_branch',
    title: 'Branch deleted',
    description: 'A branch was deleted.',
    sentence: 'Deleted branch {details.ref} of {targets.0.name|or:targets.0.id}',
  }),
  defineEvent({
    ...withRef,
    type: 'github.delete_tag',
    title: 'Tag deleted',
    description: 'A tag was deleted.',
    sentence: 'Deleted tag {details.ref} of {targets.0.name|or:targets.0.id}',
  }),
  defineEvent({
    ...onRepository,
    type: 'github.push',
    title: 'Push',
    description: 'Commits were pushed to a branch.',
    details: {
      ...repository,
      ref,
      before: sha,
      head: sha,
      /** The number of all commits; `commits` lists only about the last twenty. */
      commitCount: count,
      commits: z.array(sha).max(250),
    },
    publicDetails: [...publicRepository, 'ref', 'before', 'head', 'commitCount', 'commits'],
    sentence:
      'Pushed {details.commitCount|count:commit:commits} to {details.ref} of {targets.0.name|or:targets.0.id}',
    link: {
      path: 'https://github.com/{details.owner}/{details.repository}/commit/{details.head}',
      label: 'Open the last commit',
    },
    example: {
      details: {
        ...exampleRepository,
        ref: 'refs/heads/main',
        before: '86ffa724b4d70fce46e760f8cc080f5ec3d7d85f',
        head: 'a9b22a6d80c1e0bb49c1cf75a3c075b642c28f81',
        commitCount: 1,
        commits: ['a9b22a6d80c1e0bb49c1cf75a3c075b642c28f81'],
      },
      targets: [repositoryTarget],
    },
  }),
  defineEvent({
    ...onRepository,
    type: 'github.publish_release',
    title: 'Release published',
    description: 'A release was published.',
    targets: ['release', 'repository'],
    details: { ...repository, tag: ref, prerelease: z.boolean() },
    publicDetails: [...publicRepository, 'tag', 'prerelease'],
    sentence: 'Released {details.tag} of {targets.1.name|or:targets.1.id}',
    link: {
      path: 'https://github.com/{details.owner}/{details.repository}/releases',
      label: 'Open the releases',
    },
    example: {
      details: { ...exampleRepository, tag: 'v1.4.0', prerelease: false },
      targets: [{ type: 'release', id: '818178', name: '1.4.0' }, repositoryTarget],
    },
  }),
  defineEvent({
    ...onRepository,
    type: 'github.edit_wiki',
    title: 'Wiki edited',
    description: 'Pages of a wiki were created or edited.',
    details: {
      ...repository,
      pages: z
        .array(z.strictObject({ page: text(1_024), action: text(64), sha }))
        .min(1)
        .max(100),
    },
    publicDetails: publicRepository,
    sentence:
      'Edited {details.pages|count:page:pages} of the wiki of {targets.0.name|or:targets.0.id}',
    link: {
      path: 'https://github.com/{details.owner}/{details.repository}/wiki',
      label: 'Open the wiki',
    },
    example: {
      details: {
        ...exampleRepository,
        pages: [
          { page: 'Home', action: 'edited', sha: '12b0dd3de7184304c3fdb2d294387e04bc449aa1' },
        ],
      },
      targets: [repositoryTarget],
    },
  }),
] as const;
