/** `npm run dev`: runs the API, restarted on changes, and the page with Vite and hot reloading. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const repository = join(import.meta.dirname, '..');
const launcher = join(repository, 'scripts/node24.js');
const service = fileURLToPath(import.meta.resolve('@liblab/audit-demo/main'));

const children: ChildProcess[] = [
  spawn(process.execPath, ['--watch', '--watch-preserve-output', service], {
    cwd: repository,
    stdio: 'inherit',
  }),
  spawn(process.execPath, [launcher, '--bin', 'vite'], {
    cwd: join(repository, 'apps/web'),
    stdio: 'inherit',
  }),
];

const stop = () => {
  for (const child of children) child.kill('SIGTERM');
};
for (const signal of ['SIGINT', 'SIGTERM', 'disconnect'] as const) process.once(signal, stop);
process.channel?.unref();

// Stops both when either exits.
const exits = children.map((child) => once(child, 'exit'));
await Promise.race(exits);
stop();
await Promise.all(exits);
