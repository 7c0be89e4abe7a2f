/** The roots in a signer state, to which the trails must lead. */

import { decodeFrontier, frontierRoot, type KnownRoot } from '@liblab/audit-core/log';
import { sha256 } from '../trail/store/sha256.ts';
import { readSignerState } from './signer-state.ts';

/** The size and root of each trail's last signed tree, by organisation id. */
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
