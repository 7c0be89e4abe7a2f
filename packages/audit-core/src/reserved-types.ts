/** Namespaces of event types that only the Portal may record. */

/** The first words of reserved type codes, including those of future types. */
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

/** Whether no key may ever emit the type. Reserving future types prevents forging their events in advance. */
export function isReservedType(type: string): boolean {
  return reservedNamespaces.includes(type.split('.', 1)[0] ?? '');
}
