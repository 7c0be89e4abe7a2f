/** The fields that several event types share. */

import { z } from 'zod';

export const text = (charsMax: number) => z.string().min(1).max(charsMax);
export const count = z.int().min(0);
