/** Wall-clock times of an IANA time zone as instants. */

/**
 * The instant at which clocks of the zone show a time, which is given as if it were UTC. A time that is shown twice is
 * the first one; a time that is skipped is as much later as clocks are put forward, so that a day always has a start.
 *
 * @throws RangeError for an unknown zone
 */
export function instantInZone(wallMs: number, zone: string): number {
  if (zone === 'UTC') return wallMs;
  const dayMs = 86_400_000;
  const offsetBefore = offsetAt(wallMs - dayMs, zone);
  const candidates = [wallMs - offsetBefore, wallMs - offsetAt(wallMs + dayMs, zone)];
  const shown = candidates.filter((ms) => ms + offsetAt(ms, zone) === wallMs);
  return shown.length > 0 ? Math.min(...shown) : wallMs - offsetBefore;
}

/** How far the zone's clocks are ahead of UTC. */
function offsetAt(ms: number, zone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(ms);
  const read = (type: Intl.DateTimeFormatPartTypes) =>
    parts.find((part) => part.type === type)?.value ?? '';
  const year = read('era') === 'BC' ? 1 - Number(read('year')) : Number(read('year'));
  const shown = new Date(0);
  shown.setUTCFullYear(year, Number(read('month')) - 1, Number(read('day')));
  shown.setUTCHours(Number(read('hour')), Number(read('minute')), Number(read('second')));
  return shown.getTime() - Math.floor(ms / 1_000) * 1_000;
}
