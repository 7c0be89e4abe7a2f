/** Kills its own process with SIGKILL at the point named by AUDIT_CRASH_POINT: `<point>:<nth time>`. */

const [point, nth = '1'] = (process.env['AUDIT_CRASH_POINT'] ?? '').split(':');
let passed = 0;

/** Kills the process if this is the point's nth time. */
export function crashAt(here: string): void {
  if (here !== point || ++passed < Number(nth)) return;
  process.kill(process.pid, 'SIGKILL');
  // Block until the signal arrives.
  for (;;);
}

/** Whether the next `crashAt` of this point kills the process. */
export function isDueAt(here: string): boolean {
  return here === point && passed + 1 >= Number(nth);
}
