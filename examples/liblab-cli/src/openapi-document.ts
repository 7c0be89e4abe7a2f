/** Reads the OpenAPI document that a build is made of, from a file or an address. */

import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { userAgent } from './version.ts';

export interface OpenapiDocument {
  /** Of the file. */
  name: string;
  /** As it was read. */
  content: string;
  title: string;
  version: string;
  description: string | undefined;
  operations: Operation[];
}

export interface Operation {
  method: string;
  path: string;
  summary: string;
  /** Under which the document groups it. */
  tag: string | undefined;
}

/** Why there is no document: the build failed. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

/** What the Portal takes. */
const bytesMax = 4 * 1024 * 1024;
const fetchMs = 30_000;
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'] as const;

const operationSchema = z.object({
  summary: z.string().optional().catch(undefined),
  operationId: z.string().optional().catch(undefined),
  tags: z.array(z.string()).optional().catch(undefined),
});

const documentSchema = z
  .object({
    openapi: z.string().optional(),
    swagger: z.string().optional(),
    info: z.object({
      title: z.string(),
      version: z.string(),
      description: z.string().optional().catch(undefined),
    }),
    paths: z.record(z.string(), z.unknown()).default({}),
  })
  .refine(({ openapi, swagger }) => openapi ?? swagger, 'says neither openapi nor swagger');

/** `folder` is where a relative path starts. Throws DocumentError. */
export async function readOpenapi(folder: string, source: string): Promise<OpenapiDocument> {
  const isAddress = /^https?:\/\//i.test(source);
  const content = isAddress ? await download(source) : await readLocal(resolve(folder, source));
  const parsed = documentSchema.safeParse(parseDocument(source, content));
  if (!parsed.success) {
    throw new DocumentError(
      `${source} is no OpenAPI document: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
    );
  }
  const { info, paths } = parsed.data;
  const name = basename(isAddress ? new URL(source).pathname : source) || 'openapi';
  return { name, content, ...info, description: info.description, operations: operationsOf(paths) };
}

function parseDocument(source: string, content: string): unknown {
  try {
    // JSON is YAML too, but a parser of its own reads it a hundred times faster.
    return content.trimStart().startsWith('{') ? JSON.parse(content) : parse(content);
  } catch (error) {
    throw new DocumentError(`${source} cannot be parsed: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function operationsOf(paths: Record<string, unknown>): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const parsed = operationSchema.safeParse((item as Record<string, unknown> | null)?.[method]);
      if (!parsed.success) return [];
      const { summary, operationId, tags } = parsed.data;
      return [
        {
          method: method.toUpperCase(),
          path,
          summary: summary ?? operationId ?? '',
          tag: tags?.[0],
        },
      ];
    }),
  );
}

async function readLocal(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > bytesMax) throw tooLarge(file);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

async function download(address: string): Promise<string> {
  try {
    const answer = await fetch(address, {
      headers: { 'user-agent': userAgent },
      signal: AbortSignal.timeout(fetchMs),
    });
    if (!answer.ok) throw new DocumentError(`${address} answered ${answer.status}`);
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of (answer.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw tooLarge(address);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(`${address} cannot be reached`, { cause: error });
  }
}

function tooLarge(source: string): DocumentError {
  return new DocumentError(`${source} is larger than ${bytesMax / 1024 / 1024} MiB`);
}
