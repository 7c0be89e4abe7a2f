/** Reads the OpenAPI document of a build, from a file or a URL. */

import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { userAgent } from './version.ts';

/** What a build needs from the document. */
export interface OpenapiDocument {
  /** The file's name. */
  name: string;
  /** The file's content, unchanged. */
  content: string;
  title: string;
  version: string;
  description: string | undefined;
  operations: Operation[];
}

/** One operation of the API. */
export interface Operation {
  method: string;
  path: string;
  summary: string;
  /** The first tag, by which the README groups operations. */
  tag: string | undefined;
}

/** The document cannot be used, so the build failed. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

/** The Portal's limit. */
const bytesMax = 4 * 1024 * 1024;
const fetchTimeoutMs = 30_000;
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
  .refine(({ openapi, swagger }) => openapi ?? swagger, 'has neither "openapi" nor "swagger"');

/**
 * Reads a document from a URL, or from a path relative to `folder`.
 * @throws DocumentError
 */
export async function readOpenapi(folder: string, source: string): Promise<OpenapiDocument> {
  const isAddress = /^https?:\/\//i.test(source);
  const content = isAddress ? await download(source) : await readLocal(resolve(folder, source));
  const parsed = documentSchema.safeParse(parseDocument(source, content));
  if (!parsed.success) {
    throw new DocumentError(
      `${source} is not an OpenAPI document: ${z.prettifyError(parsed.error).replaceAll('\n', ' ')}`,
    );
  }
  const { info, paths } = parsed.data;
  const name = basename(isAddress ? new URL(source).pathname : source) || 'openapi';
  return { name, content, ...info, description: info.description, operations: operationsOf(paths) };
}

function parseDocument(source: string, content: string): unknown {
  try {
    // The YAML parser reads JSON too, but a hundred times slower.
    return content.trimStart().startsWith('{') ? JSON.parse(content) : parse(content);
  } catch (error) {
    throw new DocumentError(`Cannot parse ${source}: ${(error as Error).message}`, {
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
    throw new DocumentError(`Cannot read ${file} (${(error as NodeJS.ErrnoException).code})`, {
      cause: error,
    });
  }
}

async function download(address: string): Promise<string> {
  try {
    const response = await fetch(address, {
      headers: { 'user-agent': userAgent },
      signal: AbortSignal.timeout(fetchTimeoutMs),
    });
    if (!response.ok) {
      throw new DocumentError(`${address} responded with status ${response.status}`);
    }
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      bytes += chunk.length;
      if (bytes > bytesMax) throw tooLarge(address);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(`Cannot download ${address}`, { cause: error });
  }
}

function tooLarge(source: string): DocumentError {
  return new DocumentError(`${source} exceeds the limit of ${bytesMax / 1024 / 1024} MiB`);
}
