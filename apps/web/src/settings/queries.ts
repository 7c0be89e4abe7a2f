/** The query of the settings page, for the page and its loader. */

import { trpc } from '../trpc.ts';

export const settingsQuery = (organizationId: string) =>
  trpc.organizations.settings.queryOptions({ organizationId });
