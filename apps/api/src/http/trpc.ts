/** The service's tRPC builder. Every procedure declares who may call it. */

import { AppError, type ErrorCode, type Permission } from '@liblab/audit-core';
import { initTRPC, type TRPCError } from '@trpc/server';
import type { TRPC_ERROR_CODE_NUMBER } from '@trpc/server/rpc';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { asAppError } from './as-app-error.ts';
import { authorize, requireSession, type Access, type Refusal } from '../access/authorize.ts';
import { inputError } from './parse-input.ts';
import type { Principal } from '../access/principal.ts';
import type { Records } from './records.ts';

export interface CallContext {
  req: Request;
  /** Only for setting cookies: tRPC writes everything else. */
  res: Response;
  requestId: string;
  /** Identifies the caller; runs once per request, also for a batch of calls. */
  authenticate: () => Promise<Principal>;
  /** @throws AppError `origin_not_allowed` for a request from another site's page; `checkOrigin` says when */
  checkOrigin: (options: { required: boolean }) => void;
}

/** What a failed call returns besides its message. */
export interface CallErrorData {
  code: ErrorCode;
  httpStatus: number;
  /** JSON path of the invalid value. */
  path?: string;
  requestId?: string;
  retryAfterSeconds?: number;
}

/** What a procedure declares. A test requires `records` of every mutation. */
interface ProcedureMeta {
  access: Access;
  refusal?: Refusal;
  records?: Records;
}

const t = initTRPC
  .context<CallContext>()
  .meta<ProcedureMeta>()
  .create({
    errorFormatter: ({ error, ctx }) => {
      const { code, status, message, path, retryAfterSeconds } = callError(error);
      const data: CallErrorData = {
        code,
        httpStatus: status,
        ...(path === undefined ? {} : { path }),
        ...(ctx === undefined ? {} : { requestId: ctx.requestId }),
        ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
      };
      return { code: rpcCode(status), message, data };
    },
  });

export const router = t.router;

const publicProcedure = t.procedure.use(({ ctx, type, next }) => {
  if (type !== 'query') ctx.checkOrigin({ required: false });
  return next();
});

const sessionProcedure = t.procedure.use(async ({ ctx, type, next }) => {
  const principal = requireSession(await identify(ctx, type));
  return next({ ctx: { principal } });
});

const permittedProcedure = t.procedure
  .use(async ({ ctx, type, meta, getRawInput, next }) => {
    const principal = await identify(ctx, type);
    const input = (await getRawInput()) as { organizationId?: unknown } | undefined;
    const { access, refusal } = meta as { access: Permission; refusal?: Refusal };
    const { organizationId } = input ?? {};
    return next({
      ctx: authorize(principal, access, organizationId, { refusal }),
    });
  })
  .input(z.object({ organizationId: z.guid().optional() }).optional());

/**
 * The only way to make a procedure. With a permission, the input may contain an `organizationId`, and the context holds
 * the authorised one: handlers use `ctx.organizationId`, never the input's.
 */
export function procedure(
  meta: ProcedureMeta & { access: 'public'; refusal?: never },
): typeof publicProcedure;
export function procedure(
  meta: ProcedureMeta & { access: 'session'; refusal?: never },
): typeof sessionProcedure;
export function procedure(meta: ProcedureMeta & { access: Permission }): typeof permittedProcedure;
export function procedure(meta: ProcedureMeta): unknown {
  if (meta.access === 'public') return publicProcedure.meta(meta);
  return (meta.access === 'session' ? sessionProcedure : permittedProcedure).meta(meta);
}

async function identify(ctx: CallContext, type: string): Promise<Principal> {
  const principal = await ctx.authenticate();
  if (type !== 'query' && principal.kind === 'user') ctx.checkOrigin({ required: true });
  return principal;
}

/** tRPC's code for a status: JSON-RPC's own for 400 and 5xx, else -32000 minus (status - 400). */
function rpcCode(status: number): TRPC_ERROR_CODE_NUMBER {
  if (status >= 500) return -32_603;
  return (status === 400 ? -32_600 : 400 - 32_000 - status) as TRPC_ERROR_CODE_NUMBER;
}

/** The public error of a failed call, whether the error is the service's or tRPC's. */
export function callError(error: TRPCError): AppError {
  const { cause } = error;
  if (cause instanceof AppError) return cause;
  if (cause instanceof z.core.$ZodError) return inputError(cause);
  switch (error.code) {
    case 'NOT_FOUND':
      return new AppError('not_found', 'Unknown procedure.');
    case 'METHOD_NOT_SUPPORTED':
      return new AppError('method_not_allowed', 'Send queries as GET and mutations as POST.');
    case 'PAYLOAD_TOO_LARGE':
      return new AppError(
        'too_large',
        'The body is larger than 256 KiB. Split it into several requests.',
      );
    case 'UNSUPPORTED_MEDIA_TYPE':
      return new AppError('unsupported_media_type', 'Send the body as application/json.');
    case 'PARSE_ERROR':
    case 'BAD_REQUEST':
      return new AppError('bad_request', 'The request is not a valid tRPC call.', { cause });
    default:
      return asAppError(cause ?? error);
  }
}
