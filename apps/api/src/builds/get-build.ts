/** A build, its documents and its pull requests, as events tell them. */

import { AppError, type Actor, type Outcome, type TrailEvent } from '@liblab/audit-core';
import { z } from 'zod';
import type { Services } from '../context.ts';
import { documentsOf, type DocumentState } from '../events/document-state.ts';
import { readTargetedEvents } from '../events/read-targeted-events.ts';

const text = z.string().nullable().catch(null);
const number = z.number().nullable().catch(null);

// Emitters may be newer than this server: what has another shape than expected reads as untold.
const buildDetails = z.object({
  apiName: text,
  apiId: number,
  languages: z.array(z.string()).catch([]),
  sdkVersion: text,
  durationMs: number,
});

const pullRequestDetails = z.object({
  repository: text,
  language: text,
  sdkName: text,
  prNumber: number,
  // A page links to it.
  prUrl: z
    .url({ protocol: /^https?$/ })
    .nullable()
    .catch(null),
  reason: text,
});

/** What no event tells, or what was erased, is null. */
export interface Build extends z.output<typeof buildDetails> {
  id: string;
  occurredAt: string | null;
  actor: Actor | null;
  outcome: Outcome | null;
}

export interface PullRequest extends z.output<typeof pullRequestDetails> {
  outcome: Outcome;
  occurredAt: string;
}

export interface BuildPage {
  build: Build;
  documents: DocumentState[];
  /** Newest first. */
  pullRequests: PullRequest[];
  /** The newest that speak of the build, newest first. */
  events: TrailEvent[];
}

/** @throws AppError `not_found` when no event of the organisation speaks of the build */
export async function getBuild(
  services: Pick<Services, 'db' | 'catalogue'>,
  organizationId: string,
  id: string,
): Promise<BuildPage> {
  const events = await readTargetedEvents(services, organizationId, { type: 'build', id });
  if (events.length === 0) throw new AppError('not_found', 'No event speaks of this build.');
  const built = events.find((event) => event.type === 'user.build');
  return {
    build: {
      id,
      ...buildDetails.parse(built?.details ?? {}),
      occurredAt: built?.occurredAt ?? null,
      actor: built?.actor ?? null,
      outcome: built?.outcome ?? null,
    },
    documents: documentsOf(events),
    pullRequests: events.flatMap((event) =>
      event.type === 'user.published_pr' || event.type === 'user.publish_pr_failure'
        ? [
            {
              ...pullRequestDetails.parse(event.details),
              outcome: event.outcome,
              occurredAt: event.occurredAt,
            },
          ]
        : [],
    ),
    events,
  };
}
