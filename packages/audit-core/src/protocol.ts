/** Responses of the ingest API, shared by server and client. */

import { z } from 'zod';

/** What happened to one event of a request. */
export const eventResultSchema = z.object({
  id: z.string().nullable(),
  status: z.enum(['recorded', 'duplicate', 'rejected']),
  /** Position in the trail. */
  seq: z.number().optional(),
  /** The leaf's hash, base64. */
  leafHash: z.string().optional(),
  loggedAt: z.string().optional(),
  error: z
    .object({ code: z.string(), path: z.string().optional(), message: z.string() })
    .optional(),
});

/** The response of `POST /api/v1/events`: one result per event, in the request's order. */
export const ingestResponseSchema = z.object({ results: z.array(eventResultSchema) });

/** The response to a request that failed as a whole. */
export const errorResponseSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    path: z.string().optional(),
    requestId: z.string().optional(),
  }),
});

export type EventResult = z.output<typeof eventResultSchema>;
export type IngestResponse = z.output<typeof ingestResponseSchema>;
export type ErrorResponse = z.output<typeof errorResponseSchema>;
