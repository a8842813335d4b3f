-- Merchants' own tools: where they are, what each was when the merchant approved it, and what was called.

create table connection (
    store text not null references store (id),
    name text not null,
    kind text not null check (kind in ('mcp', 'http')),
    url text not null,
    -- JSON lists of the tools' own names: what may be called, and of that what needs the buyer's yes.
    allow text not null,
    confirm text not null,
    -- Headers for the merchant's server, sealed with a key made from the server's secret; empty where there are none.
    headers text not null,
    created_at bigint not null,
    primary key (store, name)
);

-- An allowed tool: as it was approved, and as it was last seen. A hash is null while nothing was approved (or seen), and
-- empty where the server had no tool of that name; then the specification is null.
create table connection_tool (
    store text not null,
    connection text not null,
    name text not null,
    pinned_hash text,
    -- JSON of {name, description, schema, effects}.
    pinned text,
    seen_hash text,
    seen text,
    pinned_at bigint,
    primary key (store, connection, name),
    foreign key (store, connection) references connection (store, name) on delete cascade
);

-- A call that may change something elsewhere: written before it is sent, so that it is never sent twice.
create table tool_call (
    store text not null references store (id),
    -- What the call is once for.
    call_key text not null,
    conversation text not null,
    turn text not null,
    -- {connection}__{tool}
    tool text not null,
    -- SHA-256 of the arguments in canonical JSON.
    arguments_hash text not null,
    state text not null check (state in ('started', 'done', 'failed', 'unknown')),
    -- What came back (JSON), once it is done.
    result text,
    attempt bigint not null,
    started_at bigint not null,
    ended_at bigint,
    primary key (store, call_key)
);
-- The same call under another key is still the same call within a turn.
create unique index tool_call_once on tool_call (store, turn, tool, arguments_hash);
create index tool_call_by_conversation on tool_call (store, conversation);
create index tool_call_unknown on tool_call (store, started_at) where state in ('started', 'unknown');
