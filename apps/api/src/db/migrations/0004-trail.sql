-- The trail: one row per event, holding its disclosures and the few columns that reading is indexed by.

create table audit_events (
  organization_id uuid not null,
  seq bigint not null,
  id uuid not null,
  -- Keyed hash of the event as sent: tells a repeat from another event under the same id.
  content_mac bytea not null,
  -- The earlier of occurred and logged: what the trail is sorted by.
  at timestamptz(3) not null,
  logged_at timestamptz(3) not null,
  late boolean not null,
  type text collate "C" not null,
  outcome "char" not null,
  -- Rows of actors; keyed hashes, so that the write needs no look-up.
  actor_ref bigint,
  behalf_ref bigint,
  -- The key that reported it; null when the Portal recorded it itself.
  key_id uuid,
  -- base64url disclosures (RFC 9901), joined by ~.
  disclosures text not null,
  primary key (organization_id, seq),
  unique (organization_id, id)
);

-- Every index is paid by each write: these are the ones that a page of the trail is read through.
create index audit_events_time on audit_events (organization_id, at, seq);
create index audit_events_type on audit_events (organization_id, type, at, seq);
create index audit_events_actor on audit_events (organization_id, actor_ref, at, seq) where actor_ref is not null;
create index audit_events_behalf on audit_events (organization_id, behalf_ref, at, seq) where behalf_ref is not null;
create index audit_events_outcome on audit_events (organization_id, outcome, at, seq) where outcome <> 's';

-- A row per address ever seen as actor or as the person acted for: lower-cased e-mail, else lower-cased id.
create table actors (
  organization_id uuid not null,
  ref bigint not null,
  address text not null,
  -- A search by a part of the address reads an organisation's from this index alone.
  primary key (organization_id, ref) include (address)
);

-- What was acted on. Follows the log by position and can be rebuilt from it.
create table event_targets (
  organization_id uuid not null,
  target_type text collate "C" not null,
  target_id text collate "C" not null,
  at timestamptz(3) not null,
  seq bigint not null,
  primary key (organization_id, target_type, target_id, at, seq)
);

-- How far each projection has followed each trail.
create table projections (
  organization_id uuid not null,
  name text not null,
  next_seq bigint not null,
  primary key (organization_id, name)
);

grant select, insert on audit_events, actors to audit_api;
grant select, insert, delete on event_targets to audit_api;
grant select, insert, update on projections to audit_api;
grant select, delete on audit_events, actors, event_targets to audit_janitor;
grant update (disclosures, actor_ref, behalf_ref) on audit_events to audit_janitor;
grant select on log_heads to audit_janitor;
