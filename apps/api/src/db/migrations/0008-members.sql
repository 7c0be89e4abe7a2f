-- Memberships change and end, and people are invited by e-mail.

-- Before this nothing wrote invitations: the table is empty.
alter table invitations alter column role set not null;
alter table invitations add check (role in ('owner', 'admin', 'auditor', 'member'));
alter table invitations add check (status in ('pending', 'accepted', 'withdrawn', 'lapsed'));
-- Of several at once that invite one address, one does.
create unique index invitations_open on invitations (organization_id, email) where status = 'pending';

-- The trail names users, not memberships: these may go.
grant update (role), delete on members to audit_api;
grant select, insert on invitations to audit_api;
grant update (status, expires_at) on invitations to audit_api;
