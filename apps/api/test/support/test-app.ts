/** The real application on a test database and a free port, with a clock that the test controls. */

import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { pino } from 'pino';
import { createServices, type Services } from '../../src/app/create-services.ts';
import { createApp } from '../../src/app/server.ts';
import { loadConfig } from '../../src/config.ts';
import { serializeError } from '../../src/http/serialize-error.ts';
import type { Inbox } from '../../src/portal/mail/inbox.ts';

export const password = 'correct horse battery';

export interface TestApp extends AsyncDisposable {
  app: Express;
  services: Services;
  url: string;
  /** The sent mail, unless a mail server is configured. */
  inbox: Inbox | undefined;
  /** What was logged, one JSON line each. */
  logged: string[];
  /** Advances the service's clock. */
  advance(ms: number): void;
  /** Signs in over HTTP and returns the cookie for later requests. */
  signIn(email: string): Promise<string>;
  /** Calls a procedure as the page does: queries by GET, mutations by POST from our own origin. */
  call(
    type: 'query' | 'mutation',
    path: string,
    input?: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>;
}

/** `env` is the service's environment. */
export async function startTestApp(
  database: { apiUrl: string },
  env: Record<string, string> = {},
): Promise<TestApp> {
  const logged: string[] = [];
  const log = pino(
    { level: 'debug', serializers: { err: serializeError } },
    { write: (line: string) => void logged.push(line) },
  );
  let ahead = 0;
  const clock = () => Date.now() + ahead;
  const config = {
    ...loadConfig({
      DATABASE_URL: database.apiUrl,
      AUDIT_SECRET_FILE: import.meta.filename,
      ...env,
    }),
    demo: false,
  };
  const services = await createServices(config, log, {
    database: { url: database.apiUrl, poolSize: 5, writerCount: 1 },
    clock,
  });
  const app = createApp(services);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = config.publicUrl ?? url;
  await services.start(origin);
  return {
    app,
    services,
    url,
    inbox: services.inbox,
    logged,
    advance: (ms) => void (ahead += ms),
    async signIn(email) {
      const answer = await fetch(`${url}/api/auth/sign-in/email`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email, password }),
      });
      if (!answer.ok) throw new Error(`${email} could not sign in: ${await answer.text()}`);
      return cookieOf(answer);
    },
    call: (type, path, input, headers = {}) =>
      type === 'query'
        ? fetch(`${url}/trpc/${path}${queryOf(input)}`, { headers })
        : fetch(`${url}/trpc/${path}`, {
            method: 'POST',
            headers: { origin, 'content-type': 'application/json', ...headers },
            body: JSON.stringify(input ?? {}),
          }),
    async [Symbol.asyncDispose]() {
      await close(server);
      await services.stop();
    },
  };
}

/** The cookies that a response sets, as a browser sends them back. */
export function cookieOf(answer: Response): string {
  return answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ');
}

function queryOf(input: unknown): string {
  return input === undefined ? '' : `?input=${encodeURIComponent(JSON.stringify(input))}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  server.close();
  if (server.listening) await once(server, 'close');
}
