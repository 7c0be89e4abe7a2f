/** The fields that several event types share. */

import { z } from 'zod';
import { limits } from '../limits.ts';

export const name = z.string().min(1).max(200);
export const email = z.string().min(3).max(320).includes('@', 'must be an e-mail address');
export const id = z.int().min(0);
export const tokenId = z.string().min(1).max(64);
export const time = z.iso.datetime({ offset: true }).max(limits.timeCharsMax);

/** The languages liblab generates SDKs in. */
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

/** To the page of the member that the first target names. */
export const memberLink = { path: '/members/{targets.0.id}', label: 'Open member' } as const;
