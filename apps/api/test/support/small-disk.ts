/** A disk of a few megabytes that tests can fill. */

import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface SmallDisk extends Disposable {
  path: string;
  /** The file that fills the disk. */
  filler: string;
  /** Fills the disk, also when space is freed, until `free`. */
  fill(): void;
  free(): void;
}

/** Whether this process may mount a disk: as root on Linux, with that capability. */
export function canMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    mountSmallDisk(1)[Symbol.dispose]();
    return true;
  } catch {
    return false;
  }
}

export function mountSmallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'audit-small-disk-'));
  const options = `size=${megabytes}m,mode=755`;
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]);
  if (status !== 0) {
    rmSync(path, { recursive: true });
    throw new Error(`A disk could not be mounted: ${String(stderr)}`);
  }
  const filler = join(path, 'filler');
  let filling: NodeJS.Timeout | undefined;

  function unmount(): void {
    clearInterval(filling);
    // Lazily: processes left by a failed test still have files there.
    spawnSync('umount', ['--lazy', path]);
    rmSync(path, { recursive: true, force: true });
  }

  process.once('exit', unmount);
  return {
    path,
    filler,
    fill() {
      const take = () => {
        for (const bytes of [1_048_576, 4_096]) while (append(filler, bytes));
      };
      take();
      filling = setInterval(take, 10);
    },
    free() {
      clearInterval(filling);
      rmSync(filler);
    },
    [Symbol.dispose]() {
      process.off('exit', unmount);
      unmount();
    },
  };
}

/** False when the disk is full. */
function append(file: string, bytes: number): boolean {
  try {
    appendFileSync(file, Buffer.alloc(bytes));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') return false;
    throw error;
  }
}
