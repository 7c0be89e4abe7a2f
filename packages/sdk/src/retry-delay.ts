/** The wait before the next attempt. */

/**
 * Exponential backoff with full jitter: a random wait below a bound that doubles with each failure, so clients that
 * failed together do not retry together.
 *
 * @param failures failed attempts so far, at least 1
 * @param random a number in [0, 1)
 */
export function backoffMs(
  failures: number,
  bounds: { minMs: number; maxMs: number },
  random: number,
): number {
  return random * Math.min(bounds.maxMs, bounds.minMs * 2 ** Math.min(failures - 1, 30));
}

/** Parses a Retry-After header, in seconds or as an HTTP date, to ms; undefined when absent or invalid. */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  // HTTP dates start with a weekday; Date.parse alone would also accept "-5" or "2.5" as years.
  const at = /^[A-Z][a-z]+,? /.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
