import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { prepareDocuments } from './prepare-documents.ts';

it('reading documents stops at the time limit, and does not block the process', async () => {
  // Each key is compared with all keys before it: a minute of work.
  const keys = Array.from({ length: 300_000 }, (_, n) => `k${n}: 1`).join('\n');
  const document = { kind: 'openapi', name: 'slow', content: `openapi: 3.1.0\n${keys}` } as const;
  let isSettled = false;
  const reading = prepareDocuments('an organisation', [document], 500).finally(() => {
    isSettled = true;
  });
  reading.catch(() => {});
  await setImmediate();
  expect(isSettled).toBe(false);
  await expect(reading).rejects.toMatchObject({
    code: 'invalid_document',
    message: expect.stringContaining('longer than 0.5 seconds') as string,
  });
});
