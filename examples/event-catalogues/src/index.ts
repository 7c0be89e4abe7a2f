/** The catalogue that `AUDIT_CATALOGUE=@examples/event-catalogues` adds to the service. */

import { defineCatalogue } from '@liblab/audit-core';
import { awsTypes } from './aws/calls.ts';
import { issueTypes } from './github/issue.ts';
import { memberTypes } from './github/member.ts';
import { pullRequestTypes } from './github/pull-request.ts';
import { repositoryTypes } from './github/repository.ts';
import { loanTypes } from './loans.ts';

/** All example types. */
export const catalogue = defineCatalogue([
  ...awsTypes,
  ...repositoryTypes,
  ...issueTypes,
  ...pullRequestTypes,
  ...memberTypes,
  ...loanTypes,
]);

export { awsCode, type AwsCode } from './aws/code.ts';
