/** Loaded into a signer's process before its own code (`--import`): kills it at a point of its round. */

import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import pg from 'pg';
import { crashAt as crashHere, isDueAt } from './crash-at.ts';
import type { CrashPoint } from './crash-points.ts';

const crashAt: (here: CrashPoint) => void = crashHere;

/** Half of the text, if the crash is due in the middle of it. */
function torn(here: CrashPoint, data: unknown): unknown {
  if (!isDueAt(here)) return data;
  return String(data).slice(0, Math.ceil(String(data).length / 2));
}

const { writeFileSync, renameSync, appendFileSync } = fs;
fs.writeFileSync = (file, data, options) => {
  const isState = String(file).endsWith('signer-state.new');
  if (isState) crashAt('before the state is rewritten');
  writeFileSync(
    file,
    isState ? (torn('while the state is rewritten', data) as string) : data,
    options,
  );
  if (isState) crashAt('while the state is rewritten');
};
fs.renameSync = (from, to) => {
  const isState = String(to).endsWith('signer-state');
  if (isState) crashAt('before the rewritten state takes its place');
  renameSync(from, to);
  if (isState) crashAt('after the rewritten state took its place');
};
fs.appendFileSync = (file, data, options) => {
  crashAt('before the state is written');
  appendFileSync(file, torn('while the state is written', data) as string, options);
  crashAt('while the state is written');
  crashAt('after the state is synced');
};
syncBuiltinESMExports();

const query = pg.Client.prototype.query as (...args: unknown[]) => unknown;
pg.Client.prototype.query = function crashing(this: pg.Client, ...args: unknown[]) {
  const isNotes = typeof args[0] === 'string' && args[0].startsWith('with signed');
  if (isNotes) crashAt('before the notes are sent');
  const result = query.apply(this, args);
  if (isNotes) {
    // After the write to the socket: the database receives the rows, and the process never reads the answer.
    setImmediate(() => crashAt('when the notes are sent'));
    void (result as Promise<unknown>).then(() => crashAt('after the notes are stored'));
  }
  return result;
} as typeof pg.Client.prototype.query;
