/// <reference types="node" />
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCatalogue, defineEvent, errorCodes, type ErrorCode } from '../src/index.ts';
import { errorHeading, errorsFolder, generatedDocs } from './docs/generated-docs.ts';
import { renderCatalogue } from './docs/render-catalogue.ts';

describe('a generated page', () => {
  it.each(Object.entries(generatedDocs).map(([file, text]) => [basename(file), file, text]))(
    '%s is up to date (if not, run `npm run docs -w packages/audit-core`)',
    (_name, file = '', text) => {
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );
});

describe('an error code', () => {
  it('has a page, and every page has a code', () => {
    const pages = readdirSync(errorsFolder).filter((name) => name !== 'README.md');
    expect(pages.toSorted()).toEqual(
      Object.keys(errorCodes)
        .map((code) => `${code}.md`)
        .toSorted(),
    );
  });

  it.each(Object.keys(errorCodes) as ErrorCode[])(
    '%s: its page starts with its title and status, and says when it occurs and what to do',
    (code) => {
      const page = readFileSync(join(errorsFolder, `${code}.md`), 'utf8');
      expect(page.slice(0, errorHeading(code).length)).toBe(errorHeading(code));
      expect(page.match(/^## .*/gm)).toEqual(['## When', '## What to do']);
    },
  );
});

it('the catalogue page lists visibility, optionality and all limits of a detail', () => {
  const page = renderCatalogue(
    defineCatalogue([
      defineEvent({
        type: 'acme.made',
        version: 2,
        title: 'Made',
        description: 'Something was made.',
        category: 'acme',
        recordedBy: 'portal',
        details: {
          open: z.int().min(0).max(9),
          closed: z.array(z.string().max(3).regex(/^a|b$/)).min(1).optional(),
          email: z.string(),
          odd: z.number().multipleOf(3),
        },
        targets: ['thing'],
        publicDetails: ['open'],
        subjects: [{ type: 'maker', id: 'email', details: ['email'] }],
        sentence: 'Made {details.open}',
        link: { path: '/things/{targets.0.id}', label: 'Open thing' },
        retentionDays: 1_000,
        example: {
          details: { open: 1, email: 'a@b.example', odd: 3 },
          targets: [{ type: 'thing', id: '1' }],
        },
      }),
    ]),
  );
  for (const line of [
    '**Made**, version 2. Something was made.',
    '- Recorded by: the Portal only; no key may send it',
    '- Link: `/things/{targets.0.id}`, labelled `Open thing`',
    '- Retention: 1,000 days from loggedAt',
    '- Person other than the actor: `maker`, identified by `email`, described by `email`',
    '| `open` | integer, 0 to 9 | yes | public |',
    '| `closed` | list, at least 1 items, each text, at most 3 characters, like `^a\\|b$` | no | private |',
    '| `email` | text | yes | the person `maker` |',
    '| `odd` | number, `{"multipleOf":3}` | yes | private |',
  ]) {
    expect(page.split('\n')).toContain(line);
  }
});
