-- How people come by an account: sign-ups that wait for their address to be verified, new passwords, company domains.

-- No user yet: the row becomes one when the link that was sent is used, and a newer one of the address replaces it.
create table sign_ups (
  -- The link's token is made of it.
  id uuid primary key,
  -- Lower-cased.
  email text not null unique,
  name text not null,
  -- scrypt, salted.
  password text not null,
  expires_at timestamptz(3) not null
);
create index sign_ups_expiry on sign_ups (expires_at);

-- Links by which a user may set a new password; one a user.
create table password_resets (
  id uuid primary key,
  user_id uuid not null unique references users on delete cascade,
  expires_at timestamptz(3) not null
);

-- Which organisation is whose: made by the first verified user of the domain, and never another's.
create table organization_domains (
  domain text primary key,
  organization_id uuid not null references organizations,
  -- Whether verified users of the domain become members by themselves.
  members_may_join boolean not null default false,
  created_at timestamptz(3) not null
);
create index organization_domains_organization on organization_domains (organization_id);

-- When the account's organisations were last told that it is locked.
alter table sign_in_limits add lock_told_at timestamptz(3);

grant select, insert, update, delete on sign_ups, password_resets to audit_api;
grant select, insert on organization_domains to audit_api;
grant update (members_may_join) on organization_domains to audit_api;
grant update (name) on organizations to audit_api;
grant update (password, updated_at) on accounts to audit_api;
