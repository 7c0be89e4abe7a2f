/** Times in the address: `now-7d` counts from when the link is opened; an ISO 8601 instant is fixed. */

const relative = /^now-(\d{1,4})([mhdw])$/;

const unitMs = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

export type Unit = keyof typeof unitMs;

/** The ranges offered by name. Any other `now-<number><m|h|d|w>` works too. */
export const presets = ['now-24h', 'now-7d', 'now-30d', 'now-90d'] as const;

export interface RangeText {
  from?: string | undefined;
  to?: string | undefined;
}

/** The parts of a time such as `now-7d`; undefined when it is not relative. */
export function parseRelative(text: string): { count: number; unit: Unit } | undefined {
  const match = relative.exec(text);
  return match ? { count: Number(match[1]), unit: match[2] as Unit } : undefined;
}

/** Whether the text is a time: `now`, `now-7d`, or an instant with its offset. */
export function isTime(text: string): boolean {
  return resolveTime(text, 0) !== undefined;
}

/** The instant of a time at `now` (milliseconds since 1970), as ISO 8601 in UTC; undefined when the text is not a time. */
export function resolveTime(text: string, now: number): string | undefined {
  if (text === 'now') return new Date(now).toISOString();
  const parts = parseRelative(text);
  if (parts) return new Date(now - parts.count * unitMs[parts.unit]).toISOString();
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text)) {
    return undefined;
  }
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

/** Both ends as instants. An end at `now` is left open, so that new events still match. */
export function resolveRange(range: RangeText, now: number): { from?: string; to?: string } {
  const from = range.from === undefined ? undefined : resolveTime(range.from, now);
  const to = range.to === undefined || range.to === 'now' ? undefined : resolveTime(range.to, now);
  return { ...(from ? { from } : {}), ...(to ? { to } : {}) };
}

/** The same range with both ends fixed, for a link that shows the same events later. */
export function freezeRange(range: RangeText, now: number): { from?: string; to: string } {
  const { from, to } = resolveRange(range, now);
  return { ...(from ? { from } : {}), to: to ?? new Date(now).toISOString() };
}

/**
 * The instant of a wall-clock time (`2026-01-31`, `09:30`) in UTC or in the browser's time zone; undefined when either
 * part is invalid.
 */
export function toInstant(day: string, time: string, utc: boolean): string | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day) || !/^\d\d:\d\d(:\d\d)?$/.test(time)) return undefined;
  // Without an offset, Date.parse uses the browser's time zone.
  const ms = Date.parse(`${day}T${time}${utc ? 'Z' : ''}`);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
