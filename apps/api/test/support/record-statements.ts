/** Records the statements that requests send to Postgres, through whichever pool: what an answer costs, without a clock. */

import pg from 'pg';
import { vi } from 'vitest';

export interface StatementRecorder extends Disposable {
  /** The texts since the last call, in order; values are parameters and do not show. */
  take(): string[];
}

export function recordStatements(): StatementRecorder {
  const spy = vi.spyOn(pg.Client.prototype, 'query');
  return {
    take() {
      const texts = spy.mock.calls.flatMap(([statement], call) =>
        runsBehind(spy.mock.contexts[call]) ? [] : [textOf(statement)],
      );
      spy.mockClear();
      return texts;
    },
    [Symbol.dispose]: () => spy.mockRestore(),
  };
}

/** What runs behind requests is no part of any, nor is what the trail does with an act that was recorded before. */
function runsBehind(client: unknown): boolean {
  const { connectionParameters } = client as {
    connectionParameters: { application_name?: string };
  };
  return ['audit-jobs', 'audit-sequencer'].includes(connectionParameters.application_name ?? '');
}

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : (statement as { text: string }).text;
}
