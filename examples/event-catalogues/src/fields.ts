/** Fields that several event types share. */

import { z } from 'zod';

/** A bounded text that is not empty. */
export const text = (charsMax: number) => z.string().min(1).max(charsMax);
/** A number of things, or a numeric id. */
export const count = z.int().min(0);
