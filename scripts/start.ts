/** `npm start`: builds the page if its sources changed, then runs the service in this process. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..');

buildPage();

// The launcher was killed and cannot forward a signal: stop as if it had sent one.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

// In production no file of the demo is loaded.
if (process.env['NODE_ENV'] === 'production') await import('@liblab/audit-api/main');
else await import('@liblab/audit-demo/main');

// The service stops at the first signal. A terminal, npm and the launcher may each deliver the same Ctrl-C, and the
// second must not interrupt the shutdown.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

/** Turbo uses its cache when nothing changed. Its output is only shown when the build fails. */
function buildPage(): void {
  const turbo = run(repository, 'turbo', 'run', 'build', '--filter=@liblab/audit-web');
  if (turbo.status === 0) return;
  const isMissing = /did not find the correct binary|is not installed/.test(turbo.output);
  const build = isMissing ? run(join(repository, 'apps/web'), 'vite', 'build') : turbo;
  if (build.status === 0) return;
  process.stderr.write(`${build.output}\nThe page could not be built; see the output above.\n`);
  process.exit(1);
}

function run(cwd: string, ...program: string[]): { status: number | null; output: string } {
  const launcher = join(repository, 'scripts/node24.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [launcher, '--bin', ...program], {
    cwd,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, output: `${stdout}${stderr}` };
}
