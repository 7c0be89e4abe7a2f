/** How long to wait before the next attempt. */

/**
 * Full jitter: anything from nothing to the doubling bound, so that clients that failed together do not come back
 * together.
 *
 * @param failures failed attempts so far, from 1
 * @param random a number in [0, 1)
 */
export function backoffMs(
  failures: number,
  bounds: { minMs: number; maxMs: number },
  random: number,
): number {
  return random * Math.min(bounds.maxMs, bounds.minMs * 2 ** Math.min(failures - 1, 30));
}

/** Milliseconds of a Retry-After header, seconds or an HTTP date; undefined when it is absent or unreadable. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  // HTTP dates begin with the day's name; Date.parse alone would also read "-5" or "2.5" as years.
  const at = /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
