-- Who was removed from an organisation: they come back by an invitation, never by their address's domain.
create table removals (
  organization_id uuid not null references organizations,
  user_id uuid not null references users,
  primary key (organization_id, user_id)
);
grant select, insert on removals to audit_api;
