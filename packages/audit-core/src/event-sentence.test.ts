import { expect, it } from 'vitest';
import { eventSentence } from './event-sentence.ts';

const templates = {
  sentence: 'Created API {details.name}',
  attempt: 'Tried to create API {details.name}',
};
const event = (outcome: 'success' | 'failure' | 'denied') => ({
  outcome,
  details: { name: 'Llama Store' },
});

it.each([
  ['success', 'Created API Llama Store'],
  ['failure', 'Tried to create API Llama Store'],
  ['denied', 'Tried to create API Llama Store'],
] as const)('with the outcome %s it reads: %s', (outcome, expected) => {
  expect(eventSentence(templates, event(outcome))).toBe(expected);
});

it.each([
  ['success', 'Created API Llama Store'],
  ['failure', 'Created API Llama Store'],
  ['denied', 'Was denied: “Created API Llama Store”'],
] as const)('without an attempt, %s reads: %s', (outcome, expected) => {
  expect(eventSentence({ sentence: templates.sentence }, event(outcome))).toBe(expected);
});
