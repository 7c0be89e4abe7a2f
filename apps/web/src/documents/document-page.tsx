/** `/documents/<id>`: what the trail tells of a document of a build. */

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
import classes from '../ui/detail-page.module.css';

const route = getRouteApi('/frame/documents/$documentId');

export function DocumentPage() {
  const { documentId } = route.useParams();
  const { organization, may } = useSession();
  const query = useQuery({
    ...trpc.documents.get.queryOptions({ organizationId: organization?.id, id: documentId }),
    enabled: organization !== undefined && may('trail:read'),
  });
  return (
    <DetailPage
      crumbs={[messages.document.crumb, query.data?.document.name ?? documentId]}
      query={query}
      notFound={messages.document.notFound(documentId)}
    >
      {(data) => <Document data={data} />}
    </DetailPage>
  );
}

function Document({ data }: { data: Outputs['documents']['get'] }) {
  const text = messages.document;
  const { document, events } = data;
  return (
    <>
      <header className={classes.head}>
        <div className={classes.title}>
          <h1>{document.name ?? document.id}</h1>
          <DocumentState state={document.state} />
        </div>
        <p className={`${classes.byLine} ${classes.dim}`}>
          {document.changedBy &&
            document.changedAt &&
            text.by(
              actorName(document.changedBy),
              formatExact(new Date(document.changedAt), false),
            )}
        </p>
      </header>
      <div className={classes.columns}>
        <div className={classes.side}>
          <h2>{messages.build.trail}</h2>
          <TrailPart events={events} />
        </div>
        <aside className={classes.side}>
          <h2>{text.details}</h2>
          <Fields>
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
        </aside>
      </div>
    </>
  );
}
