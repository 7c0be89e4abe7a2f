/** The rows of the members page, as the API answers them. */

import type { Outputs } from '../trpc.ts';

type MembersData = Outputs['members']['list'];
export type MemberRow = MembersData['members'][number];
export type InvitationRow = NonNullable<MembersData['invitations']>[number];
