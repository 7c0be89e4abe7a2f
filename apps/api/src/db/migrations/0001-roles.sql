-- The database's own roles. A serving process has no more rights than audit_api: it cannot change what was logged.
do $$
begin
  -- Roles belong to the whole cluster: another database of it may have made them already.
  if not exists (select from pg_roles where rolname = 'audit_api') then create role audit_api login; end if;
  if not exists (select from pg_roles where rolname = 'audit_signer') then create role audit_signer login; end if;
  if not exists (select from pg_roles where rolname = 'audit_janitor') then create role audit_janitor login; end if;
exception when duplicate_object or unique_violation then
  null;
end
$$;

revoke create on schema public from public;
grant usage on schema public to audit_api, audit_signer, audit_janitor;
grant select on schema_migrations to audit_api, audit_signer, audit_janitor;
