/**
 * Runs a script or an installed program under Node 24, whatever Node started this file (20.20 or later).
 *
 *   node scripts/node24.js scripts/start.ts [arguments]
 *   node scripts/node24.js --bin turbo run test
 */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const wanted = 24;

/**
 * Megabytes of a half of V8's young generation. With the 32 that it takes by itself the service grows by 100 MB under
 * load, for a few percent of speed.
 */
const youngGeneration = '--max-semi-space-size=16';

/** The workspaces export their TypeScript sources under this condition, so that nothing needs a build. */
const condition = '--conditions=@liblab/source';

/** Names of the npm packages that carry Node, each for one platform; npm installs the one that fits. */
const packages = [
  `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`,
  `node-bin-${process.platform}-${process.arch}`,
];

const require = createRequire(import.meta.url);
const [first, ...rest] = process.argv.slice(2);
if (!first || (first === '--bin' && !rest[0])) {
  fail('Usage: node scripts/node24.js <script> [arguments], or --bin <program> [arguments]');
}
const node = findNode();
const isScript = first !== '--bin';
const [command, ...args] = isScript
  ? [node, first, ...rest]
  : [...commandOf(rest[0]), ...rest.slice(1)];

const child = spawn(command, args, {
  shell: command.endsWith('.cmd'),
  // The channel carries no messages. When this process is killed it closes, and a script of ours can stop by itself.
  stdio: isScript ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
  env: environment(),
});
child.on('error', (error) => fail(`${command} could not be started: ${String(error)}`));
child.on('exit', (code, signal) => {
  process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
});

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // A terminal sends ctrl-C to the whole group: the child has it already, and a second one would be taken as haste.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    if (!isStopping) child.kill(signal);
    isStopping = true;
  });
}

// npm that was killed passes nothing on. Then this process has another parent, and the service must not stay behind,
// holding its port.
if (process.env['npm_lifecycle_event'] && process.platform !== 'win32') {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && !isStopping) {
      isStopping = true;
      child.kill('SIGTERM');
    }
  }, 250).unref();
}

/** @returns the path of a Node 24 or later: this one, npm's, or the one on PATH. */
function findNode() {
  if (major(process.version) >= wanted) return process.execPath;
  const executable = process.platform === 'win32' ? 'node.exe' : 'bin/node';
  for (const name of packages) {
    try {
      const path = join(dirname(require.resolve(`${name}/package.json`)), executable);
      if (existsSync(path) && major(versionOf(path)) >= wanted) return path;
    } catch {
      // Not installed: meant for another platform, or left out.
    }
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(path) && major(versionOf(path)) >= wanted) return path;
  }
  return fail(
    `Node ${wanted} was not found. This is Node ${process.version}, npm did not install ${packages.join(' or ')}, ` +
      `and PATH has no newer one.\nRun npm ci without --omit=optional; where npm has no Node for ` +
      `${process.platform}-${process.arch}, install Node ${wanted} from https://nodejs.org and start again.`,
  );
}

function versionOf(path) {
  return spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '';
}

function major(version) {
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
}

/**
 * Where npm put the program. Its link leads to a JavaScript file, which is run by the Node of our choice rather than
 * the one that its first line would find; on Windows it is a batch file, which finds ours first on PATH.
 */
function commandOf(name) {
  const isWindows = process.platform === 'win32';
  for (const folder of [process.cwd(), join(import.meta.dirname, '..')]) {
    const link = join(folder, 'node_modules', '.bin', isWindows ? `${name}.cmd` : name);
    if (existsSync(link)) return isWindows ? [link] : [node, realpathSync(link)];
  }
  return fail(`The program ${name} is not installed. Run npm ci.`);
}

/** The child's own children find Node 24 first, and need no warnings about what is meant to be so. */
function environment() {
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  const options = process.env['NODE_OPTIONS'] ?? '';
  const added = [condition, youngGeneration, '--disable-warning=ExperimentalWarning'].filter(
    (o) => !options.includes(o),
  );
  return {
    ...process.env,
    TURBO_TELEMETRY_DISABLED: '1',
    [pathName]: [dirname(node), process.env[pathName]].filter(Boolean).join(delimiter),
    // Each process of ours reads the same sources: compiled once, they start in two thirds of the time.
    NODE_COMPILE_CACHE:
      process.env['NODE_COMPILE_CACHE'] ?? join(import.meta.dirname, '../node_modules/.cache/node'),
    NODE_OPTIONS: [options, ...added].filter(Boolean).join(' '),
  };
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
