/** `/builds/<id>`: a build with its languages, pull requests, documents and events. */

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import type { Outputs } from '../trpc.ts';
import { ActorIcon, fullActorName, actorName } from '../ui/actor.tsx';
import { DetailPage } from '../ui/detail-page.tsx';
import { DocumentState } from '../ui/document-state.tsx';
import { Field, Fields } from '../ui/fields.tsx';
import { formatDuration, formatExact, formatMinute } from '../ui/format-time.ts';
import { languageName } from '../ui/language-name.ts';
import { ResultBadge } from '../ui/result-badge.tsx';
import { EventHistory } from '../ui/event-history.tsx';
import { useNow } from '../ui/use-now.ts';
import { LanguagesTable } from './languages-table.tsx';
import { buildQuery } from './queries.ts';
import classes from '../ui/detail-page.module.css';

const route = getRouteApi('/frame/builds/$buildId');

type BuildData = Outputs['builds']['get'];

export function BuildPage() {
  const { organization } = useSession();
  return organization ? <LoadedBuild organizationId={organization.id} /> : null;
}

function LoadedBuild({ organizationId }: { organizationId: string }) {
  const { buildId } = route.useParams();
  const query = useQuery(buildQuery(organizationId, buildId));
  return (
    <DetailPage
      crumbs={[messages.builds.title, `#${buildId}`]}
      list="/builds"
      query={query}
      notFound={messages.build.notFound(buildId)}
    >
      {(data) => <Build data={data} />}
    </DetailPage>
  );
}

function Build({ data }: { data: BuildData }) {
  const text = messages.build;
  const { build, documents, pullRequests, events } = data;
  const versions = [...new Set(build.sdks.map(({ version }) => version))];
  const opened = pullRequests.filter(({ outcome }) => outcome === 'success').length;
  const approved = documents.filter(({ state }) => state === 'approved').length;
  return (
    <>
      <header className={classes.head}>
        <div className={classes.title}>
          <h1>
            {[build.apiName, versions.length === 1 && versions[0]].filter(Boolean).join(' ') ||
              messages.ui.buildsTable.number(build.id)}
          </h1>
          <span className={classes.dim}>{messages.ui.buildsTable.number(build.id)}</span>
          {build.outcome && build.outcome !== 'success' && <ResultBadge outcome={build.outcome} />}
        </div>
        <div className={classes.byLine}>
          {build.actor && (
            <>
              <ActorIcon actor={build.actor} />
              <span>{fullActorName(build.actor)}</span>
            </>
          )}
          {build.builtAt && (
            <time className={classes.dim} dateTime={build.builtAt}>
              {formatExact(new Date(build.builtAt), false)}
            </time>
          )}
        </div>
      </header>
      <div className={classes.columns}>
        <div>
          <div className={classes.section}>
            <h2>{text.languages}</h2>
            <span className={classes.dim}>{text.languagesSummary(build.sdks.length, opened)}</span>
          </div>
          <LanguagesTable build={build} pullRequests={pullRequests} />
          <div className={classes.section}>
            <h2>{text.documents}</h2>
            {documents.length > 0 && (
              <span className={classes.dim}>
                {text.documentsSummary(approved, documents.length - approved)}
              </span>
            )}
          </div>
          <Documents documents={documents} />
        </div>
        <aside className={classes.side}>
          <h2>{messages.ui.details}</h2>
          <Fields>
            <Field label={text.result}>
              {build.outcome && <ResultBadge outcome={build.outcome} />}
            </Field>
            <Field label={messages.ui.reason}>{build.reason}</Field>
            <Field label={text.api}>
              {build.apiId === null ? (
                build.apiName
              ) : (
                <Link className="link" to="/apis/$apiId" params={{ apiId: String(build.apiId) }}>
                  {build.apiName ?? build.apiId}
                </Link>
              )}
            </Field>
            <Field label={text.sdkName}>{build.sdkName}</Field>
            <Field label={text.duration}>
              {build.durationMs !== null && formatDuration(build.durationMs)}
            </Field>
            <Field label={text.tool}>
              {[build.tool, build.toolVersion].filter(Boolean).join(' ')}
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

function Documents({ documents }: { documents: BuildData['documents'] }) {
  const text = messages.build;
  const now = useNow();
  if (documents.length === 0) return <p className={classes.dim}>{text.documentsNone}</p>;
  return (
    <div className={classes.scroll}>
      <table className={classes.table} role="table">
        <caption className="visually-hidden">{text.documents}</caption>
        <thead>
          <tr>
            <th scope="col">{text.document}</th>
            <th scope="col">{text.language}</th>
            <th scope="col">{text.state}</th>
            <th scope="col">{text.changedBy}</th>
          </tr>
        </thead>
        <tbody>
          {documents.map((document) => (
            <tr key={document.id}>
              <td>
                <Link
                  className="link"
                  to="/documents/$documentId"
                  params={{ documentId: document.id }}
                >
                  {document.name ?? document.id}
                </Link>
              </td>
              <td data-label={text.language}>
                {document.language ? languageName(document.language) : messages.ui.none}
              </td>
              <td data-label={text.state}>
                <DocumentState state={document.state} />
              </td>
              <td data-label={text.changedBy}>
                {document.changedBy ? actorName(document.changedBy) : messages.ui.none}
                {document.changedAt && (
                  <span className={classes.reason}>
                    {formatMinute(new Date(document.changedAt), false, now)}
                  </span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
