/**
 * One append: lock the head, tell new events from repeats, give positions and a time, hash, store, commit.
 * The lock is held until the commit, so positions have no gaps and a lower one is never committed later.
 */

import { hash } from 'node:crypto';
import { AppError, limits } from '@liblab/audit-core';
import { buildEntry, encodeBundle, leafHash } from '@liblab/audit-core/log';
import type { Pool, PoolClient } from 'pg';
import { sha256 } from '../events/sha256.ts';
import { readEntries } from '../events/read-entries.ts';
import type { ActorRefs } from './actor-refs.ts';
import type { PreparedEvent } from './prepare-event.ts';
import type { Appended, WriteBatch } from './sequencer.ts';
import { storeBatch, type PlacedEvent } from './store-batch.ts';
import { advanceTree, type TreeCache } from './advance-tree.ts';

/** Postgres' clock may be this far ahead of ours before we take its time for an event's. */
const clockSkewMaxMs = 60_000;
