-- Verification reads the trails and the log; it changes nothing and sees none of the Portal's own tables.
do $$
begin
  if not exists (select from pg_roles where rolname = 'audit_verifier') then create role audit_verifier login; end if;
exception when duplicate_object or unique_violation then
  null;
end
$$;

grant usage on schema public to audit_verifier;
grant select on schema_migrations, log_heads, log_batches, log_tiles, log_checkpoints, log_keys, log_alarms, audit_events,
  actors, event_targets, projections to audit_verifier;
