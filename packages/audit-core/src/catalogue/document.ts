/** Events of a document: the OpenAPI document of a build, or a guide that the build generated for a language. */

import { defineEvent } from '../define-event.ts';
import { id, language } from './fields.ts';

const document = {
  version: 1,
  category: 'documents',
  recordedBy: 'emitter',
  // Absent for the OpenAPI document.
  details: { documentId: id, buildId: id, language: language.optional() },
  targets: ['document', 'build'],
  publicDetails: ['documentId', 'buildId', 'language'],
  link: {
    path: '/documents/{details.documentId}',
    label: 'Preview {targets.0.name|or:targets.0.id}',
  },
  retentionDays: 365,
  example: {
    details: { documentId: 2842, buildId: 312, language: 'typescript' },
    targets: [
      { type: 'document', id: '2842', name: 'TypeScript guide' },
      { type: 'build', id: '312', name: 'Build #312' },
    ],
  },
} as const;

export const userApprovedDoc = defineEvent({
  ...document,
  type: 'user.approved_doc',
  title: 'User Approved doc',
  description: 'A document of a build was approved for publication.',
  sentence: 'Approved {targets.0.name|or:targets.0.id} of build #{details.buildId}',
  attempt: 'Tried to approve {targets.0.name|or:targets.0.id} of build #{details.buildId}',
});

export const userUnapprovedDoc = defineEvent({
  ...document,
  type: 'user.unapproved_doc',
  title: 'User Unapproved doc',
  description: 'The approval of a document was withdrawn.',
  sentence: 'Unapproved {targets.0.name|or:targets.0.id} of build #{details.buildId}',
  attempt: 'Tried to unapprove {targets.0.name|or:targets.0.id} of build #{details.buildId}',
});
