-- What buyers let a store keep of them. Measures, skin and children's data stand apart from the log, so that they can
-- be erased by purpose; nothing here is written without a live consent of its purpose.

create table consent (
    id text primary key,
    store text not null,
    buyer text not null,
    -- Whose data it is about: the buyer's, or a child's.
    subject text not null check (subject in ('buyer', 'child')),
    purpose text not null,
    -- Which wording the buyer agreed to.
    text_version text not null,
    -- `buyer`, or `guardian` for a child's data.
    given_by text not null,
    given_at bigint not null,
    -- The message in which it was given; none where a merchant's file says so.
    conversation text,
    seq bigint,
    withdrawn_at bigint,
    foreign key (store, buyer) references buyer (store, id)
);
-- One live consent of a purpose.
create unique index consent_live on consent (store, buyer, purpose) where withdrawn_at is null;
create index consent_by_buyer on consent (store, buyer, given_at);

-- Slots of a buyer's profile, kept beyond the conversation.
create table profile_slot (
    store text not null,
    buyer text not null,
    whom text not null,
    slot text not null,
    -- The value where a person may have several, otherwise empty.
    item text not null,
    -- As it was said (JSON), its unit, and the value in the slot's own unit (JSON).
    value text not null,
    unit text,
    canonical text not null,
    sureness text not null,
    purpose text not null,
    conversation text,
    seq bigint,
    at bigint not null,
    primary key (store, buyer, whom, slot, item),
    foreign key (store, buyer) references buyer (store, id)
) /* sqlite: without rowid */;

-- Children are apart from their parents, each with an id of its own.
create table baby (
    store text not null,
    buyer text not null,
    id text not null,
    nickname text,
    -- `2026-01`, or `2026-01-15` where the buyer wants it to the day.
    born text,
    gestational_weeks bigint,
    gestational_days bigint,
    feeding text,
    -- JSON list of words.
    allergies text not null,
    -- JSON list of {sku, stage, batch, used_at}.
    products text not null,
    at bigint not null,
    primary key (store, buyer, id),
    foreign key (store, buyer) references buyer (store, id)
) /* sqlite: without rowid */;

-- The slots of one conversation as its ledger holds them; erased with its words.
create table conversation_slot (
    conversation text not null references conversation (id),
    store text not null,
    -- The place in the ledger, from 0.
    n bigint not null,
    seq bigint not null,
    -- The entry as JSON.
    entry text not null,
    primary key (conversation, n)
) /* sqlite: without rowid */;

-- Who looked at sensitive data, when and for what.
create table profile_look (
    store text not null,
    buyer text not null,
    at bigint not null,
    -- A person's id, or the scope of an API token.
    who text not null,
    why text not null
);
create index profile_look_by_buyer on profile_look (store, buyer, at);
