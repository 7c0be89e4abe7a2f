/** liblab's own catalogue: every event type that the Portal and its tools record. */

import { defineCatalogue } from '../define-catalogue.ts';
import { userCreateApi } from './api.ts';
import { userBuild } from './build.ts';
import { userAddCiToken, userRemoveCiToken } from './ci-token.ts';
import { userApprovedDoc, userUnapprovedDoc } from './document.ts';
import { userInviteMember } from './member.ts';
import { userPublishedPr, userPublishPrFailure } from './pull-request.ts';
import { userCreate, userVerifiedEmail } from './user.ts';

export const liblabCatalogue = defineCatalogue([
  userCreate,
  userVerifiedEmail,
  userCreateApi,
  userBuild,
  userApprovedDoc,
  userUnapprovedDoc,
  userPublishedPr,
  userPublishPrFailure,
  userInviteMember,
  userAddCiToken,
  userRemoveCiToken,
]);

export type LiblabCatalogue = typeof liblabCatalogue;
