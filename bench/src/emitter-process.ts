/** The child process of `startEmitter`; it exits when its parent disconnects. */

import { createHistogram } from 'node:perf_hooks';
import { AuditClient, type Catalogue } from '@liblab/audit-sdk';
import type { Emission, Emitted } from './emitter.ts';
import { sampleInput } from './sample-events.ts';

/** Created before measuring starts: the tool's own work is not a cost of emitting. */
const inputs = Array.from({ length: 5_000 }, (_, n) => {
  const { type, ...input } = sampleInput(n);
  return { type, input };
});
const clients = new Map<string, AuditClient<Catalogue>>();
/** One burst fills a request. */
const burst = 500;

process.on('message', (emission: Emission) => {
  emit(emission).then(
    (emitted) => process.send?.(emitted),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.once('disconnect', () => {
  void Promise.all([...clients.values()].map((client) => client.close())).finally(() =>
    process.exit(0),
  );
});

async function emit({
  url,
  apiKey,
  organizationIds,
  events = Infinity,
  seconds = Infinity,
  unacknowledgedMax,
  eventsPerSecond = Infinity,
}: Emission): Promise<Emitted> {
  const client = clientFor(url, apiKey);
  // In microseconds. A histogram has a fixed size, however long the load lasts.
  const latencies = createHistogram();
  let failures = 0;
  let lastFailure: unknown;
  let open = 0;
  let wake = () => {};
  const startedAt = performance.now();
  const startedCpu = process.cpuUsage();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  const settled = (atMs: number) => {
    latencies.record(Math.max(1, Math.round((performance.now() - atMs) * 1000)));
    open -= 1;
    if (open <= Math.max(0, unacknowledgedMax - burst)) wake();
  };
  let emitted = 0;
  for (; emitted < events && elapsed() < seconds; emitted += 1) {
    if (open >= unacknowledgedMax) await new Promise<void>((resolve) => (wake = resolve));
    const aheadMs = (emitted / eventsPerSecond - elapsed()) * 1000;
    if (aheadMs > 5) await new Promise((resolve) => setTimeout(resolve, aheadMs));
    const { type, input } = inputs[emitted % inputs.length] as (typeof inputs)[number];
    const organizationId = organizationIds[emitted % organizationIds.length] as string;
    const atMs = performance.now();
    open += 1;
    client.emit(type, { ...input, organizationId } as never).then(
      () => settled(atMs),
      (error: unknown) => {
        failures += 1;
        lastFailure = error;
        settled(atMs);
      },
    );
  }
  await client.flush({ timeoutMs: 60_000 });
  if (lastFailure)
    process.stderr.write(
      `${failures} events failed: ${lastFailure instanceof Error ? lastFailure.message : 'unknown error'}\n`,
    );
  const cpu = process.cpuUsage(startedCpu);
  return {
    events: emitted,
    failures,
    seconds: elapsed(),
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    latenciesMs: [50, 95, 99].map(
      (share) => latencies.percentile(share) / 1000,
    ) as Emitted['latenciesMs'],
    residentBytes: process.memoryUsage.rss(),
  };
}

function clientFor(url: string, apiKey: string): AuditClient<Catalogue> {
  let client = clients.get(url + apiKey);
  if (!client) {
    client = new AuditClient<Catalogue>({ url, apiKey, onError: () => {} });
    clients.set(url + apiKey, client);
  }
  return client;
}
