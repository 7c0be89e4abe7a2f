/** Sends several statements at once on a pipelined connection. */

import type { ClientBase, Connection } from 'pg';

/**
 * Sends all statements that `send` issues before its first `await` in one write. Separate writes would wake Postgres for
 * each statement, which costs more than a small statement itself.
 */
export function pipeline<Result>(client: ClientBase, send: () => Result): Result {
  const { stream } = (client as unknown as { connection: Connection }).connection;
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}
