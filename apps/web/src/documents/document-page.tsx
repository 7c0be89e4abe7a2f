/** `/documents/<id>`: a document of a build with its preview, approval and events. */

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import type { Outputs } from '../trpc.ts';
import { actorName } from '../ui/actor.tsx';
import { DetailPage } from '../ui/detail-page.tsx';
import { DocumentState } from '../ui/document-state.tsx';
import { Field, Fields } from '../ui/fields.tsx';
import { formatExact } from '../ui/format-time.ts';
import { languageName } from '../ui/language-name.ts';
import { EventHistory } from '../ui/event-history.tsx';
import { Approval } from './approval.tsx';
import { Preview } from './preview.tsx';
import { documentQuery } from './queries.ts';
import classes from '../ui/detail-page.module.css';

const route = getRouteApi('/frame/documents/$documentId');

type DocumentData = Outputs['documents']['get'];

export function DocumentPage() {
  const { organization } = useSession();
  return organization ? <LoadedDocument organizationId={organization.id} /> : null;
}

function LoadedDocument({ organizationId }: { organizationId: string }) {
  const { documentId } = route.useParams();
  const query = useQuery({
    ...documentQuery(organizationId, documentId),
    refetchInterval: ({ state }) => (state.data && isEventPending(state.data) ? 1_000 : false),
  });
  return (
    <DetailPage
      crumbs={[messages.document.title, query.data?.document.name ?? documentId]}
      query={query}
      notFound={messages.document.notFound(documentId)}
    >
      {(data) => <Document organizationId={organizationId} data={data} />}
    </DetailPage>
  );
}

/** The event of a new approval reaches the trail a moment after the document has changed. */
function isEventPending({ document: { changedAt }, events }: DocumentData): boolean {
  if (!events || changedAt === null || Date.parse(changedAt) < Date.now() - 60_000) return false;
  return !events.some(({ occurredAt }) => occurredAt === changedAt);
}

function Document({ organizationId, data }: { organizationId: string; data: DocumentData }) {
  const text = messages.document;
  const { can } = useSession();
  const { document, events } = data;
  const history = events && (
    <>
      <h2>{messages.ui.auditTrail}</h2>
      <EventHistory events={events} />
    </>
  );
  return (
    <>
      <header className={classes.head}>
        <div className={classes.title}>
          <h1>{document.name ?? document.id}</h1>
          <DocumentState state={document.state} />
          {document.kind && can('documents:approve') && (
            <Approval organizationId={organizationId} document={document} />
          )}
        </div>
        {document.changedBy && document.changedAt && (
          <p className={`${classes.byLine} ${classes.dim}`}>
            {text.changedBy(
              actorName(document.changedBy),
              formatExact(new Date(document.changedAt), false),
            )}
          </p>
        )}
      </header>
      <div className={classes.columns}>
        <div className={classes.side}>
          {document.kind ? (
            <Preview organizationId={organizationId} document={document} />
          ) : (
            <>
              <p className={classes.dim}>{text.noPreview}</p>
              {history}
            </>
          )}
        </div>
        <aside className={classes.side}>
          <h2>{messages.ui.details}</h2>
          <Fields>
            <Field label={text.kind}>{document.kind && text.kinds[document.kind]}</Field>
            <Field label={text.language}>
              {document.language && languageName(document.language)}
            </Field>
            <Field label={text.build}>
              {document.buildId && (
                <Link className="link" to="/builds/$buildId" params={{ buildId: document.buildId }}>
                  {messages.ui.buildsTable.number(document.buildId)}
                </Link>
              )}
            </Field>
            <Field label={text.id}>{document.id}</Field>
          </Fields>
          {document.kind && history}
        </aside>
      </div>
    </>
  );
}
