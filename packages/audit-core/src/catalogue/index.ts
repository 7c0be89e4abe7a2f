/** liblab's own catalogue: every event type that the Portal and its tools record. */

import { defineCatalogue } from '../define-catalogue.ts';
import { userCreateApi } from './api.ts';
import { userBuild } from './build.ts';
import { userAddCiToken, userRemoveCiToken } from './ci-token.ts';
import { userApprovedDoc, userUnapprovedDoc } from './document.ts';
import { logAdopt } from './log.ts';
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

/** What the server records of itself; no key may emit these. */
export const systemCatalogue = defineCatalogue([logAdopt]);

export type LiblabCatalogue = typeof liblabCatalogue;
