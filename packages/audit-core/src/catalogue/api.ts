/** Events of an API, for which SDKs and documentation are built. */

/** An API was registered. */
import { defineEvent } from '../define-event.ts';
import { id, name } from './fields.ts';

export const userCreateApi = defineEvent({
  type: 'user.create_api',
  version: 1,
  title: 'User Create API',
  description: 'An API was registered, manually or by its first build.',
  category: 'apis',
  recordedBy: 'emitter',
  details: { apiName: name, apiId: id },
  targets: ['api'],
  publicDetails: ['apiName', 'apiId'],
  sentence: 'Created API {details.apiName}',
  attempt: 'Tried to create API {details.apiName}',
  link: { path: '/apis/{details.apiId}', label: 'Open {details.apiName}' },
  retentionDays: 365,
  example: {
    details: { apiName: 'Llama Store', apiId: 520 },
    targets: [{ type: 'api', id: '520', name: 'Llama Store' }],
  },
});
