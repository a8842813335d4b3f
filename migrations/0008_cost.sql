-- What models cost, and what was said to them.

-- Of each store, day by day of its own calendar (2026-11-23), for each model by our name for it. Whoever writes turns adds
-- to rows of its own number, so that two writers of one store do not wait for each other. Money: millionths of a yuan.
create table spending (
    store text not null references store (id),
    day text not null,
    model text not null,
    writer bigint not null,
    -- Turns that asked the model, and requests to it; of these, those whose tokens are estimated.
    turns bigint not null,
    requests bigint not null,
    estimated bigint not null,
    prompt_tokens bigint not null,
    -- Of the prompt's tokens, those that the provider's cache served.
    cached_tokens bigint not null,
    completion_tokens bigint not null,
    cost_micros bigint not null,
    primary key (store, day, model, writer)
) /* sqlite: without rowid */;

-- The same for a conversation as a whole.
alter table conversation add column spent_tokens bigint not null default 0;
alter table conversation add column spent_micros bigint not null default 0;

-- What was sent to models in a turn and what came, masked, packed and for some days only.
create table transcript (
    turn text primary key,
    store text not null,
    conversation text not null,
    at bigint not null,
    -- JSON, deflated, as base64.
    packed text not null
) /* sqlite: without rowid */;
create index transcript_by_conversation on transcript (store, conversation);
create index transcript_by_age on transcript (store, at);

-- What stands in many transcripts alike (instructions, tools), once; by the hash of what it is.
create table transcript_part (
    store text not null,
    hash text not null,
    used_at bigint not null,
    packed text not null,
    primary key (store, hash)
) /* sqlite: without rowid */;
