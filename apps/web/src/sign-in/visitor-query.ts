/** The session of a visitor, who need not have one. */

import { trpc } from '../trpc.ts';

export const visitorQuery = trpc.session.me.queryOptions(undefined, { retry: false });
