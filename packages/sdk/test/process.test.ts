import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as net from 'node:net';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { apiKey } from './support/events.ts';
import { hang, startServer, type Behaviour } from './support/test-server.ts';

const sdk = fileURLToPath(new URL('../src/index.ts', import.meta.url));

/** Runs a program in which `audit` is a client and `event` an event; resolves when it has exited. */
async function run(url: string, program: string) {
  const source = `
    import { AuditClient } from ${JSON.stringify(sdk)};
    process.on('unhandledRejection', (reason) => { console.log('UNHANDLED', reason); process.exitCode = 70; });
    let start = performance.now();
    process.on('exit', () => console.log('ended after ' + Math.round(performance.now() - start)));
    const audit = new AuditClient({ onError: (error) => console.log(error.name) });
    const event = { actor: { type: 'user', id: '1' }, targets: [{ type: 'api', id: '1' }], details: { apiName: 'a', apiId: 1 } };
    ${program}`;
  const child = spawn(
    process.execPath,
    ['--conditions=@liblab/source', '--input-type=module', '--eval', source],
    {
      env: { ...process.env, AUDIT_URL: url, AUDIT_API_KEY: apiKey },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  const [ended = ''] = /ended after \d+\n/.exec(output) ?? [];
  return { code, output: output.replace(ended, ''), ms: Number(/\d+/.exec(ended)) };
}

test('a process exits as soon as its event is acknowledged', async () => {
  await using server = await startServer();
  // Counts from the acknowledgement; unsent events would hold the process for 5 s.
  const { code, output, ms } = await run(
    server.url,
    `void audit.emit('user.create_api', event).then(() => (start = performance.now()));`,
  );
  expect({ code, output }).toEqual({ code: 0, output: '' });
  expect(server.recorded.size).toBe(1);
  expect(ms).toBeLessThan(4_000);
});

/** Accepts connections but never reads, so written data stays in the system's buffers. */
async function startStalledServer() {
  const server = net.createServer((socket) => socket.pause()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

const always = (behaviour: Behaviour) => Array.from({ length: 1_000 }, () => behaviour);

test('unsent events keep a process alive for 5 s in every kind of outage, and are reported at exit', async () => {
  await using hanging = await startServer(...always(hang));
  await using down = await startServer(...always(({ socket }) => void socket.resetAndDestroy()));
  await using stalled = await startStalledServer();
  const large = `
    const changes = [{ path: 'a', after: 'x'.repeat(60_000) }];
    for (let n = 0; n < 400; n += 1) void audit.emit('user.create_api', { ...event, changes });`;
  const runs = await Promise.all([
    run(hanging.url, `void audit.emit('user.create_api', event);`),
    run(down.url, `void audit.emit('user.create_api', event);`),
    run('http://127.0.0.1:9', `void audit.emit('user.create_api', event);`),
    run(stalled.url, large),
  ]);
  for (const { code, output, ms } of runs) {
    expect(code).toBe(0);
    expect(output).toMatch(/^(NotSentError\n)+$/);
    expect(ms).toBeGreaterThan(4_900);
    // Far from any other limit, and from what a busy machine adds.
    expect(ms).toBeLessThan(60_000);
  }
});

test('failing events with ignored promises cause no unhandled rejection', async () => {
  await using server = await startServer(...always(({ res }) => res.writeHead(401).end()));
  const { code, output } = await run(
    server.url,
    `void audit.emit('user.create_api', event);
     void audit.emit('user.create_api', { ...event, details: {} });
     await audit.flush();
     await audit.close();
     void audit.emit('user.create_api', event);`,
  );
  expect({ code, output }).toEqual({
    code: 0,
    output: 'InvalidEventError\nAuthenticationError\nClosedError\n',
  });
});

test('process.exit reports unsent events', async () => {
  await using server = await startServer();
  const { output } = await run(
    server.url,
    `void audit.emit('user.create_api', event); process.exit(3);`,
  );
  expect(output).toBe('NotSentError\n');
});
