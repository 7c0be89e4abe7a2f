/** Inputs for rows whose ids are numbers within an organisation. */

import { limits } from '@liblab/audit-core';
import { z } from 'zod';
import { storableText } from './storable-text.ts';

/** The range of an integer column. */
export const number = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** The sort keys in a cursor over such rows. */
export const numberKey = z.tuple([number]);

/** Input that names one thing. Text, because events may name things that have no row here. */
export const idInput = z.object({
  id: storableText(z.string().min(1).max(limits.targetIdCharsMax)),
});

/** The row number in an id; 0, which no row has, when the id is not a number. */
export function rowNumberOf(id: string): number {
  return /^[1-9]\d{0,8}$/.test(id) ? Number(id) : 0;
}
