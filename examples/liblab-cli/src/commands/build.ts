/** `liblab build`: registers a build and its documents, as a build service does. It does not generate SDKs. */

import { randomUUID } from 'node:crypto';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { accessOptions, tokenOrSession } from '../access.ts';
import { CliError } from '../errors.ts';
import { languages } from '../languages.ts';
import { readConfig, type LiblabConfig } from '../liblab-config.ts';
import { makeReadme } from '../make-readme.ts';
import { DocumentError, readOpenapi } from '../openapi-document.ts';
import { openPortal } from '../portal.ts';
import { printResult, type Terminal } from '../terminal.ts';

const registrationSchema = z.looseObject({
  build: z.looseObject({
    id: z.int(),
    status: z.enum(['succeeded', 'failed']),
    reason: z.string().nullable(),
  }),
  api: z.looseObject({ id: z.int(), created: z.boolean() }),
  documents: z.array(z.looseObject({ id: z.int(), kind: z.string(), name: z.string() })),
  url: z.string(),
});

/**
 * Runs the command. A build whose OpenAPI document is missing or invalid is registered as failed.
 * @throws CliError; `failed` after a failed build is registered
 */
export async function build(terminal: Terminal, args: string[]): Promise<void> {
  const startedAt = performance.now();
  const { values } = parseArgs({
    args,
    options: {
      ...accessOptions,
      config: { type: 'string' },
      'request-id': { type: 'string', default: randomUUID() },
    },
  });
  // Checked first, so that missing credentials are reported before any work.
  const access = tokenOrSession(terminal, values.portal);
  const config = readConfig(terminal.cwd(), values.config);
  const result = await makeDocuments(config);
  const portal = openPortal(terminal, access);
  const registration = await portal.call(
    {
      method: 'POST',
      path: '/api/v1/builds',
      query: { organizationId: values.organization },
      // The request id makes retries idempotent.
      isIdempotent: true,
      body: {
        requestId: values['request-id'],
        api: { name: config.apiName ?? config.sdkName },
        sdkName: config.sdkName,
        ...result,
        durationMs: Math.round(performance.now() - startedAt),
        sdks: sdksOf(config),
      },
    },
    registrationSchema,
  );
  const url = new URL(registration.url, portal.url).href;
  const { build, api } = registration;
  const sdks = sdksOf(config).map(({ language, version }) => `${language} ${version}`);
  printResult(
    terminal,
    values.json,
    { ...registration, url },
    [
      `Build #${build.id} ${build.status}: ${sdks.join(', ')}`,
      `API ${config.apiName ?? config.sdkName} (${api.id}${api.created ? ', new' : ''})`,
      ...registration.documents.map(({ id, kind, name }) => `Document ${id}: ${kind} ${name}`),
      url,
    ].join('\n'),
  );
  if (build.status === 'failed') {
    throw new CliError('failed', `The build failed and was registered as failed: ${build.reason}`);
  }
}

async function makeDocuments(config: LiblabConfig) {
  try {
    const openapi = await readOpenapi(dirname(config.file), config.specFilePath);
    const readmes = sdksOf(config).map(({ language, version }) => ({
      kind: 'readme',
      language,
      name: `${languages[language]} README`,
      content: makeReadme(config, openapi, language, version),
    }));
    const { name, content } = openapi;
    return { status: 'succeeded', documents: [{ kind: 'openapi', name, content }, ...readmes] };
  } catch (error) {
    if (!(error instanceof DocumentError)) throw error;
    return { status: 'failed', reason: error.message, documents: [] };
  }
}

/** The SDKs in the configuration's order. */
function sdksOf({ languages, languageOptions, sdkVersion = '1.0.0' }: LiblabConfig) {
  return languages.map((language) => ({
    language,
    version: languageOptions[language]?.sdkVersion ?? sdkVersion,
  }));
}
