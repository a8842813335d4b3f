-- What a buyer answers by a card.

-- An act with effects that waits for the buyer's yes: what is asked, what was answered, and what came of it. It belongs to
-- one buyer in one conversation.
create table confirmation (
    id text primary key,
    store text not null references store (id),
    conversation text not null references conversation (id),
    buyer text not null,
    -- {connection}__{tool}, and in the words of the card.
    tool text not null,
    what text not null,
    -- JSON, as the tool is to be called.
    arguments text not null,
    state text not null check (state in
        ('open', 'agreed', 'done', 'failed', 'unknown', 'declined', 'expired', 'superseded', 'passed_on')),
    created_at bigint not null,
    expires_at bigint not null,
    answered_at bigint,
    -- The message that is the answer.
    answered_seq bigint,
    -- What came back (JSON), once it was done or tried.
    result text
);
create index confirmation_by_conversation on confirmation (store, conversation);
-- What somebody must look after: cards that run out, and a yes that nobody acted on.
create index confirmation_waiting on confirmation (expires_at) where state in ('open', 'agreed');

-- Which of an offer's choices the buyer took.
alter table offer add column choice text;

-- The name under which a buyer's own records stand among those who tried something. It says nothing of who the buyer is,
-- because evidence is shown to other buyers. (A merchant may report for a buyer who has never written, so `buyer` refers to
-- nothing.)
create table fit_person (
    store text not null,
    buyer text not null,
    model_id text not null,
    primary key (store, buyer)
);
