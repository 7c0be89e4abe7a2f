/** `liblab token`: makes, lists and revokes the tokens that CI acts with. Only a signed-in person may. */

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

export async function token(terminal: Terminal, args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...accessOptions, days: { type: 'string' } },
  });
  const [action, subject, ...rest] = positionals;
  const needsSubject = action === 'create' || action === 'revoke';
  if (!(needsSubject || action === 'list') || !subject === needsSubject || rest.length > 0) {
    throw new CliError('usage', 'It is token create <name>, token list, or token revoke <id>.');
  }
  if (values.days !== undefined && (action !== 'create' || !/^\d{1,3}$/.test(values.days))) {
    throw new CliError('usage', '--days is a whole number from 1 to 364, of token create.');
  }
  const portal = openPortal(terminal, storedSession(terminal, values.portal));
  const organizationId = values.organization;
  const print = (result: unknown, text: string) => printResult(terminal, values.json, result, text);
  if (action === 'create') {
    const days = values.days === undefined ? {} : { days: Number(values.days) };
    const made = await createToken(portal, { organizationId, name: subject ?? '', ...days });
    const until = made.token.expiresAt.slice(0, 10);
    print(
      made,
      `${made.secret}\n\nThis is ${made.token.name} (${made.token.id}), until ${until}. It is shown this once: keep it as LIBLAB_TOKEN.`,
    );
  } else if (action === 'revoke') {
    await mutate(portal, 'tokens.revoke', { organizationId, id: subject }, z.unknown(), true);
    print({ id: subject }, `Revoked ${subject}.`);
  } else {
    const { tokens } = await listTokens(portal, organizationId);
    print({ tokens }, tokens.map(describe).join('\n') || 'There are no tokens.');
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
      `${error.message} If a token was made all the same, nobody has it: see liblab token list, and revoke it.`,
      { cause: error },
    );
  }
}

async function mutate<Data>(
  portal: Portal,
  procedure: string,
  input: object,
  data: z.ZodType<Data>,
  repeatable: boolean,
): Promise<Data> {
  const request = { method: 'POST', path: `/trpc/${procedure}`, body: input, repeatable } as const;
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
      repeatable: true,
    },
    z.object({ result: z.object({ data }) }),
  );
  return result.data;
}

function describe({ id, name, expiresAt, lastUsedAt, revokedAt }: Token): string {
  const state = revokedAt ? `revoked ${day(revokedAt)}` : `until ${day(expiresAt)}`;
  return `${id}  ${name}  ${state}, ${lastUsedAt ? `last used ${day(lastUsedAt)}` : 'never used'}`;
}

const day = (time: string) => time.slice(0, 10);
