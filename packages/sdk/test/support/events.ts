/** Clients and events for tests. */

import { AuditClient, type AuditClientOptions } from '../../src/index.ts';

export const apiKey = 'llat_SECRETsecretSECRETsecretSECRETsecretSECRETse';

/** A client that retries fast; `failures` collects the calls of onError. */
export function createClient(url: string, options: Omit<AuditClientOptions, 'actor'> = {}) {
  const failures: { name: string; id: string | undefined }[] = [];
  const audit = new AuditClient({
    url,
    apiKey,
    retryDelayMinMs: 1,
    retryDelayMaxMs: 10,
    giveUpAfterMs: 20_000,
    onError: (error, event) => failures.push({ name: error.name, id: event.id }),
    ...options,
  });
  return { audit, failures, [Symbol.asyncDispose]: () => audit.close().catch(() => {}) };
}

const ada = { type: 'user', id: '1190', email: 'ada@exciting.soda' } as const;

/** A valid event; `number` becomes its target's id, by which tests check the order. */
export function createdApi(number: number) {
  return {
    actor: ada,
    targets: [{ type: 'api', id: String(number) }] as [{ type: 'api'; id: string }],
    details: { apiName: 'Llama Store', apiId: 520 },
  };
}
