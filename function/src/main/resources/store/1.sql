-- The first form. SQLite and PostgreSQL both speak this; times are milliseconds since 1970.

create table rollouts (
  id text primary key,
  model text not null,
  phase text not null,      -- draft, active, over
  created bigint not null,  -- number of its first entry
  written bigint not null,  -- number of its last entry
  revision bigint not null,
  json text not null
);

-- One at a time on a model, whatever else goes wrong.
create unique index rollouts_active on rollouts (model) where phase = 'active';

create index rollouts_created on rollouts (model, created);

create table tags (
  tag text not null,
  rollout text not null,
  primary key (tag, rollout)
);

create table entries (
  number bigint primary key,
  rollout text not null,
  model text not null,
  revision bigint not null,
  at bigint not null,
  changed integer not null,  -- 0, 1
  request_key text,
  json text not null
);

create unique index entries_revision on entries (rollout, revision);

create unique index entries_request on entries (request_key) where request_key is not null;

create index entries_changed on entries (number) where changed = 1;

create index entries_changed_model on entries (model, number) where changed = 1;

-- The number of the last entry. Whoever writes one locks this row, so that numbers are in the order
-- in which they become visible, and a reader never skips one.
create table numbering (
  id integer primary key,
  last bigint not null
);

insert into numbering (id, last) values (1, 0);

create table settings (
  id integer primary key,
  revision bigint not null,
  json text not null
);

insert into settings (id, revision, json) values (1, 0, '');

create table reports (
  model text not null,
  process text not null,
  window_end bigint not null,
  json text not null,
  primary key (model, process, window_end)
);

create index reports_end on reports (window_end);

create table instances (
  process text primary key,
  at bigint not null,
  json text not null
);

create table leases (
  name text primary key,
  holder text not null,
  until bigint not null
);

create table cursors (
  reader text primary key,
  position bigint not null
);

create table feedback (
  exposure text primary key,
  forget bigint not null
);

create index feedback_forget on feedback (forget);
