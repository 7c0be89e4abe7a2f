/** Lists whose rows are numbered in their organisation, and addresses that name such a row. */

import { limits } from '@liblab/audit-core';
import { z } from 'zod';
import { storableText } from './storable-text.ts';

/** What the columns hold. */
export const number = z
  .int()
  .min(0)
  .max(2 ** 31 - 1);

/** A page behind the number `cursor`; 50 rows when absent. */
export const pageShape = {
  limit: z.int().min(1).max(200).optional(),
  cursor: number.optional(),
};

/** The input of procedures about one thing: events name it by any text, rows by a number. */
export const oneOf = z.object({
  id: storableText(z.string().min(1).max(limits.targetIdCharsMax)),
});

/** The number in an address; 0, which no row has, for what is none. */
export function numberOf(id: string): number {
  return /^[1-9]\d{0,8}$/.test(id) ? Number(id) : 0;
}
