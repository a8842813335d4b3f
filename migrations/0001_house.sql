-- One text for SQLite and PostgreSQL: text ids, bigint for every integer, milliseconds since 1970 UTC for every time,
-- JSON as text, boolean for flags. What stands in /* sqlite: … */ is SQLite's alone: a table without rowid is its
-- primary key's index, so that a row is written once and not twice.

-- Facts about this database as a whole. `epoch` changes only when the log is restored from a backup.
create table meta (
    key text primary key,
    value text not null
);

create table store (
    id text primary key,
    name text not null,
    industry text not null,
    -- Signs the identities of the merchant's buyers (HS256); kept as it is, because a signature needs the secret itself.
    identity_secret text not null,
    -- JSON list of origins whose pages may open the buyer socket.
    origins text not null,
    -- The policy as JSON; keys that are absent have their defaults.
    policy text not null,
    -- Grows with every change of policy, products or FAQ, so that copies in memory know that they are old.
    version bigint not null,
    created_at bigint not null
);

-- A person who works for a store.
create table agent (
    id text primary key,
    store text not null references store (id),
    email text not null,
    name text not null,
    role text not null check (role in ('owner', 'supervisor', 'agent')),
    password_hash text not null,
    -- JSON list of {name, level}.
    skills text not null,
    created_at bigint not null,
    disabled_at bigint,
    -- Signing in names store and email.
    unique (store, email)
);

-- A signed-in browser. Only the hash of the cookie is kept: a copy of the table signs nobody in.
create table session (
    hash text primary key,
    store text not null references store (id),
    agent text not null references agent (id),
    csrf text not null,
    created_at bigint not null,
    expires_at bigint not null
);
create index session_by_expiry on session (expires_at);

create table api_token (
    hash text primary key,
    store text not null references store (id),
    scope text not null check (scope in ('admin', 'desk', 'read')),
    created_at bigint not null
);
create index api_token_by_store on api_token (store);

-- Whether a person is at the desk: whoever serves that person's sockets says so every few seconds.
create table presence (
    agent text primary key references agent (id),
    store text not null references store (id),
    status text not null check (status in ('available', 'away', 'offline')),
    seen_at bigint not null
);

create table buyer (
    store text not null references store (id),
    id text not null,
    -- Signed by the merchant, or an anonymous visitor.
    signed boolean not null,
    name text,
    vip_level bigint not null,
    created_at bigint not null,
    primary key (store, id)
);

create table conversation (
    id text primary key,
    store text not null,
    buyer text not null,
    state text not null check (state in ('assistant', 'queued', 'human', 'closed')),
    agent text references agent (id),
    -- The counter that numbers events; never max(seq) + 1, which two writers can both read.
    last_seq bigint not null,
    -- The newest event that the buyer may see.
    last_public bigint not null,
    created_at bigint not null,
    last_at bigint not null,
    -- The buyer's last words, cut, for lists.
    last_text text not null,
    locale text not null,
    -- Where in the shop the buyer is (JSON), as the buyer's page says.
    context text not null,
    -- Whether the assistant has said that it is an AI.
    introduced boolean not null,
    reason text,
    skill text,
    priority bigint not null,
    queued_at bigint,
    -- The first message that no person has answered yet, while people have the conversation.
    waiting_since bigint,
    waiting_seq bigint,
    buyer_read bigint not null,
    desk_read bigint not null,
    rated_at bigint,
    closed_at bigint,
    foreign key (store, buyer) references buyer (store, id)
) /* sqlite: without rowid */;
-- A buyer has at most one open conversation, however many tabs say hello at once.
create unique index conversation_open on conversation (store, buyer) where state <> 'closed';
create index conversation_with_people on conversation (store, state, priority, queued_at) where state in ('queued', 'human');
create index conversation_by_age on conversation (store, id);

-- The log. Entries are never changed, but for erasing a buyer's words. (With a rowid on SQLite: entries of many
-- conversations then lie together as they come, and a batch of them touches few pages.)
create table event (
    conversation text not null references conversation (id),
    seq bigint not null,
    store text not null,
    at bigint not null,
    author_kind text not null,
    author_id text not null,
    author_name text,
    -- Whether the buyer may see it, and the last one before it that the buyer may see.
    public boolean not null,
    prev_public bigint not null,
    kind text not null,
    body text not null,
    -- The sender's own id for it.
    client_id text,
    primary key (conversation, seq)
);
-- The same client id is the same event, for as long as the event is kept.
create unique index event_once on event (conversation, author_id, client_id) where client_id is not null;

-- An answer owed: the to-do, the lease and the response-time record in one row.
create table turn (
    id text primary key,
    conversation text not null references conversation (id),
    store text not null,
    state text not null check (state in ('open', 'answered', 'handed_off', 'person', 'closed')),
    -- JSON list of [seq, at]: the messages that wait for this answer.
    asked text not null,
    asked_at bigint not null,
    -- When a burst counts as finished, and when the buyer must have an answer or a place in a queue.
    due_at bigint not null,
    deadline_at bigint not null,
    -- Who works on it, until when, and for the how manieth time: a write must name the attempt it belongs to.
    node text not null,
    lease_until bigint not null,
    attempt bigint not null,
    ended_at bigint,
    answer_seq bigint
) /* sqlite: without rowid */;
-- One answer is owed at a time; and what the sweeper looks through, which is never long.
create unique index turn_open on turn (conversation) where state = 'open';
create table product (
    store text not null references store (id),
    sku text not null,
    name text not null,
    category text not null,
    price_fen bigint not null,
    weight_g bigint,
    stock bigint,
    -- JSON list of names.
    ingredients text not null,
    -- JSON object.
    attributes text not null,
    primary key (store, sku)
);

create table faq (
    store text not null references store (id),
    id text not null,
    question text not null,
    answer text not null,
    category text,
    -- JSON list.
    tags text not null,
    primary key (store, id),
    unique (store, question)
);
