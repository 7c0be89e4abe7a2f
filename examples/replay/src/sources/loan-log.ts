/** The log of a bank's loan applications (BPI Challenge 2012): one line per step, numbered within its application. */

import { stableId, type Actor } from '@liblab/audit-sdk';
import { z } from 'zod';
import { LineError } from '../errors.ts';
import { defineSource } from '../source.ts';

/** Namespace of ids, since the log has none. Changing it would record every event again. */
const events = '25208a48-c8ec-4668-be77-2152ac265b50';

const work = { SCHEDULE: 'scheduled', START: 'started', COMPLETE: 'completed' } as const;

export const loanLog = defineSource({
  title: 'Loan applications',
  marks: ['case', 'lifecycle', 'action'],
  record: z.object({
    case: z.string(),
    i: z.int(),
    time: z.string(),
    action: z.string(),
    lifecycle: z.enum(['SCHEDULE', 'START', 'COMPLETE']),
    actor: z.string().nullable(),
  }),
  tenantOf: () => ({ key: 'bpi-challenge-2012', name: 'Loan Applications' }),
  emit(audit, record, organizationId) {
    const { case: application, i: step, action, lifecycle } = record;
    const common = {
      id: stableId(events, `${application}/${step}`),
      organizationId,
      occurredAt: record.time,
      actor: actorOf(record.actor),
      targets: [{ type: 'loan-application', id: application }] as [
        { type: 'loan-application'; id: string },
      ],
    };
    const [, kind, name = ''] = /^([AOW])_(.+)$/.exec(action) ?? [];
    const state = name.toLowerCase();
    switch (kind) {
      case 'A':
        return audit.emit(`loan.application_${state}`, { ...common, details: { step } });
      case 'O':
        return audit.emit(`loan.offer_${state}`, { ...common, details: { step } });
      case 'W':
        return audit.emit(`loan.work_${work[lifecycle]}`, {
          ...common,
          details: { task: name, step },
        });
      default:
        throw new LineError(
          `has the unknown action "${action}"; actions must start with A_, O_ or W_`,
        );
    }
  },
});

/** Employees are numbered. Some steps have no employee. */
function actorOf(id: string | null): Actor {
  return id === null
    ? { type: 'system', id: 'not-recorded', name: 'Not recorded' }
    : { type: 'user', id };
}
