-- What tools build: APIs, builds of them with their SDKs and documents, and the pull requests that publish the SDKs.

-- The last number given out in each organisation; a registration holds its row, so that numbers neither race nor gap.
create table numbers (
  organization_id uuid not null references organizations,
  kind text not null check (kind in ('api', 'build', 'document')),
  last int not null check (last >= 0),
  primary key (organization_id, kind)
);

create table apis (
  organization_id uuid not null references organizations,
  id int not null,
  name text not null,
  created_at timestamptz(3) not null,
  primary key (organization_id, id),
  unique (organization_id, name)
);

create table builds (
  organization_id uuid not null,
  id int not null,
  -- Made by the tool: the same request registers once.
  request_id uuid not null,
  api_id int not null,
  sdk_name text,
  outcome text not null check (outcome in ('success', 'failure')),
  reason text,
  duration_ms bigint not null,
  built_at timestamptz(3) not null,
  -- Who registered it, as the event tells it, and by which tool. json, not jsonb: as it was written.
  actor json not null,
  tool text,
  tool_version text,
  primary key (organization_id, id),
  unique (organization_id, request_id),
  foreign key (organization_id, api_id) references apis
);
create index builds_api on builds (organization_id, api_id, id);

create table build_sdks (
  organization_id uuid not null,
  build_id int not null,
  language text not null,
  version text not null,
  -- In the order that the tool named them.
  place int not null,
  primary key (organization_id, build_id, language),
  foreign key (organization_id, build_id) references builds
);

create table documents (
  organization_id uuid not null,
  id int not null,
  build_id int not null,
  kind text not null check (kind in ('openapi', 'readme')),
  -- Null for the OpenAPI document.
  language text,
  name text not null,
  -- As it was sent.
  content text not null,
  -- What the preview shows of it: JSON of an OpenAPI document, HTML of a README.
  preview text not null,
  approved boolean not null default false,
  -- When the approval last changed, and who changed it.
  changed_at timestamptz(3),
  changed_by json,
  primary key (organization_id, id),
  foreign key (organization_id, build_id) references builds
);
create index documents_build on documents (organization_id, build_id);

create table pull_requests (
  organization_id uuid not null,
  request_id uuid not null,
  build_id int not null,
  language text not null,
  repository text not null,
  sdk_name text not null,
  -- Null when it could not be opened, and then there is a reason.
  number int,
  url text,
  reason text,
  reported_at timestamptz(3) not null,
  primary key (organization_id, request_id),
  foreign key (organization_id, build_id) references builds,
  check ((number is null) = (url is null) and (number is null) <> (reason is null))
);
create index pull_requests_build on pull_requests (organization_id, build_id);

-- Nothing of these is ever deleted: the trail refers to them.
grant select, insert on numbers, apis, builds, build_sdks, documents, pull_requests to audit_api;
grant update (last) on numbers to audit_api;
grant update (approved, changed_at, changed_by) on documents to audit_api;
