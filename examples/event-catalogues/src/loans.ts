/** A bank's loans: what becomes of an application and of the offer for it, and the work that people do on it. */

import { defineEvent } from '@liblab/audit-core';
import { count, text } from './fields.ts';

const loan = {
  version: 1,
  recordedBy: 'emitter',
  targets: ['loan-application'],
  retentionDays: 3_650,
} as const;

/** Where the event stands in its application's history: tells the order of what happened at the same time. */
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

/** `loan.application_approved`, `loan.offer_sent` and their like. */
function stateOf<const Of extends 'application' | 'offer'>(
  of: Of,
  [state, words]: [string, string],
) {
  return defineEvent({
    ...loan,
    type: `loan.${of}_${state}`,
    title: `${capitalized(of)} ${words}`,
    description: `${of === 'offer' ? 'An offer for a loan' : 'An application for a loan'} was ${words}.`,
    category: `loan ${of}s`,
    details: { step },
    publicDetails: ['step'],
    sentence: `${capitalized(words)} ${of === 'offer' ? 'the offer for ' : ''}application {targets.0.id}`,
    example: { details: { step: 2 }, targets: exampleTargets },
  });
}

const capitalized = (words: string) => words.charAt(0).toUpperCase() + words.slice(1);

const task = text(200);

function workOf<const State extends 'scheduled' | 'started' | 'completed'>(state: State) {
  return defineEvent({
    ...loan,
    type: `loan.work_${state}`,
    title: `Work ${state}`,
    description: `A piece of work on an application for a loan was ${state}.`,
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

export const loanTypes = [
  ...Object.entries(applicationStates).map((state) => stateOf('application', state)),
  ...Object.entries(offerStates).map((state) => stateOf('offer', state)),
  workOf('scheduled'),
  workOf('started'),
  workOf('completed'),
] as const;
