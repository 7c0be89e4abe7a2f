/**
 * Runs a script or an installed program with Node 24. This file itself runs with Node 20.20 or later.
 *
 *   node scripts/node24.js scripts/start.ts [arguments]
 *   node scripts/node24.js --bin turbo run test
 */

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const requiredMajor = 24;

/**
 * Size in MB of a half of V8's young generation. The default of 32 makes the service a few percent faster under load,
 * but 100 MB larger.
 */
const youngGeneration = '--max-semi-space-size=16';

/** The workspaces export their TypeScript sources under this condition, so no build is needed. */
const condition = '--conditions=@liblab/source';

/** npm packages that contain Node for this platform; npm installs the one that matches. */
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
  // The IPC channel carries no messages. It closes when this process is killed, so that our scripts can stop.
  stdio: isScript ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit',
  env: environment(),
});
child.on('error', (error) => fail(`Cannot start ${command}: ${String(error)}`));
child.on('exit', (code, signal) => {
  process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0));
});

let isStopping = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    // A terminal sends Ctrl-C to the whole process group, so the child already has it; a second one would force it.
    if (signal === 'SIGINT' && process.stdin.isTTY) return;
    if (!isStopping) child.kill(signal);
    isStopping = true;
  });
}

// A killed npm forwards no signal. This process then gets another parent, and must stop the service to free its port.
if (process.env['npm_lifecycle_event'] && process.platform !== 'win32') {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && !isStopping) {
      isStopping = true;
      child.kill('SIGTERM');
    }
  }, 250).unref();
}

/** @returns the path of a Node of the required version: this one, npm's, or one on PATH */
function findNode() {
  if (major(process.version) >= requiredMajor) return process.execPath;
  const executable = process.platform === 'win32' ? 'node.exe' : 'bin/node';
  for (const name of packages) {
    try {
      const path = join(dirname(require.resolve(`${name}/package.json`)), executable);
      if (existsSync(path) && major(versionOf(path)) >= requiredMajor) return path;
    } catch {
      // Not installed: for another platform, or omitted.
    }
  }
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, process.platform === 'win32' ? 'node.exe' : 'node');
    if (existsSync(path) && major(versionOf(path)) >= requiredMajor) return path;
  }
  return fail(
    `Node ${requiredMajor} not found. This is Node ${process.version}, npm did not install ${packages.join(' or ')}, ` +
      `and PATH has no newer one.\nRun npm ci without --omit=optional. If npm has no Node for ` +
      `${process.platform}-${process.arch}, install Node ${requiredMajor} from https://nodejs.org and try again.`,
  );
}

function versionOf(path) {
  return spawnSync(path, ['--version'], { encoding: 'utf8' }).stdout ?? '';
}

function major(version) {
  return Number(/^v(\d+)/.exec(version)?.[1] ?? 0);
}

/**
 * The command for a program installed by npm. Its link points to a JavaScript file, which is run with the chosen Node
 * instead of the one in its first line. On Windows it is a batch file, which finds the chosen Node first on PATH.
 */
function commandOf(name) {
  const isWindows = process.platform === 'win32';
  for (const folder of [process.cwd(), join(import.meta.dirname, '..')]) {
    const link = join(folder, 'node_modules', '.bin', isWindows ? `${name}.cmd` : name);
    if (existsSync(link)) return isWindows ? [link] : [node, realpathSync(link)];
  }
  return fail(`${name} is not installed. Run npm ci.`);
}

/** Puts the chosen Node first on PATH for child processes, and turns off warnings about experimental features. */
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
    // All processes share compiled sources, which cuts their start-up time by a third.
    NODE_COMPILE_CACHE:
      process.env['NODE_COMPILE_CACHE'] ?? join(import.meta.dirname, '../node_modules/.cache/node'),
    NODE_OPTIONS: [options, ...added].filter(Boolean).join(' '),
  };
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
