/** Kills the process that it is loaded into, as SIGKILL does, where AUDIT_CRASH_POINT says: `<point>:<nth time>`. */

const [point, nth = '1'] = (process.env['AUDIT_CRASH_POINT'] ?? '').split(':');
let passed = 0;

/** Dies here when this is the point, for the nth time. */
export function crashAt(here: string): void {
  if (here !== point || ++passed < Number(nth)) return;
  process.kill(process.pid, 'SIGKILL');
  // Until the signal arrives nothing else may happen.
  for (;;);
}

/** Whether the next `crashAt` of this point dies. */
export function isDueAt(here: string): boolean {
  return here === point && passed + 1 >= Number(nth);
}
