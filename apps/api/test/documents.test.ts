/** Documents of builds: parsed within limits, approved only with permission, shown in a sandbox. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TrailEvent } from '@liblab/audit-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foreignData } from './support/foreign-data.ts';
import { enterAs, openTool, readmeOf, type PortalTool } from './support/portal-tool.ts';
import { readActTypes } from './support/read-trail.ts';
import { startTestTrail, type TestOrganization, type TestTrail } from './support/test-trail.ts';

let trail: TestTrail;
let organization: TestOrganization;
let tool: PortalTool;

beforeAll(async () => {
  trail = await startTestTrail();
  organization = await trail.organization();
  tool = await openTool(trail.app, organization.id);
});

afterAll(() => trail[Symbol.asyncDispose]());

const openapi = (content: unknown) => ({
  kind: 'openapi',
  name: 'openapi',
  content: typeof content === 'string' ? content : JSON.stringify(content),
});
const head = { openapi: '3.1.0', info: { title: 'T', version: '1' } };

/** Registers only this document; returns the frame's page. */
async function preview(document: object): Promise<string> {
  const { documents } = await tool.registered({ documents: [document] });
  const answer = await openPreview(documents[0]?.id);
  expect(answer.status).toBe(200);
  return answer.text();
}

function openPreview(id: number | undefined, headers = organization.headers): Promise<Response> {
  return fetch(`${trail.app.url}/api/v1/documents/${id}/preview`, { headers });
}

/** The document as the frame's page contains it. */
async function shown(content: unknown): Promise<unknown> {
  const html = await preview(openapi(content));
  const json = /<script type="application\/json" id="document">(.*?)<\/script>/s.exec(html)?.[1];
  return JSON.parse(json ?? '');
}

async function refusal(document: object): Promise<{ code: string; path: string; message: string }> {
  const answer = await tool.build({ documents: [readmeOf('go'), document] });
  expect(answer.status).toBe(400);
  return ((await answer.json()) as { error: { code: string; path: string; message: string } })
    .error;
}

describe('an OpenAPI document', () => {
  it('is read as JSON and as YAML', async () => {
    expect(await shown(head)).toEqual(head);
    expect(await shown('openapi: 3.1.0\ninfo: {title: T, version: "1"}\n')).toEqual(head);
    expect(await shown({ swagger: '2.0', info: {} })).toEqual({ swagger: '2.0', info: {} });
  });

  it('that does not parse is rejected with line, column and reason, and nothing is stored', async () => {
    const error = await refusal(openapi('openapi: 3.1.0\ninfo:\n  title: "T\n'));
    expect(error).toMatchObject({ code: 'invalid_document', path: '$.documents[1].content' });
    expect(error.message).toMatch(/^Line 4, column 1: .*quote/);
  });
});

describe('a preview', () => {
  const attack = '</script><script>alert(1)</script><img src=x onerror=alert(1)>';

  it('is a page with its own origin that may run only the renderer and fetch nothing', async () => {
    const { documents } = await tool.registered({
      documents: [openapi({ ...head, info: { title: attack, version: '1' } }), readmeOf('go')],
    });
    const [reference, readme] = await Promise.all(documents.map(({ id }) => openPreview(id)));
    const policy = String(reference?.headers.get('content-security-policy'));
    const [, nonce] = /script-src 'nonce-([^']+)'/.exec(policy) ?? [];
    expect(policy.replace(String(nonce), 'N')).toBe(
      "sandbox allow-scripts; default-src 'none'; script-src 'nonce-N'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
    );
    expect(readme?.headers.get('content-security-policy')).not.toContain('script-src');
    expect(reference?.headers.get('cache-control')).toBe('private, no-store');
    const html = String(await reference?.text());
    expect(html).not.toContain(attack);
    expect(html.match(/<script/g)).toHaveLength(2);
    const [, source] = /<script src="([^"]+)" nonce="/.exec(html) ?? [];
    const renderer = await fetch(trail.app.url + source);
    expect(renderer.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(renderer.headers.get('cache-control')).toContain('immutable');
    expect(await renderer.text()).not.toContain('cdn.redoc.ly');
  });

  it('of a README contains no HTML of its author, no image and no URL', async () => {
    const html = await preview(
      readmeOf(
        'go',
        `# Title\n\n${attack}\n\n![a *pixel*](https://evil.example/p.png)\n\n[go](javascript:alert(1)) ` +
          '[there](https://evil.example/"onmouseover="alert(1)) <https://evil.example/auto>\n\n| a |\n| - |\n| b |\n',
      ),
    );
    expect(html).toContain('<h1>Title</h1>');
    expect(html).toContain('<td>b</td>');
    expect(html).toContain('a *pixel*');
    const [, main = ''] = /<main class="readme">(.*)<\/main>/s.exec(html) ?? [];
    const tags = main
      .match(/<[^>]*>/g)
      ?.filter((tag) => !/^<span class="link" title="[^"]*">$/.test(tag));
    for (const tag of tags ?? [])
      expect(tag).toMatch(/^<\/?(h1|p|table|thead|tbody|tr|th|td|span)>$/);
  });

  it('is only for members of the organisation', async () => {
    const { documents } = await tool.registered();
    const id = documents[0]?.id;
    const other = await trail.organization();
    const member = await enterAs(trail.app, organization.id, 'member');
    expect((await openPreview(id, member.headers as never)).status).toBe(200);
    expect((await openPreview(id, {} as never)).status).toBe(401);
    const [foreign, unknown] = await Promise.all(
      [id, 999_999].map((one) => openPreview(one, other.headers)),
    );
    expect([foreign?.status, unknown?.status]).toEqual([404, 404]);
  });
});

