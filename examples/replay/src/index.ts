/** Loads files of other systems' logs into audit trails: first looked over, then emitted line by line. */

export { FileError } from './errors.ts';
export { replayFile, type ReplayOptions, type Totals } from './replay-file.ts';
export { surveyFile, type Survey } from './survey-file.ts';
export { type Tenant } from './source.ts';
