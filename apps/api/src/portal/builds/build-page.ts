/** A build as its page shows it, whether it is registered or known only from events. */

import type { Actor, Outcome, TrailEvent } from '@liblab/audit-core';
import type { DocumentState } from './document-state.ts';

/** Null: unknown or erased. */
export interface Build {
  id: string;
  apiId: number | null;
  apiName: string | null;
  sdkName: string | null;
  sdks: { language: string; version: string | null }[];
  builtAt: string | null;
  actor: Actor | null;
  outcome: Outcome | null;
  reason: string | null;
  durationMs: number | null;
  /** Which tool registered it. */
  tool: string | null;
  toolVersion: string | null;
}

export interface PullRequest {
  language: string | null;
  repository: string | null;
  sdkName: string | null;
  prNumber: number | null;
  prUrl: string | null;
  reason: string | null;
  outcome: Outcome;
  occurredAt: string;
}

export interface BuildPage {
  build: Build;
  documents: DocumentState[];
  /** Newest first. */
  pullRequests: PullRequest[];
  /** The newest events that mention the build, newest first; absent when the caller may not read the trail. */
  events?: TrailEvent[];
}
