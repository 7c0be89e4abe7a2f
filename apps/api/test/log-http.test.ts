import { execFileSync, spawn } from 'node:child_process';
import { createPublicKey, randomUUID, verify } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  decodeBundle,
  leafHash,
  openCheckpoint,
  parseVerifierKey,
  verifyReceipt,
  type VerifyEd25519,
} from '@liblab/audit-core/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sha256 } from '../src/trail/store/sha256.ts';
import { createOrganization } from '../src/portal/identity/create-organization.ts';
import { createKey } from '../src/portal/keys/create-key.ts';
import { runSigner } from '../src/signer/signer.ts';
import { loadSigningKeys } from '../src/signer/signing-keys.ts';
import { apiEvent } from './support/emit.ts';
import { administer } from './support/test-cluster.ts';
import { startTestApp, type TestApp } from './support/test-app.ts';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';

let database: TestDatabase;
let app: TestApp;
let folder: string;
let organizationId: string;
let key: string;

beforeAll(async () => {
  database = await createTestDatabase();
  app = await startTestApp(database);
  folder = mkdtempSync(join(tmpdir(), 'log-http-'));
  const { db } = app.services;
  ({ id: organizationId } = await createOrganization({ db, clock: Date.now }, null, {
    name: 'Log',
  }));
  const spec = {
    name: 'log',
    scopes: ['emit' as const, 'read' as const],
    organizationIds: [organizationId],
  };
  ({ secret: key } = await createKey({ db, clock: Date.now }, null, spec));
});

afterAll(async () => {
  await app[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const get = (path: string) =>
  fetch(`${app.url}/log/${organizationId}/${path}`, {
    headers: { authorization: `Bearer ${key}` },
  });

async function emit(count: number): Promise<string[]> {
  const events = Array.from({ length: count }, () => apiEvent());
  const answer = await fetch(`${app.url}/api/v1/events`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ events }),
  });
  const { results } = (await answer.json()) as { results: { leafHash: string }[] };
  return results.map((result) => result.leafHash);
}

async function sign(size: number): Promise<void> {
  const abort = new AbortController();
  const running = runSigner({
    databaseUrl: database.signerUrl,
    stateFile: join(folder, 'state'),
    keys: loadSigningKeys(join(folder, 'key'), true),
    logOrigin: app.services.config.logOrigin,
    clock: app.services.clock,
    log: app.services.log,
    signal: abort.signal,
  });
  await expect
    .poll(async () => (await (await get('checkpoint')).text()).split('\n')[1])
    .toBe(String(size));
  abort.abort();
  await running;
}

const verifyEd25519: VerifyEd25519 = (message, signature, publicKey) =>
  verify(
    null,
    message,
    createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey).toString('base64url') },
      format: 'jwk',
    }),
    signature,
  );

