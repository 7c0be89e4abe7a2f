/** What may be wrong with a file, and with one line of it. */

/** The file cannot be replayed at all. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** One line cannot become an event; its neighbours can. */
export class LineError extends Error {
  override readonly name = 'LineError';
}
