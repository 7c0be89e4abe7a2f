/** SQL for times as numbers. */

/** A column's time in milliseconds since 1970; Postgres's `infinity` becomes Infinity. */
export function milliseconds(column: string): string {
  return `(extract(epoch from ${column}) * 1000)::float8`;
}
