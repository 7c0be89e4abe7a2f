/** Text input that Postgres stores or compares. */

import { findUnstorable } from '@liblab/audit-core';
import type { z } from 'zod';

/** Rejects what Postgres would reject or change: U+0000 and lone surrogates. */
export function storableText(schema: z.ZodString): z.ZodString {
  return schema.refine(
    (text) => !findUnstorable(text),
    'contains U+0000 or a lone surrogate; remove it',
  );
}
