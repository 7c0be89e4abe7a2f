/** `npm start`: builds the page when its sources changed, then becomes the service. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const repository = join(import.meta.dirname, '..');

buildPage();

// The launcher was killed and can pass no signal on: stop as if it had sent one.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();

await import('../apps/api/src/main.ts');

/** Turbo answers from its cache when nothing changed; its output is shown only when the build fails. */
function buildPage(): void {
  const launcher = join(repository, 'scripts/node24.js');
  const args = [launcher, '--bin', 'turbo', 'run', 'build', '--filter=@liblab/audit-web'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: repository,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (status === 0) return;
  process.stderr.write(
    `${stdout}${stderr}\nThe page could not be built; the reason stands above.\n`,
  );
  process.exit(1);
}
