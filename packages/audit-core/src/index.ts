/** What an audit event is: the catalogue, the envelope, the query language, roles and permissions, and error codes. */

export {
  liblabCatalogue,
  portalCatalogue,
  type EventType,
  type LiblabCatalogue,
  type PortalCatalogue,
} from './catalogue/index.ts';
export { cutText } from './cut-text.ts';
export {
  defineCatalogue,
  type Catalogue,
  type Checked,
  type EmittedTypeOf,
  type EventInput,
  type EventTypeDescription,
  type Rejection,
  type TypeOf,
} from './define-catalogue.ts';
export {
  defineEvent,
  target,
  type EventDefinition,
  type EventSpec,
  type Subject,
} from './define-event.ts';
export { AppError, errorCodes, type ErrorCode } from './errors.ts';
export { dropRedactedValues } from './drop-redacted-values.ts';
export {
  outcomes,
  targetSchema,
  typeCodeSchema,
  type Actor,
  type Change,
  type Context,
  type Json,
  type Outcome,
  type SentEvent,
  type Target,
  type TrailEvent,
} from './event.ts';
export { eventSentence } from './event-sentence.ts';
export { explainIssue } from './explain-issue.ts';
export { jsonPath } from './json-path.ts';
export { language } from './catalogue/fields.ts';
export { limits } from './limits.ts';
export { renderMessage, renderPath } from './message.ts';
export {
  errorResponseSchema,
  ingestResponseSchema,
  type ErrorResponse,
  type EventResult,
  type IngestResponse,
} from './protocol.ts';
export { isReasonCode, reasonText, reasonTexts, type ReasonCode } from './reasons.ts';
export {
  keyScopes,
  permissions,
  permissionsOf,
  keyMay,
  roleMay,
  roles,
  scopesMay,
  type KeyScope,
  type Permission,
  type Role,
} from './roles.ts';
export { addressOf, isWholeAddress } from './query/address.ts';
export { foldCase } from './query/fold-case.ts';
export { matches } from './query/matches.ts';
export { parseQuery, type ParseOptions } from './query/parse-query.ts';
export { printQuery } from './query/print-query.ts';
export { QueryError } from './query/query-error.ts';
export {
  allOf,
  resolveTime,
  type Expression,
  type IpRange,
  type Pattern,
  type PositionRange,
  type Query,
  type QueryTime,
  type TargetPattern,
  type Term,
} from './query/query.ts';
export { findUnstorable } from './storable.ts';
export { isReservedType, reservedNamespaces } from './reserved-types.ts';
