/** Times as numbers. */

/** A column's time in milliseconds since 1970; `infinity`, which is no date, is Infinity. */
export function milliseconds(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::float8`;
}
