/** `/documents/<id>`: a document of a build: its preview, its approval, and its part of the trail. */

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { trpc, type Outputs } from '../trpc.ts';
import { actorName } from '../ui/actor.tsx';
import { DetailPage } from '../ui/detail-page.tsx';
import { DocumentState } from '../ui/document-state.tsx';
import { Field, Fields } from '../ui/fields.tsx';
import { formatExact } from '../ui/format-time.ts';
import { TrailPart } from '../ui/trail-part.tsx';
import { Approval } from './approval.tsx';
import { Preview } from './preview.tsx';
import classes from '../ui/detail-page.module.css';

const route = getRouteApi('/frame/documents/$documentId');

type DocumentData = Outputs['documents']['get'];

export function DocumentPage() {
  const { organization } = useSession();
  return organization ? <DocumentOf organizationId={organization.id} /> : null;
}

function DocumentOf({ organizationId }: { organizationId: string }) {
  const { documentId } = route.useParams();
  const query = useQuery({
    ...trpc.documents.get.queryOptions({ organizationId, id: documentId }),
    refetchInterval: ({ state }) => (state.data && isTrailBehind(state.data) ? 1_000 : false),
  });
  return (
    <DetailPage
      crumbs={[messages.document.crumb, query.data?.document.name ?? documentId]}
      query={query}
      notFound={messages.document.notFound(documentId)}
    >
      {(data) => <Document organizationId={organizationId} data={data} />}
    </DetailPage>
  );
}

/** What was just decided is in the history some moments later. */
function isTrailBehind({ document: { changedAt }, events }: DocumentData): boolean {
  if (!events || changedAt === null || Date.parse(changedAt) < Date.now() - 60_000) return false;
  return !events.some(({ occurredAt }) => occurredAt === changedAt);
}

function Document({ organizationId, data }: { organizationId: string; data: DocumentData }) {
  const text = messages.document;
  const { may } = useSession();
  const { document, events } = data;
  const trail = events && (
    <>
      <h2>{messages.build.trail}</h2>
      <TrailPart events={events} />
    </>
  );
  return (
    <>
      <header className={classes.head}>
        <div className={classes.title}>
          <h1>{document.name ?? document.id}</h1>
          <DocumentState state={document.state} />
          {document.kind && may('documents:approve') && (
            <Approval organizationId={organizationId} document={document} />
          )}
        </div>
        {document.changedBy && document.changedAt && (
          <p className={`${classes.byLine} ${classes.dim}`}>
            {text.by(
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
              {trail}
            </>
          )}
        </div>
        <aside className={classes.side}>
          <h2>{text.details}</h2>
          <Fields>
            <Field label={text.kind}>{document.kind && text.kinds[document.kind]}</Field>
            <Field label={text.language}>
              {document.language && messages.build.languageName(document.language)}
            </Field>
            <Field label={text.build}>
              {document.buildId && (
                <Link className="link" to="/builds/$buildId" params={{ buildId: document.buildId }}>
                  {messages.build.number(document.buildId)}
                </Link>
              )}
            </Field>
            <Field label={text.id}>{document.id}</Field>
          </Fields>
          {document.kind && trail}
        </aside>
      </div>
    </>
  );
}
