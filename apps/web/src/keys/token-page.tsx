/** `/tokens/<id>`: a CI token or an API key with its events. */

import { useState } from 'react';
import { Button } from '@mantine/core';
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
import { tokenQuery } from './queries.ts';
import { RevokeKey } from './revoke-key.tsx';
import classes from '../ui/detail-page.module.css';

const route = getRouteApi('/frame/tokens/$tokenId');

type TokenData = Outputs['tokens']['get'];

export function TokenPage() {
  const text = messages.tokens;
  const { tokenId } = route.useParams();
  const { organization, can } = useSession();
  const query = useQuery({
    ...tokenQuery(organization?.id, tokenId),
    enabled: organization !== undefined && can('members:read'),
  });
  return (
    <DetailPage
      crumbs={[text.crumb, query.data?.name ?? tokenId]}
      list={can('tokens:own') ? '/tokens' : undefined}
      query={query}
      notFound={text.notFound}
      notFoundHint={text.notFoundHint}
    >
      {(data) => <Token data={data} />}
    </DetailPage>
  );
}

function Token({ data: { token, name, events } }: { data: TokenData }) {
  const text = messages.tokens;
  return (
    <>
      <header className={classes.head}>
        <div className={classes.title}>
          <h1>{name}</h1>
          {token ? (
            <State token={token} />
          ) : (
            <span className={classes.dim}>{text.knownFromTrail}</span>
          )}
        </div>
        {token && <Revoke token={token} />}
      </header>
      <div className={classes.columns}>
        <div>
          {events && (
            <>
              <div className={classes.section}>
                <h2>{text.history}</h2>
              </div>
              <EventHistory events={events} />
            </>
          )}
        </div>
        {token && <Details token={token} />}
      </div>
    </>
  );
}

interface Props {
  token: NonNullable<TokenData['token']>;
}

function State({ token }: Props) {
  const now = useNow();
  const { revoked, expired, active } = messages.ui.keyStates;
  return (
    <>
      <code className={classes.dim}>{token.prefix}</code>
      <span className={classes.dim}>
        {token.revokedAt ? revoked : Date.parse(token.expiresAt) <= now ? expired : active}
      </span>
    </>
  );
}

function Revoke({ token }: Props) {
  const { organization, user, can } = useSession();
  const now = useNow();
  const [revoking, setRevoking] = useState(false);
  const own = token.createdBy?.userId === user.id && can('tokens:own');
  if (token.revokedAt || Date.parse(token.expiresAt) <= now) return null;
  if (!organization || !(own || can('keys:manage'))) return null;
  return (
    <div className={classes.byLine}>
      <Button aria-label={messages.keys.revokeLabel(token.name)} onClick={() => setRevoking(true)}>
        {messages.keys.revoke}
      </Button>
      <RevokeKey
        organizationId={organization.id}
        row={revoking ? token : undefined}
        own={!can('keys:manage')}
        onClose={() => setRevoking(false)}
      />
    </div>
  );
}

function Details({ token }: Props) {
  const text = messages.tokens;
  const now = useNow();
  return (
    <aside className={classes.side}>
      <h2>{messages.ui.details}</h2>
      <Fields>
        <Field label={text.createdBy}>
          {token.createdBy ? (
            <Link
              className="link"
              to="/members/$userId"
              params={{ userId: token.createdBy.userId }}
            >
              {token.createdBy.name}
            </Link>
          ) : (
            text.createdByService
          )}
        </Field>
        <Field label={text.permissions}>
          {token.scopes.map((scope) => messages.keys.scopes[scope][0]).join(', ')}
        </Field>
        <Field label={text.eventTypes}>{token.emitTypes?.join(', ')}</Field>
        <Field label={text.createdAt}>{formatExact(new Date(token.createdAt), false)}</Field>
        <Field label={text.expiresAt}>{formatExact(new Date(token.expiresAt), false)}</Field>
        <Field label={text.lastUsedAt}>
          {token.lastUsedAt ? formatRelative(new Date(token.lastUsedAt), now) : messages.keys.never}
        </Field>
        <Field label={text.revokedAt}>
          {token.revokedAt && formatExact(new Date(token.revokedAt), false)}
        </Field>
        <Field label={text.revokedBy}>{token.revokedBy?.name}</Field>
        <Field label={text.id} mono>
          {token.id}
        </Field>
      </Fields>
    </aside>
  );
}
