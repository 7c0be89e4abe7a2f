/** `dropRedactedValues`: removes the values of redacted changes from an event, before it is stored or hashed. */

/** A copy without them; the event itself when it has none. Takes any value, since it runs before validation. */
export function dropRedactedValues<Event>(event: Event): Event {
  const changes: unknown = (event as { changes?: unknown } | null | undefined)?.changes;
  if (!Array.isArray(changes) || !changes.some(hasRedactedValues)) return event;
  return {
    ...event,
    changes: changes.map((change: unknown) => {
      if (!hasRedactedValues(change)) return change;
      const { before: _before, after: _after, ...rest } = change;
      return rest;
    }),
  };
}

function hasRedactedValues(change: unknown): change is { before?: unknown; after?: unknown } {
  if (typeof change !== 'object' || change === null) return false;
  const { redacted } = change as { redacted?: unknown };
  return redacted === true && ('before' in change || 'after' in change);
}
