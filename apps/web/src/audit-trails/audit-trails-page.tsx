/** `/audit-trails`: the organisation's events, newest first. */

import { useRef } from 'react';
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { Outlet, useParams } from '@tanstack/react-router';
import { stringifySearch } from '../address.ts';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { CopyIcon } from '../ui/copy-button.tsx';
import { useDescriptions } from '../ui/describe-event.ts';
import { formatRetention } from '../ui/format-time.ts';
import { Denied } from '../ui/denied.tsx';
import { PageHeader } from '../ui/page-header.tsx';
import { EventCount } from './event-count.tsx';
import { EventList } from './event-list.tsx';
import { FilterBar } from './filter-bar.tsx';
import { freezeRange } from './range.ts';
import { exportHref } from './search.ts';
import { TrailContext } from './trail-context.ts';
import { useListKeys } from './use-list-keys.ts';
import { useTrail } from './use-trail.ts';
import classes from './audit-trails-page.module.css';

export function AuditTrailsPage() {
  const { organization, can } = useSession();
  if (!organization) return null;
  if (!can('trail:read')) return <Denied text={messages.trail} organization={organization} />;
  // The key resets all state, so no row of one organisation appears under the name of another.
  return <AuditTrails key={organization.id} organization={organization} />;
}

function AuditTrails({ organization }: { organization: { id: string; name: string } }) {
  const { can } = useSession();
  const trail = useTrail(organization.id);
  const { eventId } = useParams({ strict: false });
  const emailRef = useRef<HTMLInputElement>(null);
  const descriptions = useDescriptions();
  const events = trail.list.data?.events ?? [];
  useListKeys(events, emailRef);

  // Retention differs by type; the shortest one holds for all events.
  const retentionDays = Math.min(
    ...[...descriptions.values()].map((description) => description.retentionDays),
  );
  const frozenLink = () =>
    `${location.origin}/audit-trails${stringifySearch({
      ...trail.search,
      ...freezeRange(trail.search, Date.now()),
    })}`;

  return (
    <TrailContext value={{ events, organizationId: organization.id }}>
      <div className={classes.columns} data-drawer={eventId ? true : undefined}>
        <div className={classes.page}>
          <PageHeader
            title={messages.trail.title}
            note={
              Number.isFinite(retentionDays) &&
              messages.trail.retention(formatRetention(retentionDays))
            }
            actions={
              <>
                <CopyIcon icon="link" label={messages.ui.copyLink} text={frozenLink} />
                {can('trail:export') && (
                  <Button
                    component="a"
                    href={exportHref(organization.id, trail.filters)}
                    download
                    title={messages.trail.exportTitle}
                    leftSection={<IconDownload size={16} stroke={1.4} />}
                  >
                    {messages.trail.exportCsv}
                  </Button>
                )}
              </>
            }
          />
          <FilterBar trail={trail} emailRef={emailRef} />
          <EventCount trail={trail} />
          <EventList trail={trail} organization={organization} selectedId={eventId} />
        </div>
        <Outlet />
      </div>
    </TrailContext>
  );
}
