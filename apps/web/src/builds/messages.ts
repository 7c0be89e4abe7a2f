/** Texts of the list of builds and of a build's page. */

import { formatNumber, plural } from '../locale.ts';

export const builds = {
  title: 'Builds',
  caption: (organization: string) => `Builds in ${organization}, newest first`,
};

export const build = {
  languages: 'Languages',
  languagesSummary: (built: number, opened: number) =>
    `${formatNumber(built)} built, ${plural(opened, 'pull request', 'pull requests')} opened`,
  language: 'Language',
  sdkVersion: 'SDK version',
  pullRequest: 'Pull request',
  notOpened: 'Not opened',
  documents: 'Documents',
  documentsSummary: (approved: number, unapproved: number) =>
    `${formatNumber(approved)} approved, ${formatNumber(unapproved)} unapproved`,
  documentsNone: 'This build has no documents.',
  document: 'Document',
  state: 'Status',
  changedBy: 'Changed by',
  api: 'API',
  duration: 'Duration',
  result: 'Result',
  sdkName: 'SDK name',
  tool: 'Built with',
  notFound: (id: string) => `Build ${id} not found`,
};
