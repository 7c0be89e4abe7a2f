import { liblabCatalogue, renderMessage, renderPath, portalCatalogue } from '@liblab/audit-core';
import { expect, it } from 'vitest';
import { awsCode, catalogue } from '../src/index.ts';

const entries = catalogue.definitions.map((definition) => [definition.type, definition] as const);

it.each(entries)('%s has a valid example with a sentence and a link', (type, definition) => {
  const event = {
    id: '019a972c-7e62-7b0d-a3c1-2b1f0e5d4c3b',
    type,
    occurredAt: '2026-01-31T09:30:00.000Z',
    actor: { type: 'user', id: '1190' },
    details: definition.example.details,
    targets: [...definition.example.targets],
  };
  expect(catalogue.check(event)).toMatchObject({ ok: true, event });
  expect(renderMessage(definition.sentence, event)).toMatch(/^[A-Z][^…{}]+$/);
  if (definition.link) {
    const href = renderPath(definition.link.path, event);
    expect(href).toMatch(/^https:\/\/github\.com\/exciting-soda\//);
  }
});

it("can be combined with the service's catalogue", () => {
  const all = liblabCatalogue.with(portalCatalogue).with(catalogue);
  expect(all.describe().length).toBeGreaterThan(catalogue.describe().length);
});

it('derives type codes from AWS operations', () => {
  expect(awsCode('route53resolver.amazonaws.com', 'ListFirewallRules')).toBe(
    'aws.route53resolver.listfirewallrules',
  );
  expect(awsCode('compute-optimizer.amazonaws.com', 'GetEnrollmentStatus')).toBe(
    'aws.compute_optimizer.getenrollmentstatus',
  );
});
