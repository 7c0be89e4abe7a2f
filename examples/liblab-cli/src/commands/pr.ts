/** `liblab pr`: reports the outcome of the pull request for a build's SDK. */

import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { accessOptions, tokenOrSession } from '../access.ts';
import { CliError } from '../errors.ts';
import { readConfig } from '../liblab-config.ts';
import { openPortal } from '../portal.ts';
import { printResult, type Terminal } from '../terminal.ts';

const reportSchema = z.looseObject({
  pullRequest: z.looseObject({
    buildId: z.int(),
    repository: z.string(),
    number: z.int().nullable(),
  }),
});

/**
 * Runs the command.
 * @throws CliError
 */
export async function pr(terminal: Terminal, args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      ...accessOptions,
      build: { type: 'string' },
      language: { type: 'string' },
      repository: { type: 'string' },
      number: { type: 'string' },
      url: { type: 'string' },
      failed: { type: 'string' },
      'sdk-name': { type: 'string' },
      config: { type: 'string' },
      'request-id': { type: 'string', default: randomUUID() },
    },
  });
  const { number, url, failed, language, repository } = values;
  // An empty log is still a failure.
  const reason = failed?.trim() === '' ? 'No reason was given' : failed;
  if (!values.build || !language || !repository || !/^\d+$/.test(values.build)) {
    throw new CliError(
      'usage',
      'liblab pr requires --build <number>, --language and --repository.',
    );
  }
  const isPublished = reason === undefined;
  if (
    isPublished ? !url || !/^\d+$/.test(number ?? '') : url !== undefined || number !== undefined
  ) {
    throw new CliError(
      'usage',
      'liblab pr requires either --number <n> and --url, or --failed <reason>.',
    );
  }
  const access = tokenOrSession(terminal, values.portal);
  const sdkName = values['sdk-name'] || readConfig(terminal.cwd(), values.config).sdkName;
  const report = await openPortal(terminal, access).call(
    {
      method: 'POST',
      path: `/api/v1/builds/${values.build}/pull-requests`,
      query: { organizationId: values.organization },
      isIdempotent: true,
      body: {
        requestId: values['request-id'],
        language,
        repository,
        sdkName,
        ...(isPublished
          ? { result: 'published', number: Number(number), url }
          : { result: 'failed', reason }),
      },
    },
    reportSchema,
  );
  const { pullRequest } = report;
  const outcome =
    pullRequest.number === null ? 'the failed pull request' : `pull request #${pullRequest.number}`;
  printResult(
    terminal,
    values.json,
    report,
    `Registered ${outcome} in ${pullRequest.repository} for build #${pullRequest.buildId}.`,
  );
}
