/** The event types that a call declares to record. A test compares each declaration with what is recorded. */

import type { EventType } from '@liblab/audit-core';

/** Every event type that a call may record, or why a call that changes data records none. */
export type Records = readonly [EventType, ...EventType[]] | { exempt: string };
