/** Imports log files of other systems into audit trails: surveys a file first, then emits it line by line. */

export { FileError } from './errors.ts';
export { replayFile, type ReplayOptions, type Totals } from './replay-file.ts';
export { surveyFile, type Survey } from './survey-file.ts';
export { type Tenant } from './source.ts';
