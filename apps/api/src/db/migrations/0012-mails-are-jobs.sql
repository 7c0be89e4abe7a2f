-- Messages become jobs of the queue `mail`. A process of the version before goes on inserting into `mails` while it is
-- replaced: each of its rows becomes a job in its own transaction, and its sender finds nothing there.

-- The service sets the queue's options when it starts.
select pgboss.create_queue('mail', '{"policy": "standard", "retryLimit": 31, "retryDelay": 5, "retryBackoff": true,
  "retryDelayMax": 3600, "expireInSeconds": 40, "heartbeatSeconds": 20, "deleteAfterSeconds": 0,
  "retentionSeconds": 2147483647}');

create function mail_to_job() returns trigger language plpgsql as $$
begin
  insert into pgboss.job (
    id, name, policy, data, state, start_after, created_on, completed_on, output, keep_until, retry_limit, retry_delay,
    retry_backoff, retry_delay_max, expire_seconds, deletion_seconds, heartbeat_seconds
  )
  select
    new.id, name, policy,
    jsonb_build_object('recipient', new.recipient, 'template', new.template, 'data', new.data),
    case when new.next_attempt_at = 'infinity' then 'failed' else 'created' end::pgboss.job_state,
    case when new.next_attempt_at = 'infinity' then new.created_at else new.next_attempt_at end,
    new.created_at,
    case when new.next_attempt_at = 'infinity' then now() end,
    jsonb_build_object('message', new.last_error),
    now() + retention_seconds * interval '1 second',
    retry_limit, retry_delay, retry_backoff, retry_delay_max, expire_seconds, deletion_seconds, heartbeat_seconds
  from pgboss.queue where name = 'mail';
  return null;
end
$$;
create trigger mails_are_jobs before insert on mails for each row execute function mail_to_job();

with moved as (delete from mails returning *)
insert into mails select * from moved;
