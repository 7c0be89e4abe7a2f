/** A bank's loans: the states of applications and offers, and the work on them. */

import { defineEvent } from '@liblab/audit-core';
import { count, text } from './fields.ts';

const loan = {
  version: 1,
  recordedBy: 'emitter',
  targets: ['loan-application'],
  retentionDays: 3_650,
} as const;

/** The event's number within its application; orders events with equal times. */
const step = count;
const exampleTargets = [{ type: 'loan-application', id: '173688' }] as const;

const applicationStates = {
  submitted: 'submitted',
  partlysubmitted: 'partly submitted',
  preaccepted: 'provisionally accepted',
  accepted: 'accepted',
  finalized: 'finalized',
  registered: 'registered',
  approved: 'approved',
  activated: 'activated',
  cancelled: 'cancelled',
  declined: 'declined',
};

const offerStates = {
  selected: 'selected',
  created: 'created',
  sent: 'sent',
  sent_back: 'sent back',
  accepted: 'accepted',
  cancelled: 'cancelled',
  declined: 'declined',
};

/** A type for a state, such as `loan.application_approved` or `loan.offer_sent`. */
function stateType<const Subject extends 'application' | 'offer'>(
  subject: Subject,
  [state, words]: [string, string],
) {
  return defineEvent({
    ...loan,
    type: `loan.${subject}_${state}`,
    title: `${capitalized(subject)} ${words}`,
    description: `A loan ${subject} was ${words}.`,
    category: `loan ${subject}s`,
    details: { step },
    publicDetails: ['step'],
    sentence: `${capitalized(words)} ${subject === 'offer' ? 'the offer for ' : ''}application {targets.0.id}`,
    example: { details: { step: 2 }, targets: exampleTargets },
  });
}

const capitalized = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

const task = text(200);

function workType<const State extends 'scheduled' | 'started' | 'completed'>(state: State) {
  return defineEvent({
    ...loan,
    type: `loan.work_${state}`,
    title: `Work ${state}`,
    description: `Work on a loan application was ${state}.`,
    category: 'loan work',
    details: { task, step },
    publicDetails: ['task', 'step'],
    sentence: `${capitalized(state)} {details.task} of application {targets.0.id}`,
    example: {
      details: { task: 'Call after sent offers', step: 7 },
      targets: exampleTargets,
    },
  });
}

/** All types of the loan log. */
export const loanTypes = [
  ...Object.entries(applicationStates).map((state) => stateType('application', state)),
  ...Object.entries(offerStates).map((state) => stateType('offer', state)),
  workType('scheduled'),
  workType('started'),
  workType('completed'),
] as const;
