/** What a signer's state knows, as roots that a trail must lead to. */

import { decodeFrontier, frontierRoot, type KnownRoot } from '@liblab/audit-core/log';
import { sha256 } from '../trail/store/sha256.ts';
import { readSignerState } from './signer-state.ts';

/** Size and root of the last signed tree of each trail, by organisation. */
export function readSignedRoots(stateFile: string): Map<string, KnownRoot> {
  const roots = new Map<string, KnownRoot>();
  for (const [organizationId, { size, frontier }] of readSignerState(stateFile)) {
    roots.set(organizationId, {
      size,
      root: frontierRoot(decodeFrontier(size, frontier), sha256),
    });
  }
  return roots;
}
