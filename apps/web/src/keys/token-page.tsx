/** `/tokens/<id>`: a CI token or an API key, and what the trail tells of it. */

import { useState } from 'react';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { messages } from '../messages.ts';
import { useSession } from '../session.ts';
import { trpc, type Outputs } from '../trpc.ts';
import { DetailPage } from '../ui/detail-page.tsx';
import { Field, Fields } from '../ui/fields.tsx';
import { formatExact, formatRelative } from '../ui/format-time.ts';
import { TrailPart } from '../ui/trail-part.tsx';
import { useNow } from '../ui/use-now.ts';
import { RevokeKey } from './revoke-key.tsx';
import classes from '../ui/detail-page.module.css';

const route = getRouteApi('/frame/tokens/$tokenId');

type TokenData = Outputs['tokens']['get'];

export function TokenPage() {
  const text = messages.tokens;
  const { tokenId } = route.useParams();
  const { organization, may } = useSession();
  const query = useQuery({
    ...trpc.tokens.get.queryOptions({ organizationId: organization?.id, id: tokenId }),
    enabled: organization !== undefined && may('members:read'),
  });
  return (
    <DetailPage
      crumbs={[text.crumb, query.data?.name ?? tokenId]}
      list={may('tokens:own') ? '/tokens' : undefined}
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
          {token ? <State token={token} /> : <span className={classes.dim}>{text.foreign}</span>}
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
              <TrailPart events={events} />
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
  const { revoked, expired, active } = messages.keys;
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
  const { organization, user, may } = useSession();
  const now = useNow();
  const [revoking, setRevoking] = useState(false);
  const own = token.createdBy?.userId === user.id && may('tokens:own');
  if (token.revokedAt || Date.parse(token.expiresAt) <= now) return null;
  if (!organization || !(own || may('keys:manage'))) return null;
  return (
    <div className={classes.byLine}>
      <Button aria-label={messages.keys.revokeLabel(token.name)} onClick={() => setRevoking(true)}>
        {messages.keys.revoke}
      </Button>
      <RevokeKey
        organizationId={organization.id}
        row={revoking ? token : undefined}
        own={!may('keys:manage')}
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
      <h2>{messages.drawer.details}</h2>
      <Fields>
        <Field label={text.owner}>
          {token.createdBy ? (
            <Link
              className="link"
              to="/members/$userId"
              params={{ userId: token.createdBy.userId }}
            >
              {token.createdBy.name}
            </Link>
          ) : (
            text.service
          )}
        </Field>
        <Field label={text.may}>
          {token.scopes.map((scope) => messages.keys.scopeTexts[scope][0]).join(', ')}
        </Field>
        <Field label={text.types}>{token.emitTypes?.join(', ')}</Field>
        <Field label={text.created}>{formatExact(new Date(token.createdAt), false)}</Field>
        <Field label={text.expires}>{formatExact(new Date(token.expiresAt), false)}</Field>
        <Field label={text.lastUsed}>
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
