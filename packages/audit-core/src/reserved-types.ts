/** The namespaces of event types that only the Portal itself records, whether or not it has such a type yet. */

export const reservedNamespaces: readonly string[] = [
  'erasure',
  'export',
  'key',
  'log',
  'member',
  'organization',
  'policy',
  'portal',
  'retention',
  'session',
  'trail',
];

/** Whether no key may ever emit the type: else what the Portal will record one day could be forged today. */
export function isReservedType(type: string): boolean {
  return reservedNamespaces.includes(type.split('.', 1)[0] ?? '');
}
