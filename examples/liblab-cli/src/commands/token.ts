/** `liblab token`: creates, lists and revokes tokens for CI. Requires a signed-in user. */

import { parseArgs } from 'node:util';
import { z } from 'zod';
import { accessOptions, storedSession } from '../access.ts';
import { CliError, exitCodes } from '../errors.ts';
import { openPortal, type Portal } from '../portal.ts';
import { printResult, type Terminal } from '../terminal.ts';

const tokenSchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  expiresAt: z.string(),
  lastUsedAt: z.string().nullish(),
  revokedAt: z.string().nullish(),
});
type Token = z.output<typeof tokenSchema>;

/**
 * Runs the command.
 * @throws CliError; `unavailable` when a token may have been created without its secret being received
 */
export async function token(terminal: Terminal, args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...accessOptions, days: { type: 'string' } },
  });
  const [action, subject, ...rest] = positionals;
  const needsSubject = action === 'create' || action === 'revoke';
  if (!(needsSubject || action === 'list') || !subject === needsSubject || rest.length > 0) {
    throw new CliError('usage', 'Use token create <name>, token list, or token revoke <id>.');
  }
  if (values.days !== undefined && (action !== 'create' || !/^\d{1,3}$/.test(values.days))) {
    throw new CliError(
      'usage',
      '--days must be a whole number from 1 to 364; only token create accepts it.',
    );
  }
  const portal = openPortal(terminal, storedSession(terminal, values.portal));
  const organizationId = values.organization;
  const print = (result: unknown, text: string) => printResult(terminal, values.json, result, text);
  if (action === 'create') {
    const days = values.days === undefined ? {} : { days: Number(values.days) };
    const created = await createToken(portal, { organizationId, name: subject ?? '', ...days });
    const { id, name, expiresAt } = created.token;
    print(
      created,
      `${created.secret}\n\nCreated token ${name} (${id}), which expires on ${day(expiresAt)}. Store it now, for example as LIBLAB_TOKEN: it is not shown again.`,
    );
  } else if (action === 'revoke') {
    await mutate(portal, 'tokens.revoke', { organizationId, id: subject }, z.unknown(), true);
    print({ id: subject }, `Revoked token ${subject}.`);
  } else {
    const { tokens } = await listTokens(portal, organizationId);
    print({ tokens }, tokens.map(describe).join('\n') || 'No tokens.');
  }
}

async function createToken(portal: Portal, input: object) {
  const schema = z.object({ token: tokenSchema, secret: z.string() });
  try {
    return await mutate(portal, 'tokens.create', input, schema, false);
  } catch (error) {
    if (!(error instanceof CliError) || error.exitCode !== exitCodes.unavailable) throw error;
    throw new CliError(
      'unavailable',
      `${error.message} The token may have been created, but its secret was not received. Run liblab token list, and revoke it if it is there.`,
      { cause: error },
    );
  }
}

async function mutate<Data>(
  portal: Portal,
  procedure: string,
  input: object,
  data: z.ZodType<Data>,
  isIdempotent: boolean,
): Promise<Data> {
  const path = `/trpc/${procedure}`;
  const request = { method: 'POST', path, body: input, isIdempotent } as const;
  const { result } = await portal.call(request, z.object({ result: z.object({ data }) }));
  return result.data;
}

async function listTokens(
  portal: Portal,
  organizationId: string | undefined,
): Promise<{ tokens: Token[] }> {
  const data = z.object({ tokens: z.array(tokenSchema) });
  const { result } = await portal.call(
    {
      method: 'GET',
      path: '/trpc/tokens.list',
      query: { input: JSON.stringify({ organizationId }) },
      isIdempotent: true,
    },
    z.object({ result: z.object({ data }) }),
  );
  return result.data;
}

function describe({ id, name, expiresAt, lastUsedAt, revokedAt }: Token): string {
  const state = revokedAt ? `revoked ${day(revokedAt)}` : `expires ${day(expiresAt)}`;
  return `${id}  ${name}  ${state}, ${lastUsedAt ? `last used ${day(lastUsedAt)}` : 'never used'}`;
}

const day = (time: string) => time.slice(0, 10);
