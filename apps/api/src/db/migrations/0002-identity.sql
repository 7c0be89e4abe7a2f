-- Who may sign in, where they belong, and the keys of tools. The first seven tables are better-auth's, with its columns.

create table users (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  -- Lower-cased.
  email text not null unique,
  email_verified boolean not null,
  image text,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);

create table organizations (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  slug text not null unique,
  logo text,
  created_at timestamptz(3) not null default now(),
  metadata text
);

create table members (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  user_id uuid not null references users,
  role text not null check (role in ('owner', 'admin', 'auditor', 'member')),
  created_at timestamptz(3) not null default now(),
  -- The role of a user in an organisation is read by this index on every request.
  unique (user_id, organization_id)
);
create index members_organization on members (organization_id);

create table sessions (
  id uuid primary key default gen_random_uuid(),
  -- Worthless without the server's secret, which signs it in the cookie.
  token text not null unique,
  user_id uuid not null references users on delete cascade,
  active_organization_id uuid references organizations on delete set null,
  expires_at timestamptz(3) not null,
  ip_address text,
  user_agent text,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null
);
create index sessions_user on sessions (user_id);

create table accounts (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references users on delete cascade,
  provider_id text not null,
  account_id text not null,
  -- scrypt, salted.
  password text,
  access_token text,
  refresh_token text,
  id_token text,
  access_token_expires_at timestamptz(3),
  refresh_token_expires_at timestamptz(3),
  scope text,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now(),
  unique (provider_id, account_id)
);
create index accounts_user on accounts (user_id);

create table verifications (
  id uuid primary key default gen_random_uuid(),
  identifier text not null,
  value text not null,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default now(),
  updated_at timestamptz(3) not null default now()
);
create index verifications_identifier on verifications (identifier);

create table invitations (
  id uuid primary key default gen_random_uuid(),
  organization_id uuid not null references organizations,
  email text not null,
  role text,
  status text not null,
  inviter_id uuid not null references users,
  expires_at timestamptz(3) not null,
  created_at timestamptz(3) not null default now()
);
create index invitations_organization on invitations (organization_id);
create index invitations_email on invitations (email);

-- Attempts to sign in, by account and by address: what the limits count, whichever process they reach.
create table sign_in_limits (
  -- SHA-256 of the kind and the account or address.
  subject bytea primary key,
  -- Those within the window that were let through, oldest first; never more than the limit.
  attempts timestamptz(3)[] not null,
  -- Whether the newest attempt was let through.
  allowed boolean not null,
  expires_at timestamptz(3) not null
);
create index sign_in_limits_expiry on sign_in_limits (expires_at);

create table keys (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  -- SHA-256 of the secret, which has 256 random bits and is kept nowhere.
  hash bytea not null unique,
  -- The first characters of the secret, to recognise it by.
  prefix text not null,
  scopes text[] not null check (scopes <@ array['emit', 'import', 'build', 'read']),
  -- The event types that it may emit; null: all that are not reserved.
  emit_types text[],
  created_at timestamptz(3) not null,
  created_by uuid references users,
  expires_at timestamptz(3) not null,
  last_used_at timestamptz(3)
);

-- The organisations a key works for. Each revokes it for itself alone; the row stays, since events name their key.
create table key_organizations (
  key_id uuid not null references keys,
  organization_id uuid not null references organizations,
  revoked_at timestamptz(3),
  revoked_by uuid references users,
  primary key (key_id, organization_id)
);
create index key_organizations_organization on key_organizations (organization_id);

-- No delete on what the trail refers to, and nothing on tables that no operation uses yet.
grant select, insert on users, organizations, members, accounts to audit_api;
grant select, insert, update, delete on sessions to audit_api;
grant select, insert, update, delete on sign_in_limits to audit_api;
grant select, insert on keys, key_organizations to audit_api;
grant update (last_used_at) on keys to audit_api;
grant update (revoked_at, revoked_by) on key_organizations to audit_api;
