/** `/members/<user id>`: a person with their events, CI tokens and API keys. */

import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import type { Outputs } from '../trpc.ts';
import { DetailPage } from '../ui/detail-page.tsx';
import { Field, Fields } from '../ui/fields.tsx';
import { formatExact, formatRelative } from '../ui/format-time.ts';
import { EventHistory } from '../ui/event-history.tsx';
import { useNow } from '../ui/use-now.ts';
import { memberQuery } from './queries.ts';
import classes from '../ui/detail-page.module.css';

const route = getRouteApi('/frame/members/$userId');

type MemberData = Outputs['members']['get'];

export function MemberPage() {
  const text = messages.members;
  const { userId } = route.useParams();
  const { organization, can } = useSession();
  const query = useQuery({
    ...memberQuery(organization?.id, userId),
    enabled: organization !== undefined && can('members:read'),
  });
  return (
    <DetailPage
      list="/members"
      crumbs={[text.title, query.data?.member.name ?? userId]}
      query={query}
      notFound={text.notFound}
    >
      {(data) => <Member data={data} />}
    </DetailPage>
  );
}

function Member({ data: { member, membership, tokens, events } }: { data: MemberData }) {
  const text = messages.members;
  const { can } = useSession();
  const now = useNow();
  const lastActivityAt = membership?.lastActivityAt;
  return (
    <>
      <header className={classes.head}>
        <div className={classes.title}>
          <h1>{member.name}</h1>
          <span className={classes.dim}>
            {membership ? messages.ui.roles[membership.role] : text.former}
          </span>
        </div>
        {member.email !== null && member.email !== member.name && (
          <div className={classes.byLine}>{member.email}</div>
        )}
      </header>
      <div className={classes.columns}>
        <div>
          {events && (
            <>
              <div className={classes.section}>
                <h2>{text.history}</h2>
              </div>
              <EventHistory events={events} none={text.historyNone} />
            </>
          )}
        </div>
        <aside className={classes.side}>
          <h2>{messages.ui.details}</h2>
          <Fields>
            <Field label={text.role}>{membership && messages.ui.roles[membership.role]}</Field>
            <Field label={text.columns.joined}>
              {membership && formatExact(new Date(membership.joinedAt), false)}
            </Field>
            <Field label={text.columns.lastActivity}>
              {membership &&
                can('members:manage') &&
                (lastActivityAt ? formatRelative(new Date(lastActivityAt), now) : text.never)}
            </Field>
            <Field label={text.id} mono>
              {member.userId}
            </Field>
          </Fields>
          {tokens && <Tokens tokens={tokens} now={now} />}
        </aside>
      </div>
    </>
  );
}

function Tokens({ tokens, now }: { tokens: NonNullable<MemberData['tokens']>; now: number }) {
  const text = messages.members;
  return (
    <>
      <h2>{text.tokens}</h2>
      {tokens.length === 0 ? (
        <p className={classes.dim}>{text.tokensNone}</p>
      ) : (
        <ul>
          {tokens.map(({ id, name, expiresAt, revokedAt }) => (
            <li key={id}>
              <Link className="link" to="/tokens/$tokenId" params={{ tokenId: id }}>
                {name}
              </Link>
              <span className={classes.reason}>
                {revokedAt
                  ? messages.ui.keyStates.revoked
                  : Date.parse(expiresAt) <= now
                    ? messages.ui.keyStates.expired
                    : messages.ui.keyStates.active}
              </span>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
