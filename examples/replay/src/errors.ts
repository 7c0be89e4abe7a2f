/** Errors of a file and of single lines. */

/** The file cannot be replayed. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** One line cannot be converted to an event; other lines are not affected. */
export class LineError extends Error {
  override readonly name = 'LineError';
}
