/** Reads the OpenAPI document of a build, from a file or a URL. */

import { readFile, stat } from 'node:fs/promises';
import { basename, resolve, win32 } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
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
 * Reads a document from a URL, or from a path relative to `folder`. Errors name the file without the folders of this
 * machine, since they are recorded as the reason of the failed build.
 * @throws DocumentError
 */
export async function readOpenapi(folder: string, source: string): Promise<OpenapiDocument> {
  const isAddress = /^https?:\/\//i.test(source);
  const shown = isAddress ? source : shownPath(source);
  const content = isAddress
    ? await download(source)
    : await readLocal(resolve(folder, source), shown);
  const parsed = documentSchema.safeParse(parse(shown, content), { error: explain });
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = z.core.toDotPath(issue?.path ?? []);
    throw new DocumentError(
      `${shown} is not an OpenAPI document: ${path ? `"${path}"` : 'it'} ${issue?.message}`,
    );
  }
  const { info, paths } = parsed.data;
  const name = basename(isAddress ? new URL(source).pathname : source) || 'openapi';
  return { name, content, ...info, description: info.description, operations: operationsOf(paths) };
}

/** A relative path as the configuration has it, of any other path the file's name. */
function shownPath(source: string): string {
  const isRelative = !win32.isAbsolute(source) && !/^[a-z][a-z0-9+.-]+:/i.test(source);
  return isRelative ? source : win32.basename(source);
}

const explain: z.core.$ZodErrorMap = ({ code, input, ...issue }) => {
  if (code !== 'invalid_type') return undefined;
  return input === undefined ? 'is missing' : `must be of type ${String(issue['expected'])}`;
};

function parse(shown: string, content: string): unknown {
  if (content.trimStart().startsWith('{')) {
    try {
      // The YAML parser reads JSON too, but a hundred times slower.
      return JSON.parse(content);
    } catch {
      // The YAML parser says where the problem is.
    }
  }
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) {
    const { line, col } = lines.linePos(error.pos[0]);
    throw new DocumentError(
      `Cannot parse ${shown}, line ${line}, column ${col}: ${error.message.split('\n', 1)[0]}`,
    );
  }
  try {
    return document.toJS();
  } catch (error) {
    throw new DocumentError(
      `Cannot parse ${shown}: its aliases are missing or multiply too often`,
      {
        cause: error,
      },
    );
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

async function readLocal(file: string, shown: string): Promise<string> {
  try {
    if ((await stat(file)).size > bytesMax) throw tooLarge(shown);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(`Cannot read ${shown} (${(error as NodeJS.ErrnoException).code})`, {
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
