/** The configuration: the only place that reads the environment, once, at start. */

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { z } from 'zod';
import { createFile } from './create-file.ts';

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(4000),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().default('.data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  AUDIT_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  AUDIT_LOG_ORIGIN: z
    .string()
    .regex(/^[^\s+:]+$/, 'must be a name without scheme, spaces or +, as in audit.example.com/log')
    .optional(),
  AUDIT_SECRET_FILE: z.string().optional(),
  AUDIT_SIGNING_KEY_FILE: z.string().optional(),
  AUDIT_TRUSTED_PROXIES: z.string().default(''),
  AUDIT_CATALOGUE: z.string().default(''),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  AUDIT_MAIL_FROM: z.string().optional(),
  AUDIT_DEMO: z.enum(['0', '1']).default('1'),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('development'),
});

export interface Config {
  port: number;
  host: string;
  dataDir: string;
  /** Undefined: the service starts an embedded Postgres. */
  databaseUrl: string | undefined;
  publicUrl: string | undefined;
  /** The log's name, without scheme. Each trail's origin is `<logOrigin>/<organisation id>`. */
  logOrigin: string;
  /** At least 32 bytes, from which every server secret is derived. */
  readonly secret: Buffer;
  signingKeyFile: string;
  /** Addresses and networks of proxies whose X-Forwarded-For is trusted. */
  trustedProxies: string[];
  /** The mail server; undefined: mail goes to the inbox, or nowhere. */
  smtpUrl: string | undefined;
  /** As in `Audit Trails <audit@example.com>`. */
  mailFrom: string;
  /** Whether the process keeps e-mail and shows it on a page, for development. */
  inbox: boolean;
  /** Names of modules that export further catalogues. */
  catalogueModules: string[];
  demo: boolean;
  production: boolean;
}

/**
 * Reads and validates the configuration. In production secrets must be files; in development they are created in the
 * data folder.
 *
 * @throws Error that lists every invalid variable
 */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const parsed = environment.safeParse(withoutEmpty(env));
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`);
    throw new Error(`Invalid configuration:\n  ${problems.join('\n  ')}\nSee docs/operations.md.`);
  }
  const values = parsed.data;
  const production = values.NODE_ENV === 'production';
  const dataDir = resolve(values.DATA_DIR);
  const publicHost = new URL(values.AUDIT_PUBLIC_URL ?? 'http://localhost').hostname;
  if (production) {
    for (const name of [
      'DATABASE_URL',
      'AUDIT_PUBLIC_URL',
      'AUDIT_LOG_ORIGIN',
      'AUDIT_SECRET_FILE',
    ] as const) {
      if (!values[name])
        throw new Error(`${name} is required when NODE_ENV is production. See docs/operations.md.`);
    }
  }
  let secret: Buffer | undefined;
  return {
    port: values.PORT,
    host: values.HOST,
    dataDir,
    databaseUrl: values.DATABASE_URL,
    publicUrl: values.AUDIT_PUBLIC_URL?.replace(/\/$/, ''),
    logOrigin: values.AUDIT_LOG_ORIGIN ?? 'audit.localhost/log',
    // Read or created on first use: the signer and verification run without it.
    get secret() {
      secret ??= readSecret(values.AUDIT_SECRET_FILE ?? join(dataDir, 'secret'), production);
      return secret;
    },
    signingKeyFile: resolve(values.AUDIT_SIGNING_KEY_FILE ?? join(dataDir, 'signing-key')),
    trustedProxies: list(values.AUDIT_TRUSTED_PROXIES),
    smtpUrl: values.SMTP_URL,
    mailFrom: values.AUDIT_MAIL_FROM ?? `Audit Trails <no-reply@${publicHost}>`,
    // A reader of the inbox can take over any account, so it exists only on loopback.
    inbox: !production && !values.SMTP_URL && isLoopback(values.HOST) && isLoopback(publicHost),
    catalogueModules: list(values.AUDIT_CATALOGUE),
    // The demo's password is public, so the demo exists only with an embedded database on loopback.
    demo:
      values.AUDIT_DEMO === '1' && !values.DATABASE_URL && isLoopback(values.HOST) && !production,
    production,
  };
}

/** In production only the owner may read the secret's file; otherwise a missing file is created, mode 0600. */
function readSecret(file: string, production: boolean): Buffer {
  try {
    const secret = readFileSync(file);
    if (secret.length < 32)
      throw new Error(`${file} holds ${secret.length} bytes; the minimum is 32 random bytes.`);
    if (production && process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0)
      throw new Error(`Other users can read the secret ${file}. Run: chmod 600 ${file}`);
    return secret;
  } catch (error) {
    if (production || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    const secret = randomBytes(32);
    // Another process that starts at the same time may have created the file first.
    return createFile(file, secret) ? secret : readFileSync(file);
  }
}

/** The service's URL: the public one, else the one on this machine. */
export function serviceUrl({ publicUrl, host, port }: Config): string {
  const name = isLoopback(host) ? host : 'localhost';
  return publicUrl ?? `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function list(text: string): string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter(Boolean);
}

function withoutEmpty(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
}
