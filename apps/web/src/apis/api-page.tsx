/** `/apis/<id>`: an API with its builds and events. */

import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import type { Outputs } from '../trpc.ts';
import { BuildsTable } from '../ui/builds-table.tsx';
import { DetailPage } from '../ui/detail-page.tsx';
import { Field, Fields } from '../ui/fields.tsx';
import { formatExact } from '../ui/format-time.ts';
import { EventHistory } from '../ui/event-history.tsx';
import { apiQuery } from './queries.ts';
import classes from '../ui/detail-page.module.css';

const route = getRouteApi('/frame/apis/$apiId');

export function ApiPage() {
  const { organization } = useSession();
  return organization ? <LoadedApi organizationId={organization.id} /> : null;
}

function LoadedApi({ organizationId }: { organizationId: string }) {
  const text = messages.apis;
  const { apiId } = route.useParams();
  const query = useQuery(apiQuery(organizationId, apiId));
  return (
    <DetailPage
      crumbs={[text.title, query.data?.api.name ?? apiId]}
      list="/apis"
      query={query}
      notFound={text.notFound(apiId)}
    >
      {(data) => <Api organizationId={organizationId} data={data} />}
    </DetailPage>
  );
}

function Api({ organizationId, data }: { organizationId: string; data: Outputs['apis']['get'] }) {
  const text = messages.apis;
  const { api, events } = data;
  return (
    <>
      <header className={classes.head}>
        <div className={classes.title}>
          <h1>{api.name}</h1>
        </div>
      </header>
      <div className={classes.columns}>
        <div>
          {api.createdAt === null ? (
            <p className={classes.dim}>{text.notRegistered}</p>
          ) : (
            <>
              <div className={classes.section}>
                <h2>{text.builds}</h2>
              </div>
              <BuildsTable
                organizationId={organizationId}
                apiId={Number(api.id)}
                caption={messages.apis.buildsCaption(api.name)}
              />
            </>
          )}
        </div>
        <aside className={classes.side}>
          <h2>{messages.ui.details}</h2>
          <Fields>
            <Field label={text.id}>{api.id}</Field>
            <Field label={text.createdAt}>
              {api.createdAt && formatExact(new Date(api.createdAt), false)}
            </Field>
          </Fields>
          {events && (
            <>
              <h2>{messages.ui.auditTrail}</h2>
              <EventHistory events={events} />
            </>
          )}
        </aside>
      </div>
    </>
  );
}
