/** Formats times and caches the last one, because the events of one commit share their time. */

let lastMs = Number.NaN;
let lastText = '';

/** ISO 8601 in UTC with milliseconds. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastText = new Date(ms).toISOString();
    lastMs = ms;
  }
  return lastText;
}
