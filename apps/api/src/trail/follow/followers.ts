/** The followers that every API process runs. */

import type { Follower } from './follower.ts';
import { targets } from './targets.ts';

export const followers: readonly Follower[] = [targets];
