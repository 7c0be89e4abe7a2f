/** Records the statements that reach Postgres, whichever pool they go through: what an answer costs, without a clock. */

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
      const texts = spy.mock.calls.map(([statement]) => textOf(statement));
      spy.mockClear();
      return texts;
    },
    [Symbol.dispose]: () => spy.mockRestore(),
  };
}

function textOf(statement: unknown): string {
  return typeof statement === 'string' ? statement : (statement as { text: string }).text;
}
