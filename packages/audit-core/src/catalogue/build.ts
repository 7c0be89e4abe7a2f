/** Events of a build, which generates SDKs and documentation for one API. */

import { z } from 'zod';
import { defineEvent } from '../define-event.ts';
import { id, language, name } from './fields.ts';

export const userBuild = defineEvent({
  type: 'user.build',
  version: 1,
  title: 'User Build',
  description: 'SDKs and documentation for an API were built.',
  category: 'builds',
  recordedBy: 'emitter',
  details: {
    buildId: id,
    apiName: name,
    apiId: id,
    languages: z.array(language).min(1).max(8),
    sdkVersion: z.string().min(1).max(64),
    durationMs: z.int().min(0),
  },
  targets: ['build', 'api'],
  publicDetails: ['buildId', 'apiName', 'apiId', 'languages', 'sdkVersion', 'durationMs'],
  sentence:
    'Built {details.apiName} {details.sdkVersion} in {details.languages|count:language:languages}',
  attempt:
    'Tried to build {details.apiName} {details.sdkVersion} in {details.languages|count:language:languages}',
  link: { path: '/builds/{details.buildId}', label: 'Open build #{details.buildId}' },
  retentionDays: 365,
  example: {
    details: {
      buildId: 312,
      apiName: 'Llama Store',
      apiId: 520,
      languages: ['typescript', 'python', 'go'],
      sdkVersion: '1.4.0',
      durationMs: 48_210,
    },
    targets: [
      { type: 'build', id: '312', name: 'Build #312' },
      { type: 'api', id: '520', name: 'Llama Store' },
    ],
  },
});
