import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineCatalogue } from './define-catalogue.ts';
import { defineEvent } from './define-event.ts';

const order = {
  type: 'shop.order',
  version: 1,
  title: 'Order',
  description: 'Something was ordered.',
  category: 'shop',
  recordedBy: 'emitter',
  details: {
    orderId: z.string().max(20),
    items: z.array(z.string().max(20)).max(5),
    place: z
      .strictObject({ city: z.string().max(20), geo: z.record(z.string(), z.number()).optional() })
      .optional(),
    note: z.union([z.string().max(9), z.strictObject({ text: z.string().max(9) })]).nullish(),
    anything: z.unknown().optional(),
  },
  targets: ['order', 'user'],
  publicDetails: ['orderId'],
  sentence: 'Ordered {details.orderId}',
  retentionDays: 365,
  example: {
    details: { orderId: 'A1', items: ['tea'] as string[] },
    targets: [
      { type: 'order', id: '1' },
      { type: 'user', id: '2' },
    ],
  },
} as const;

/** Defines the type with some fields replaced, as a module without types could. */
const define = (fields: object) => () => defineEvent({ ...order, ...fields });

describe('a template may use', () => {
  it.each([
    'Ordered {details.items|list}',
    'Ordered {details.items|count:item:items}, first {details.items.0}',
    'Ordered for {targets.1.name|or:targets.1.id}',
    'Shipped to {details.place.city} at {details.place.geo.lat}',
    'Noted {details.note} {details.note.text} {details.anything.below}',
    'Ordered from {context.ip} by {actor.name|or:actor.id}: {outcome}, {reason}',
    'Ordered',
  ])('%s', (sentence) => {
    expect(define({ sentence, attempt: sentence })).not.toThrow();
  });

  it('a schema that contains itself', () => {
    const node: z.ZodType = z.strictObject({
      name: z.string().max(9),
      get next() {
        return node.optional();
      },
    });
    const details = { ...order.details, node: node.optional() };
    expect(define({ details, sentence: 'At {details.node.next.next.name}' })).not.toThrow();
    expect(define({ details, sentence: 'At {details.node.next.nam}' })).toThrow(
      'Use one of details.node.next.name, details.node.next.next.',
    );
  });
});

describe('a template is rejected for', () => {
  it.each([
    [
      'Tr {details.orderId|upper}',
      'uses the unknown filter "upper" in {details.orderId|upper}. Use list, count:<one>:<many> or or:<path>.',
    ],
    [
      '{details.ordrId}',
      'refers to details.ordrId in {details.ordrId}, which this type does not have. Use one of details.orderId, details.items, details.place, details.note, details.anything.',
    ],
    ['{targets.2.id}', 'refers to targets.2.id in {targets.2.id}'],
    ['{targets.0.label}', 'Use one of targets.0.type, targets.0.id, targets.0.name.'],
    ['{details.orderId.length}', 'refers to details.orderId.length'],
    ['{constructor.name}', 'refers to constructor.name'],
    ['{targets.0.name|or:targets.0.nam}', 'refers to targets.0.nam in'],
    ['{targets.0.name|or}', 'needs one path after |or:'],
    ['{details.orderId|}', 'has an empty filter in'],
    ['{details.items}', 'would show JSON in {details.items}'],
    ['{details.place}', 'would show JSON in {details.place}'],
    ['{details.orderId|list}', 'lists a value that is not a list'],
    ['{details.items|list:and}', 'gives the filter list an argument'],
    ['{details.items|count:item}', 'needs two words in'],
    ['{details.orderId|count:a:b}', 'counts a value that is neither a list nor a number'],
    ['Ordered {details.orderId', 'has a brace without its partner'],
    ['Ordered {}', 'has a brace without its partner'],
    ['', 'must not be empty.'],
    [' Ordered', 'must be one line without spaces around it.'],
    ['Ordered\nagain', 'must be one line without spaces around it.'],
    ['x'.repeat(501), 'must have at most 500 characters.'],
  ])('%j', (template, problem) => {
    expect(define({ sentence: template })).toThrow(`shop.order@1: sentence `);
    expect(define({ sentence: template })).toThrow(problem);
    expect(define({ attempt: template })).toThrow('shop.order@1: attempt ');
    expect(define({ link: { path: '/orders', label: template } })).toThrow(
      'shop.order@1: link.label ',
    );
  });
});

describe('a link', () => {
  it.each([
    '/orders/{targets.0.id}',
    '/orders?id={details.orderId}',
    '/',
    'https://shop.example/{details.orderId}',
    'https://shop.example:8443/orders/{targets.0.id}#{details.orderId}',
    'https://localhost/',
  ])('may lead to %s', (path) => {
    expect(define({ link: { path, label: 'Open' } })).not.toThrow();
  });

  it.each([
    'javascript:alert(1)',
    ' javascript:alert(1)',
    'data:text/html,x',
    'http://shop.example/{details.orderId}',
    'HTTPS://shop.example/',
    '{details.orderId}://shop.example/',
    'https://{details.orderId}/',
    'https://{details.orderId}.example/',
    'https://shop.example{details.orderId}/',
    'https://shop.example:{details.orderId}/',
    'https://shop.example',
    'https:///shop.example/',
    'https://shop.example//',
    'https://shop.example\\@evil.example/',
    'https://ada@shop.example/',
    'https://ada:secret@shop.example/',
    'https://shop .example/',
    'https://shop.example/my orders',
    'https://shop.example/../members',
    'https://shop.example/orders/..',
    '//evil.example/',
    '/\\evil.example',
    '/\t/evil.example',
    '/..',
    '/./members',
    '/orders/../members',
    '/orders/..?id=1',
    '/orders/%2e%2E/members',
    '/orders/.',
    '/my orders',
    'orders/{details.orderId}',
    '{details.orderId}',
    '',
  ])('to %j is rejected', (path) => {
    expect(define({ link: { path, label: 'Open' } })).toThrow(
      'shop.order@1: link.path must be a path of the Portal, such as /builds/{details.buildId}, or an https:// address with a fixed host, such as https://github.com/{details.owner}, without user name, ".." or spaces.',
    );
  });

  it('is rejected when its path has a brace without its partner or an unknown detail', () => {
    expect(define({ link: { path: '/orders/{details.orderId', label: 'Open' } })).toThrow(
      'link.path must be a path',
    );
    expect(define({ link: { path: '/orders/{details.id}', label: 'Open' } })).toThrow(
      'link.path refers to details.id',
    );
  });
});

