/** Texts of a document's page. */

export const document = {
  title: 'Documents',
  changedBy: (name: string, time: string) => `by ${name}, ${time}`,
  kind: 'Type',
  kinds: { openapi: 'OpenAPI document', readme: 'README' },
  language: 'Language',
  build: 'Build',
  id: 'Document ID',
  approve: 'Approve',
  unapprove: 'Withdraw approval',
  preview: (name: string) => `Preview of ${name}`,
  noPreview: 'No preview: this document is not registered here and is known only from events.',
  notFound: (id: string) => `Document ${id} not found`,
};