describe('the log over HTTP', () => {
  test('an event has a receipt once a checkpoint covers it; before that, 404 with Retry-After', async () => {
    const leafHashes = await emit(3);
    for (const path of ['checkpoint', 'receipts/0.tlog-proof', 'tile/0/000.p/3']) {
      const early = await get(path);
      expect({ path, status: early.status, retryAfter: early.headers.get('retry-after') }).toEqual({
        path,
        status: 404,
        retryAfter: '1',
      });
    }
    await sign(3);
    const [unsigned] = await emit(1);
    const early = await get('receipts/3.tlog-proof');
    expect([early.status, early.headers.get('retry-after')]).toEqual([404, '1']);
    const never = await get('receipts/4.tlog-proof');
    expect([never.status, never.headers.get('retry-after')]).toEqual([404, null]);

    await sign(4);
    const logKey = parseVerifierKey((await (await get('log.vkey')).text()).trim(), sha256);
    const witness = parseVerifierKey((await (await get('witness.vkey')).text()).trim(), sha256);
    for (const [index, hash] of [...leafHashes, unsigned].entries()) {
      const answer = await get(`receipts/${index}.tlog-proof`);
      expect(answer.headers.get('cache-control')).toMatch(/^private/);
      const leaf = Buffer.from(hash ?? '', 'base64');
      const receipt = await verifyReceipt(await answer.text(), leaf, logKey, [witness], {
        sha256,
        verify: verifyEd25519,
      });
      expect(receipt).toMatchObject({ index, checkpoint: { size: 4 } });
      expect(receipt.checkpoint.signatures).toHaveLength(2);
    }
  });

  test('serves exactly the tiles and bundles of the signed size, full or partial', async () => {
    await emit(600 - 4);
    await sign(600);
    const hashes = Buffer.concat(
      await Promise.all(
        ['tile/0/000', 'tile/0/001', 'tile/0/002.p/88'].map(async (path) =>
          Buffer.from(await (await get(path)).arrayBuffer()),
        ),
      ),
    );
    expect(hashes.length).toBe(600 * 32);
    const bundle = new Uint8Array(await (await get('tile/entries/002.p/88')).arrayBuffer());
    const leaves = decodeBundle(bundle, 88).map((entry) => leafHash(entry, sha256));
    expect(Buffer.concat(leaves).equals(hashes.subarray(512 * 32))).toBe(true);
    expect((await (await get('tile/1/000.p/2')).arrayBuffer()).byteLength).toBe(64);
    // A smaller width of the same tile, for holders of an older checkpoint.
    expect((await (await get('tile/0/002.p/40')).arrayBuffer()).byteLength).toBe(40 * 32);
    for (const path of [
      'tile/0/002',
      'tile/0/002.p/89',
      'tile/0/003.p/1',
      'tile/1/000',
      'tile/0/0',
      'tile/0/000.p/0',
      'tile/0/000.p/256',
      'tile/-1/000',
      'tile/entries/x000/000',
      'receipts/x.tlog-proof',
      'receipts/01.tlog-proof',
      'receipts/-1.tlog-proof',
      'receipts/99999999999999999999.tlog-proof',
    ]) {
      expect({ path, status: (await get(path)).status }).toEqual({ path, status: 404 });
    }
  });

  test('a rewritten row gets no receipt', async () => {
    await administer(database.ownerUrl, (client) =>
      client.query(
        `update log_tiles set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where level = 0 and index = 0`,
      ),
    );
    expect((await get('receipts/0.tlog-proof')).status).toBe(500);
    await administer(database.ownerUrl, (client) =>
      client.query(
        `update log_tiles set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1) where level = 0 and index = 0`,
      ),
    );
    expect((await get('receipts/0.tlog-proof')).status).toBe(200);
  });

  test('another organisation gets the same answer whether or not it exists', async () => {
    const { id: foreign } = await createOrganization(app.services, null, { name: 'Foreign' });
    const bodies = await Promise.all(
      [foreign, randomUUID()].map(async (id) => {
        const answer = await fetch(`${app.url}/log/${id}/checkpoint`, {
          headers: { authorization: `Bearer ${key}` },
        });
        const body = (await answer.text()).replace(/"requestId":"[^"]*"/, '');
        return { status: answer.status, body };
      }),
    );
    expect(bodies[0]?.status).toBe(404);
    expect(bodies[0]).toEqual(bodies[1]);
  });
});

const gopath = '/usr/share/gocode';
const hasGo =
  existsSync('/usr/bin/go') && existsSync(join(gopath, 'src/golang.org/x/mod/sumdb/tlog'));

describe.skipIf(!hasGo)("Go's own sumdb packages (golang-go and golang-golang-x-mod-dev)", () => {
  test('accept the log read over HTTP', async () => {
    const logKey = parseVerifierKey((await (await get('log.vkey')).text()).trim(), sha256);
    await openCheckpoint(await (await get('checkpoint')).text(), logKey, [], verifyEd25519);
    const program = join(import.meta.dirname, '../../../examples/verify-with-go');
    const binary = join(folder, 'verify-with-go');
    const env = {
      ...process.env,
      GO111MODULE: 'off',
      GOPATH: gopath,
      GOFLAGS: '',
      AUDIT_API_KEY: key,
    };
    execFileSync('/usr/bin/go', ['build', '-o', binary, 'main.go'], { cwd: program, env });
    const said = await new Promise<string>((resolve) => {
      const child = spawn(binary, [app.url, organizationId], { env });
      let text = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => (text += String(chunk)));
      child.on('exit', (code) => resolve(`${text}exit ${code}`));
    });
    expect(said).toContain('600 entries match their leaf hashes');
    expect(said).toContain('receipt 599 proves its entry in a tree of 600');
    expect(said).toMatch(/exit 0$/);
  });
});
