/** Fields that several event types share. */

import { z } from 'zod';
import { limits } from '../limits.ts';

export const name = z.string().min(1).max(200);
export const email = z.string().min(3).max(320).includes('@', 'must be an e-mail address');
export const id = z.int().min(0);
export const tokenId = z.string().min(1).max(64);
export const time = z.iso.datetime({ offset: true }).max(limits.timeCharsMax);

/** The languages of liblab's SDKs. */
export const language = z.enum([
  'java',
  'typescript',
  'python',
  'go',
  'csharp',
  'terraform',
  'php',
  'swift',
]);

/** A link to the member who is the first target. */
export const memberLink = { path: '/members/{targets.0.id}', label: 'Open member' } as const;
