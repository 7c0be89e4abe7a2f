/** The event that a source emits, validated as by the client. */

import { catalogue } from '@examples/event-catalogues';
import type { SentEvent } from '@liblab/audit-sdk';
import type { Audit, Source } from '../../src/source.ts';

/** The event of a record. Throws when it does not match its type. */
export function emitted(source: Source, record: object): SentEvent {
  let event: SentEvent | undefined;
  const emit: Audit['emit'] = (type, emission) => {
    const sent = { ...(emission as object), type };
    // Serialized first, since the service receives JSON.
    const checked = catalogue.check(JSON.parse(JSON.stringify(sent)));
    if (!checked.ok) throw new Error(`${checked.error.path} ${checked.error.message}`);
    if (!checked.definition) throw new Error(`${type} is not in the catalogue`);
    event = checked.event;
    return Promise.resolve({ id: '', status: 'recorded', seq: 0, leafHash: '', loggedAt: '' });
  };
  void source.read(record).emit({ emit });
  if (!event) throw new Error('Nothing was emitted.');
  return event;
}
