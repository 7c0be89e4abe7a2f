/** Statements that travel together on a pipelined connection. */

import type { ClientBase, Connection } from 'pg';

/**
 * Writes all statements that `send` makes before it first waits to the connection at once. One write each would wake
 * Postgres for each, which costs both sides more than a small statement does.
 */
export function inOneFlight<Result>(client: ClientBase, send: () => Result): Result {
  const { stream } = (client as unknown as { connection: Connection }).connection;
  stream.cork();
  try {
    return send();
  } finally {
    stream.uncork();
  }
}