describe('a definition is rejected for', () => {
  it.each<[string, object, string]>([
    [
      'a public detail that does not exist',
      { publicDetails: ['nope'] },
      'publicDetails names "nope", which is not a detail. Use one of orderId,',
    ],
    [
      'a person whose details do not exist',
      { subjects: [{ type: 'buyer', id: 'email', details: ['phone'] }] },
      'shop.order@1: subjects[0].details names "phone", which is not a detail.',
    ],
    [
      'a public detail about a person',
      { subjects: [{ type: 'buyer', id: 'orderId', details: [] }] },
      'publicDetails names "orderId", which is about a person (subjects[0]). Remove it.',
    ],
    [
      'a retention of 364 days',
      { retentionDays: 364 },
      'retentionDays must be a whole number of days from 365 to 36500.',
    ],
    ['a retention of a fraction', { retentionDays: 400.5 }, 'from 365 to 36500.'],
    ['a retention of 36,501 days', { retentionDays: 36_501 }, 'from 365 to 36500.'],
    ['a retention of no number', { retentionDays: Number.NaN }, 'from 365 to 36500.'],
    ['a version of 0', { version: 0 }, 'version must be at least 1.'],
    ['a type code', { type: 'Order' }, 'type must be lower-case words joined by dots'],
    ['a long title', { title: 'x'.repeat(101) }, 'title must have at most 100 characters.'],
    ['a description of two lines', { description: 'a\nb' }, 'description must be one line'],
    ['no category', { category: undefined }, 'category is required.'],
    ['an outcome', { outcome: 'maybe' }, 'outcome must be one of "success", "failure", "denied".'],
    ['a recorder', { recordedBy: 'anybody' }, 'recordedBy must be one of "emitter", "portal".'],
    ['a target type', { targets: ['An Order'] }, 'targets[0] must start with a lower-case letter'],
    ['no targets', { targets: undefined }, 'targets is required.'],
    [
      'a field that does not exist',
      { attemp: 'Tried to order' },
      'attemp is not a field of an event type. Remove it or fix its name.',
    ],
    [
      'a detail that no query can name',
      { details: { ...order.details, 'order-id': z.string().optional() } },
      'details["order-id"] must be named by a letter and up to 63 letters, digits or _.',
    ],
    [
      'a detail without a schema',
      { details: { ...order.details, orderId: 'string' } },
      'details.orderId must be a schema of zod 4.',
    ],
    [
      'an example that its schema rejects',
      { example: { details: { orderId: 1, items: [] }, targets: order.example.targets } },
      'example.details.orderId must be a string.',
    ],
    [
      'an example with other targets',
      { example: { ...order.example, targets: [] } },
      'example.targets must have',
    ],
    [
      'an example that cannot be stored',
      {
        example: {
          ...order.example,
          details: { ...order.example.details, anything: 'a\0b' },
        },
      },
      'example.details.anything ',
    ],
  ])('%s', (_, fields, problem) => {
    expect(define(fields)).toThrow(problem);
  });

  it.each<[string, z.ZodType]>([
    ['a date', z.date()],
    ['a bigint', z.bigint()],
    ['a map', z.map(z.string(), z.string())],
    ['a function of its own', z.custom<object>()],
    ['what becomes a date', z.string().transform((text) => new Date(text))],
    ['a list of dates', z.array(z.date()).max(3)],
  ])('a detail that is %s, which has no JSON form', (_, schema) => {
    expect(define({ details: { ...order.details, when: schema.optional() } })).toThrow(
      /^shop\.order@1: details\.when has no JSON form \(.+\)\. Use strings, numbers/,
    );
  });

  it('every problem at once, a line each', () => {
    expect(define({ sentence: '{details.a}', publicDetails: ['b'] })).toThrow(
      /^shop\.order@1: sentence .+\nshop\.order@1: publicDetails .+$/,
    );
  });
});

it('a catalogue checks definitions that were changed after defineEvent, or never passed through it', () => {
  const definition = defineEvent(order);
  expect(() => defineCatalogue([definition])).not.toThrow();
  expect(() => defineCatalogue([{ ...definition, sentence: '{details.a|upper}' }])).toThrow(
    'shop.order@1: sentence refers to details.a',
  );
  expect(() => defineCatalogue([order as never])).toThrow(
    'shop.order@1: schemas is missing. Pass the type to defineEvent.',
  );
  expect(() => defineCatalogue([undefined as never])).toThrow('the definition is required');
});
