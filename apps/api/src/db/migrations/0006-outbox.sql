-- What the Portal's own acts have to tell the trail, and people by e-mail: written in the act's own transaction.

-- Events on their way to the trail. A row goes when its event is in the trail; the event's id makes a repeat harmless.
create table outbox (
  position bigint generated always as identity primary key,
  event_id uuid not null unique,
  -- Null: the event belongs to no organisation yet and waits for the first that its user joins.
  organization_id uuid references organizations,
  user_id uuid references users,
  -- The key that acted; null when a person did, or the Portal itself.
  key_id uuid references keys,
  -- json, not jsonb: sent as it was written.
  event json not null,
  -- Why the trail did not take it; such a row stays, and is to be looked at.
  refused text,
  check (organization_id is not null or user_id is not null)
);
create index outbox_waiting on outbox (user_id) where organization_id is null;

-- Messages on their way to the mail server. No secret is in them: links are made when a message is sent.
create table mails (
  id uuid primary key default gen_random_uuid(),
  recipient text not null,
  template text not null,
  data jsonb not null,
  created_at timestamptz(3) not null default now(),
  attempts int not null default 0,
  next_attempt_at timestamptz(3) not null default now(),
  last_error text
);
create index mails_due on mails (next_attempt_at);

grant select, insert, delete on outbox to audit_api;
grant update (organization_id, refused) on outbox to audit_api;
grant select, insert, delete on mails to audit_api;
grant update (attempts, next_attempt_at, last_error) on mails to audit_api;
