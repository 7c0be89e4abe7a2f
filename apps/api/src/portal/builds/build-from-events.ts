/** Reconstructs an unregistered build from the events that emitters sent. */

import type { TrailEvent } from '@liblab/audit-core';
import { z } from 'zod';
import { documentsFromEvents } from './document-state.ts';
import type { BuildPage } from './build-page.ts';

const text = z.string().nullable().catch(null);
const number = z.number().nullable().catch(null);

// Emitters may be newer than this server: a detail with an unexpected shape reads as null.
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

/** `events` are those that mention the build, newest first; undefined when there are none. */
export function buildFromEvents(
  id: string,
  events: readonly TrailEvent[],
): Omit<BuildPage, 'events'> | undefined {
  if (events.length === 0) return undefined;
  const built = events.find((event) => event.type === 'user.build');
  const { languages, sdkVersion, ...details } = buildDetails.parse(built?.details ?? {});
  return {
    build: {
      id,
      ...details,
      sdkName: null,
      sdks: languages.map((language) => ({ language, version: sdkVersion })),
      builtAt: built?.occurredAt ?? null,
      actor: built?.actor ?? null,
      outcome: built?.outcome ?? null,
      reason: built?.reason ?? null,
      tool: built?.context.service ?? null,
      toolVersion: built?.context.serviceVersion ?? null,
    },
    documents: documentsFromEvents(events),
    pullRequests: events.flatMap(({ type, details, outcome, occurredAt }) =>
      type === 'user.published_pr' || type === 'user.publish_pr_failure'
        ? [{ ...pullRequestDetails.parse(details), outcome, occurredAt }]
        : [],
    ),
  };
}
