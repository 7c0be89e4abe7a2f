/** What a replay prints to standard error while it runs: its progress, and which lines were not stored. */

import type { Totals } from '@examples/replay';

export interface Report {
  progress(totals: Readonly<Totals>): void;
  notStored(line: number, reason: string): void;
  /** Prints what has not been printed yet. */
  end(): void;
}

/** Reports once a second on a terminal, in place, and every ten seconds elsewhere. */
export function createReport(linesInAll: number): Report {
  const { stderr } = process;
  const everyMs = stderr.isTTY ? 1_000 : 10_000;
  let done = 0;
  let doneBefore = 0;
  /** Consecutive lines with the same reason are reported together. */
  let run: { first: number; last: number; reason: string } | undefined;

  const clear = () => void (stderr.isTTY && stderr.write('\r\u001b[2K'));
  const timer = setInterval(() => {
    clear();
    const rate = perSecond(done - doneBefore, everyMs);
    doneBefore = done;
    stderr.write(`${format(done)} of ${format(linesInAll)} lines, ${rate}`);
    if (!stderr.isTTY) stderr.write('\n');
  }, everyMs);
  const tell = () => {
    if (!run) return;
    const { first, last, reason } = run;
    run = undefined;
    clear();
    const lines = first === last ? `line ${first}` : `lines ${first} to ${last}`;
    stderr.write(`not stored: ${lines}: ${reason}\n`);
  };

  return {
    progress({ recorded, duplicates, notStored }) {
      done = recorded + duplicates + notStored;
    },
    notStored(line, reason) {
      if (run?.reason === reason && line === run.last + 1) {
        run.last = line;
        return;
      }
      tell();
      run = { first: line, last: line, reason };
    },
    end() {
      clearInterval(timer);
      tell();
      clear();
    },
  };
}

/** As in `12,500`. */
export function format(count: number): string {
  return count.toLocaleString('en');
}

export function perSecond(count: number, ms: number): string {
  return `${format(Math.round(count / Math.max(ms / 1_000, 0.001)))} a second`;
}
