import { describe, expect, it } from 'vitest';
import { loanLog } from '../src/sources/loan-log.ts';
import { emitted } from './support/emitted.ts';

const record = {
  case: '173688',
  i: 4,
  time: '2011-10-01T00:38:44.546+02:00',
  action: 'A_SUBMITTED',
  lifecycle: 'COMPLETE',
  actor: '112',
  attrs: {},
};
const map = (changes: object = {}) => emitted(loanLog, { ...record, ...changes });

describe('a step of a loan application', () => {
  it('keeps its application, number and actor, and its time in UTC', () => {
    expect(map()).toMatchObject({
      type: 'loan.application_submitted',
      occurredAt: '2011-09-30T22:38:44.546Z',
      actor: { type: 'user', id: '112' },
      targets: [{ type: 'loan-application', id: '173688' }],
      details: { step: 4 },
    });
  });

  it('has an id derived from its application and number only', () => {
    expect(map({ i: 5 }).id).not.toBe(map().id);
    expect(map({ case: '173689' }).id).not.toBe(map().id);
    expect(map({ case: '17368', i: 84 }).id).not.toBe(map().id);
    expect(map().id).toBe(map().id);
  });

  it('is about the application, about the offer, or a piece of work', () => {
    expect(map({ action: 'O_SENT_BACK' }).type).toBe('loan.offer_sent_back');
    expect(map({ action: 'W_Nabellen offertes', lifecycle: 'SCHEDULE' })).toMatchObject({
      type: 'loan.work_scheduled',
      details: { task: 'Nabellen offertes', step: 4 },
    });
    expect(map({ action: 'W_Valideren aanvraag', lifecycle: 'START' }).type).toBe(
      'loan.work_started',
    );
    expect(() => map({ action: 'X_SUBMITTED' })).toThrow(/^has the unknown action "X_SUBMITTED"/);
    expect(() => map({ action: 'A_FORGOTTEN' })).toThrow(/loan\.application_forgotten/);
  });

  it('without an employee has a placeholder actor', () => {
    expect(map({ actor: null }).actor).toEqual({
      type: 'system',
      id: 'not-recorded',
      name: 'Not recorded',
    });
  });
});
