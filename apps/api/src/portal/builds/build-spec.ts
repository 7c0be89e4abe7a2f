/** The request body that registers a build. */

import { cutText, language, limits } from '@liblab/audit-core';
import { z } from 'zod';
import { storableText } from '../../http/storable-text.ts';

const mebibyte = 1024 * 1024;

/** Of the whole request, decompressed. */
export const requestBytesMax = 8 * mebibyte;
/** A report of a pull request: fits any reason that a command line can hold. */
export const reportBytesMax = mebibyte;
const openapiBytesMax = 4 * mebibyte;
const readmeBytesMax = mebibyte / 2;
const documentsMax = 20;
/** The maximum of the integer columns. */
export const intMax = 2 ** 31 - 1;

export const nameText = storableText(z.string().trim().min(1).max(200));
/** Why something failed. Evidence is never rejected: a long text is cut, and what cannot be stored is replaced. */
export const reasonText = z
  .string()
  .trim()
  .min(1)
  .transform((text) =>
    cutText(text.toWellFormed().replaceAll('\0', '\uFFFD'), limits.reasonCharsMax),
  );

function content(bytesMax: number) {
  return storableText(z.string().min(1)).refine(
    (text) => Buffer.byteLength(text) <= bytesMax,
    `must be at most ${bytesMax / 1024} KiB; send a smaller document`,
  );
}

const document = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('openapi'), name: nameText, content: content(openapiBytesMax) }),
  z.strictObject({
    kind: z.literal('readme'),
    language,
    name: nameText,
    content: content(readmeBytesMax),
  }),
]);

const shape = {
  requestId: z.guid('must be a UUID').toLowerCase(),
  api: z.strictObject({ name: nameText }),
  sdkName: nameText.optional(),
  durationMs: z.int().min(0).max(intMax),
  sdks: z
    .array(z.strictObject({ language, version: storableText(z.string().trim().min(1).max(64)) }))
    .min(1)
    .max(language.options.length)
    .refine(
      (sdks) => areUnique(sdks.map((sdk) => sdk.language)),
      'must not contain the same language twice',
    ),
  documents: z
    .array(document)
    .max(documentsMax)
    .refine(
      (documents) =>
        areUnique(documents.map((one) => (one.kind === 'readme' ? one.language : one.kind))),
      'must contain at most one OpenAPI document, and one README per language',
    )
    .default([]),
};

export const buildSpec = z.discriminatedUnion('status', [
  z.strictObject({ ...shape, status: z.literal('succeeded') }),
  z.strictObject({ ...shape, status: z.literal('failed'), reason: reasonText }),
]);

export type BuildSpec = z.output<typeof buildSpec>;

function areUnique(keys: string[]): boolean {
  return new Set(keys).size === keys.length;
}
