/** `/builds`: the organisation's builds, newest first. */

import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { BuildsTable } from '../ui/builds-table.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import classes from '../ui/list-page.module.css';

export function BuildsPage() {
  const { organization } = useSession();
  if (!organization) return null;
  return (
    <div className={classes.page}>
      <PageHeader title={messages.builds.title} />
      <BuildsTable
        organizationId={organization.id}
        caption={messages.builds.caption(organization.name)}
      />
    </div>
  );
}
