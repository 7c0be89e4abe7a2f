-- The log: an RFC 6962 Merkle tree per organisation. Batches, tiles and checkpoints are only ever added.

create table log_heads (
  organization_id uuid primary key,
  size bigint not null,
  -- The compact range: the roots of the full subtrees, largest first, 32 bytes each.
  frontier bytea not null,
  root bytea not null,
  last_logged_at timestamptz(3) not null,
  -- Size of the last signed checkpoint. Only the signer moves it.
  signed_size bigint not null default 0,
  signed_at timestamptz(3)
);

-- The signer's work list, without a queue to lose.
create index log_heads_unsigned on log_heads (organization_id) where size > signed_size;

create table log_batches (
  organization_id uuid not null,
  first_seq bigint not null,
  count int not null,
  -- The commit's entries as an entry bundle: uint16 big-endian length, entry, and so on.
  entries bytea not null,
  primary key (organization_id, first_seq)
);
-- Hashes do not compress: keep Postgres from trying.
alter table log_batches alter column entries set storage external;

create table log_tiles (
  organization_id uuid not null,
  level smallint not null,
  index bigint not null,
  hashes bytea not null,
  primary key (organization_id, level, index)
);
alter table log_tiles alter column hashes set storage external;

create table log_checkpoints (
  organization_id uuid not null,
  size bigint not null,
  signed_at timestamptz(3) not null,
  note text not null,
  primary key (organization_id, size, signed_at)
);

grant select, insert on log_batches, log_tiles to audit_api;
grant select on log_checkpoints to audit_api;
grant select, insert on log_heads to audit_api;
grant update (size, frontier, root, last_logged_at) on log_heads to audit_api;

grant select on log_heads, log_batches, log_tiles, log_checkpoints to audit_signer;
grant insert on log_checkpoints to audit_signer;
grant update (signed_size, signed_at) on log_heads to audit_signer;

-- The signer's public keys, so that everybody else can name them without its key file.
create table log_keys (
  purpose text primary key check (purpose in ('log', 'witness')),
  public_key bytea not null,
  created_at timestamptz(3) not null default now()
);

-- Trails that the signer refuses to sign, and why. An open alarm has no resolved_at.
create table log_alarms (
  organization_id uuid not null,
  found_at timestamptz(3) not null default now(),
  reason text not null,
  signed_size bigint not null,
  head_size bigint not null,
  resolved_at timestamptz(3),
  primary key (organization_id, found_at)
);

grant select on log_keys, log_alarms to audit_api;
grant select, insert on log_keys, log_alarms to audit_signer;
grant update (resolved_at) on log_alarms to audit_signer;
