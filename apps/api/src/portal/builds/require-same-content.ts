/** Guards request ids: one that was used registers nothing else. */

import { isDeepStrictEqual } from 'node:util';
import { AppError } from '@liblab/audit-core';

/**
 * Compares what was sent with what the request id registered.
 * @param registered what it registered, as in `build #430`
 * @throws AppError `id_reused`, which names the first field that differs
 */
export function requireSameContent<Content extends object>(
  registered: string,
  sent: Content,
  stored: { [Name in keyof Content]: unknown },
): void {
  for (const name of Object.keys(sent) as (keyof Content & string)[]) {
    if (isDeepStrictEqual(sent[name], stored[name])) continue;
    throw new AppError(
      'id_reused',
      `This request id was already used for ${registered}, whose "${name}" differs. Use a new request id.`,
      { path: '$.requestId' },
    );
  }
}
