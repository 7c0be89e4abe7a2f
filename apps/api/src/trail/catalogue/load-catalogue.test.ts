import { expect, it } from 'vitest';
import { loadCatalogue } from './load-catalogue.ts';

/** A module that imports nothing, so that nothing has checked its definitions. */
const moduleOf = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;

const core = import.meta.resolve('@liblab/audit-core');
const type = `{ type: 'shop.order', version: 1, title: 'Order', description: 'Something was ordered.',
  category: 'shop', recordedBy: 'emitter', details: {}, targets: ['order'], publicDetails: [],
  sentence: 'Ordered {details.t|upper}', retentionDays: 30,
  example: { details: {}, targets: [{ type: 'order', id: '1' }] } }`;

it.each([
  ['defined', `import { defineEvent } from '${core}'; defineEvent(${type})`],
  ['exported as it is', `export const catalogue = { definitions: [${type}] }`],
])('a wrong type that is %s stops the start with its module and the fix', async (_, code) => {
  await expect(loadCatalogue([moduleOf(code)])).rejects.toThrow(
    /^AUDIT_CATALOGUE: cannot use data:.+\.\nshop\.order@1: retentionDays must be a whole number of days from 365 to 36500\.$/,
  );
});

it('a module without a catalogue stops the start', async () => {
  await expect(loadCatalogue([moduleOf('export const types = []')])).rejects.toThrow(
    'It exports no `catalogue`. Export one made by defineCatalogue.',
  );
});

it.each(['@examples/event-catalogues', '@examples/express-service'])(
  '%s is loaded',
  async (name) => {
    expect((await loadCatalogue([name])).describe().length).toBeGreaterThan(20);
  },
);
