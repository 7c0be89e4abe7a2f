/** Fields that GitHub's event types share. */

import { text } from '../fields.ts';

/** Defaults of all GitHub types. */
export const github = { version: 1, recordedBy: 'emitter', retentionDays: 365 } as const;

/** The two parts of a repository's full name, separate because links need both. */
export const repository = { owner: text(100), repository: text(100) };
export const publicRepository = ['owner', 'repository'] as const;
export const exampleRepository = { owner: 'exciting-soda', repository: 'llama-store' };
export const repositoryTarget = {
  type: 'repository',
  id: '28635890',
  name: 'exciting-soda/llama-store',
} as const;

export const title = text(1_024);
export const ref = text(1_024);
export const sha = text(64);
