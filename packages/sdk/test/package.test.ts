import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiKey } from './support/events.ts';
import { startServer } from './support/test-server.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const bin = (name: string) => join(root, 'node_modules/.bin', name);
const folder = mkdtempSync(join(tmpdir(), 'audit-sdk-'));
// The environment of a consumer, without this repository's import conditions.
const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };

/** Runs a command in the consumer's folder; returns its output and exit code. */
function run(command: string, ...args: string[]): { code: number; output: string } {
  try {
    const output = execFileSync(command, args, {
      cwd: folder,
      env,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    return { code: 0, output };
  } catch (err) {
    const { status, stdout, stderr } = err as { status: number; stdout: string; stderr: string };
    return { code: status, output: stdout + stderr };
  }
}

function pack(name: 'audit-core' | 'sdk'): string {
  const directory = join(root, 'packages', name);
  if (!existsSync(join(directory, 'dist/index.js'))) {
    execFileSync(bin('tsc'), ['-p', join(directory, 'tsconfig.build.json')], { stdio: 'pipe' });
  }
  const { code, output } = run('npm', 'pack', directory, '--ignore-scripts', '--silent');
  if (code !== 0) throw new Error(output);
  return `file:${output.trim()}`;
}

/** The oldest Node on this machine, from version 20 on. */
function oldestNode(): { path: string; version: string } {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  const paths = new Set([process.execPath, ...folders.map((each) => join(each, 'node'))]);
  const found = [...paths].filter(existsSync).flatMap((path) => {
    const { code, output } = run(path, '--version');
    const version = output.trim().slice(1);
    return code === 0 && Number.parseInt(version, 10) >= 20 ? [{ path, version }] : [];
  });
  return found.toSorted((a, b) => a.version.localeCompare(b.version, 'en', { numeric: true }))[0]!;
}

const node = oldestNode();

beforeAll(() => {
  const dependencies = {
    '@liblab/audit-core': pack('audit-core'),
    '@liblab/audit-sdk': pack('sdk'),
    zod: `file:${join(root, 'node_modules/zod')}`,
  };
  write('package.json', JSON.stringify({ name: 'consumer', type: 'module', dependencies }));
  const installed = run(
    'npm',
    'install',
    '--offline',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  );
  if (installed.code !== 0) throw new Error(installed.output);
});

afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);

const emission = (details: string) => `
import { AuditClient, type Acknowledgement } from '@liblab/audit-sdk';
await using audit = new AuditClient({ actor: { type: 'user', id: '1' } });
const acknowledged: Acknowledgement = await audit.emit('user.create_api', {
  targets: [{ type: 'api', id: '1' }],
  details: ${details},
});
void acknowledged;
`;

test(`the packed package emits under Node ${node.version}`, async () => {
  await using server = await startServer();
  write(
    'emit.js',
    `import { AuditClient, stableId } from '@liblab/audit-sdk';
     const audit = new AuditClient({ url: process.argv[2], apiKey: process.argv[3], gzip: true, actor: { type: 'user', id: '1' } });
     const id = stableId('6ba7b810-9dad-11d1-80b4-00c04fd430c8', 'www.example.com');
     const reason = 'because '.repeat(200);
     const emit = () => audit.emit('user.create_api', { id, occurredAt: new Date(0), reason, targets: [{ type: 'api', id: '1' }], details: { apiName: 'a', apiId: 1 } });
     const results = [await emit(), await emit()];
     await audit[Symbol.asyncDispose]();
     console.log(results.map(({ status }) => status).join());`,
  );
  const { promisify } = await import('node:util');
  const { execFile } = await import('node:child_process');
  const { stdout } = await promisify(execFile)(node.path, ['emit.js', server.url, apiKey], {
    cwd: folder,
    env,
  });
  expect(stdout).toBe('recorded,duplicate\n');
  expect(server.recorded.size).toBe(1);
});

test('a consumer with strict TypeScript needs no other types; a wrong payload fails its build', () => {
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2022',
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: [],
  };
  write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['right.ts', 'wrong.ts'] }));
  write('right.ts', emission(`{ apiName: 'a', apiId: 1 }`));
  write('wrong.ts', emission(`{ name: 'a', apiId: 1 }`));
  const { code, output } = run(bin('tsc'), '-p', '.', '--pretty', 'false');
  expect(code).not.toBe(0);
  expect(output.trim().split('\n')[0]).toMatch(
    /^wrong\.ts\(6,\d+\): error TS\d+: .*'name' does not exist/,
  );
  expect(output).not.toMatch(/^(?!wrong\.ts)\S.*error/m);
});

test('the package contains its build and README only', () => {
  const { output } = run('npm', 'ls', '--all', '--parseable');
  expect(output.match(/node_modules/g)).toHaveLength(3);
  const { files } = (
    JSON.parse(
      run('npm', 'pack', join(root, 'packages/sdk'), '--ignore-scripts', '--dry-run', '--json')
        .output,
    ) as { files: { path: string }[] }[]
  )[0]!;
  for (const { path } of files) {
    expect(path).toMatch(/^(package\.json|README\.md|dist\/[a-z0-9-]+(\.d\.ts|\.js))$/);
    expect(path).not.toContain('.test.');
  }
  expect(files.map(({ path }) => path)).toContain('README.md');
});
