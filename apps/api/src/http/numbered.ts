/** Rows that are numbered in their organisation, and addresses that name such a row. */

import { limits } from '@liblab/audit-core';
import { z } from 'zod';
import { storableText } from './storable-text.ts';

/** The range of the columns. */
export const number = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** The keys of a cursor over such rows. */
export const numberKey = z.tuple([number]);

/** The input of procedures about one thing: events may name it by any text, rows by a number. */
export const oneOf = z.object({
  id: storableText(z.string().min(1).max(limits.targetIdCharsMax)),
});

/** The number in an address; 0, which no row has, if it is not one. */
export function numberOf(id: string): number {
  return /^[1-9]\d{0,8}$/.test(id) ? Number(id) : 0;
}
