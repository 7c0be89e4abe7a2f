/** The audit client, and the functions to define further event types. */

export {
  defineCatalogue,
  defineEvent,
  liblabCatalogue,
  type Actor,
  type Catalogue,
  type EventInput,
  type LiblabCatalogue,
  type SentEvent,
  type TypeOf,
} from '@liblab/audit-core';
export { AuditClient, type Emission, type TimeoutOptions } from './audit-client.ts';
export * from './errors.ts';
export { type AuditClientOptions } from './options.ts';
export { type Acknowledgement } from './read-response.ts';
export { type OnError } from './report-failures.ts';
export { stableId } from './stable-id.ts';
