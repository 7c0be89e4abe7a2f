/** liblab's catalogue: every event type that the Portal and its tools record. */

import { defineCatalogue, type TypeOf } from '../define-catalogue.ts';
import { userCreateApi } from './api.ts';
import { userBuild } from './build.ts';
import { userAddCiToken, userRemoveCiToken } from './ci-token.ts';
import { userApprovedDoc, userUnapprovedDoc } from './document.ts';
import { logAdopt } from './log.ts';
import {
  memberAcceptInvitation,
  memberChangeRole,
  memberJoin,
  memberRemove,
  memberWithdrawInvitation,
  userInviteMember,
} from './member.ts';
import { organizationCreate, organizationUpdate } from './organization.ts';
import { userPublishedPr, userPublishPrFailure } from './pull-request.ts';
import { sessionSignIn, sessionSignInFailure, sessionSignOut } from './session.ts';
import { trailExport, trailExportV1 } from './trail.ts';
import { userCreate, userResetPassword, userVerifiedEmail } from './user.ts';

/** The eleven event types of liblab. */
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

/** Further event types that only the Portal records. */
export const portalCatalogue = defineCatalogue([
  sessionSignIn,
  sessionSignInFailure,
  sessionSignOut,
  userResetPassword,
  organizationCreate,
  organizationUpdate,
  memberAcceptInvitation,
  memberWithdrawInvitation,
  memberJoin,
  memberChangeRole,
  memberRemove,
  logAdopt,
  trailExportV1,
  trailExport,
]);

export type LiblabCatalogue = typeof liblabCatalogue;
export type PortalCatalogue = typeof portalCatalogue;

/** Every type of liblab's own catalogue. */
export type EventType = TypeOf<LiblabCatalogue> | TypeOf<PortalCatalogue>;
