/** What a call records in the trail, as its declaration says: a test holds each declaration against what is recorded. */

import type { EventType } from '@liblab/audit-core';

/** Every event type that a call may record, or why a call that changes something records none. */
export type Records = readonly [EventType, ...EventType[]] | { exempt: string };
