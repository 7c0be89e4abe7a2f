/** Events of a pull request that adds a built SDK to its repository. */

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { id, language, name } from './fields.ts';

const pullRequest = {
  version: 1,
  category: 'pull requests',
  recordedBy: 'emitter',
  targets: ['repository', 'build'],
  retentionDays: 365,
} as const;

const sdk = { sdkName: name, language, repository: name };

const exampleTargets = [
  { type: 'repository', id: 'exciting-soda/llama-store-sdk-python' },
  { type: 'build', id: '312', name: 'Build #312' },
] as const;

export const userPublishedPr = defineEvent({
  ...pullRequest,
  type: 'user.published_pr',
  title: 'User Published PR',
  description: 'A pull request with a new SDK was opened.',
  details: { ...sdk, prNumber: id, prUrl: z.url({ protocol: /^https?$/ }).max(1_024) },
  publicDetails: ['sdkName', 'language', 'repository', 'prNumber', 'prUrl'],
  sentence: 'Opened #{details.prNumber} in {details.repository}',
  attempt: 'Tried to open #{details.prNumber} in {details.repository}',
  link: { path: '/builds/{targets.1.id}', label: 'Open build #{targets.1.id}' },
  example: {
    details: {
      sdkName: 'llama-store-sdk',
      language: 'python',
      repository: 'exciting-soda/llama-store-sdk-python',
      prNumber: 61,
      prUrl: 'https://github.com/exciting-soda/llama-store-sdk-python/pull/61',
    },
    targets: exampleTargets,
  },
});

export const userPublishPrFailure = defineEvent({
  ...pullRequest,
  type: 'user.publish_pr_failure',
  title: 'User Publish PR Failure',
  description: 'A pull request with a new SDK could not be opened.',
  outcome: 'failure',
  details: { ...sdk, reason: z.string().min(1).max(2_000) },
  publicDetails: ['sdkName', 'language', 'repository'],
  sentence: 'Failed to open a pull request in {details.repository}: {details.reason}',
  link: { path: '/builds/{targets.1.id}', label: 'Open build #{targets.1.id}' },
  example: {
    details: {
      sdkName: 'llama-store-sdk',
      language: 'python',
      repository: 'exciting-soda/llama-store-sdk-python',
      reason: 'The repository refused the push: branch main is protected.',
    },
    targets: exampleTargets,
  },
});
