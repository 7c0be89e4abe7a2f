/** Records the statements that requests send to Postgres through any pool, to compare costs without a clock. */

import pg from 'pg';
import { vi } from 'vitest';

export interface StatementRecorder extends Disposable {
  /** The texts since the last call, in order; values do not show. */
  take(): string[];
}

/**
 * By default leaves out the connections of background work and of the sequencer, which do not belong to a request.
 */
export function recordStatements(
  leftOut: readonly string[] = ['audit-jobs', 'audit-sequencer'],
): StatementRecorder {
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  return {
    take() {
      const texts = spy.mock.calls.flatMap(([statement], call) =>
        leftOut.includes(nameOf(spy.mock.contexts[call])) ? [] : [textOf(statement)],
      );
      spy.mockClear();
      // Sequelize sets up a new connection whenever its pool grows, which says nothing about a request.
      return texts.filter((text) => !text.startsWith('SET client_min_messages'));
    },
    [Symbol.dispose]: () => spy.mockRestore(),
  };
}

function nameOf(client: unknown): string {
  const { connectionParameters } = client as {
    connectionParameters: { application_name?: string };
  };
  return connectionParameters.application_name ?? '';
}

function textOf(statement: unknown): string {
  const text = typeof statement === 'string' ? statement : (statement as { text: string }).text;
  // Sequelize escapes values into the text.
  return text.replaceAll(/'(?:[^']|'')*'/g, "'?'").replaceAll(/\b\d+\b/g, '?');
}