describe('approving', () => {
  it('is recorded once, with its actor, and so is withdrawing the approval', async () => {
    const own = await trail.organization();
    const builder = await openTool(trail.app, own.id);
    const { documents } = await builder.registered();
    const owner = await enterAs(trail.app, own.id, 'owner');
    const decide = async (what: string, id: number) => {
      const answer = await trail.app.call(
        'mutation',
        `documents.${what}`,
        { id: String(id) },
        owner.headers,
      );
      expect(answer.status).toBe(200);
      return ((await answer.json()) as { result: { data: { document: object } } }).result.data
        .document;
    };
    const [reference, readme] = documents.map(({ id }) => id) as [number, number];
    const approved = { state: 'approved', changedBy: { type: 'user', id: owner.id } };
    expect(await decide('approve', reference)).toMatchObject({ kind: 'openapi', ...approved });
    expect(await decide('approve', reference)).toMatchObject(approved);
    expect(await decide('unapprove', reference)).toMatchObject({ state: 'unapproved' });
    expect(await decide('unapprove', readme)).toMatchObject({ changedAt: null });
    await decide('approve', readme);

    const expected = [
      'user.create_api',
      'user.build',
      'user.approved_doc',
      'user.unapproved_doc',
      'user.approved_doc',
    ];
    await expect.poll(() => readActTypes(trail.app.services, own.id)).toEqual(expected);
    const answer = await trail.app.call('query', 'events.list', undefined, own.headers);
    const { events } = ((await answer.json()) as { result: { data: { events: TrailEvent[] } } })
      .result.data;
    expect(events[0]).toMatchObject({
      actor: { type: 'user', id: owner.id, email: owner.email },
      context: { service: 'portal' },
      targets: [
        { type: 'document', id: '2', name: 'typescript guide' },
        { type: 'build', id: '1' },
      ],
      details: { documentId: 2, buildId: 1, language: 'typescript' },
    });
    expect(events[2]?.details).toEqual({ documentId: 1, buildId: 1 });
  });

  it('by a member is denied and recorded, and changes nothing', async () => {
    const own = await trail.organization();
    await (await openTool(trail.app, own.id)).registered();
    const member = await enterAs(trail.app, own.id, 'member');
    const answer = await trail.app.call(
      'mutation',
      'documents.approve',
      { id: '1' },
      member.headers,
    );
    expect(answer.status).toBe(403);
    const unknown = await trail.app.call(
      'mutation',
      'documents.approve',
      { id: '9' },
      member.headers,
    );
    expect(unknown.status).toBe(404);
    await expect.poll(async () => (await readActTypes(trail.app.services, own.id)).length).toBe(3);
    const list = await trail.app.call('query', 'events.list', { outcome: 'denied' }, own.headers);
    const { events } = ((await list.json()) as { result: { data: { events: TrailEvent[] } } })
      .result.data;
    expect(events).toMatchObject([
      {
        type: 'user.approved_doc',
        outcome: 'denied',
        actor: { id: member.id },
        reason: 'missing_permission',
      },
    ]);
    const page = await trail.app.call('query', 'documents.get', { id: '1' }, member.headers);
    expect(await page.json()).toMatchObject({
      result: { data: { document: { state: 'unapproved' } } },
    });
  });
});

describe.skipIf(!foreignData)('AUDIT_FOREIGN_DATA: documents from elsewhere', () => {
  const folder = join(foreignData, 'openapi');
  const names = foreignData
    ? readdirSync(folder).filter((name) => /\.(json|ya?ml)$/.test(name))
    : [];

  it.each(names)('%s is registered and previewed', async (name) => {
    const html = await preview(openapi(readFileSync(join(folder, name), 'utf8')));
    expect(html).toContain('id="document"');
  });

  it('READMEs of generated SDKs are rendered', async () => {
    const readmes = join(foreignData, 'liblab/readmes');
    for (const name of readdirSync(readmes)) {
      const html = await preview(readmeOf('go', readFileSync(join(readmes, name), 'utf8')));
      expect(html, name).toMatch(/<h1>/);
      expect(html, name).not.toMatch(/<(img|a|script)[\s>]/);
    }
  });
});
