/** Records the statements that requests send to Postgres, through whichever pool: what an answer costs, without a clock. */

import pg from 'pg';
import { vi } from 'vitest';

export interface StatementRecorder extends Disposable {
  /** The texts since the last call, in order; values do not show. */
  take(): string[];
}

/**
 * What runs behind requests is no part of any, nor is what the trail does with an act that was recorded before, unless
 * other connections are named to be left out.
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
      return texts;
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
