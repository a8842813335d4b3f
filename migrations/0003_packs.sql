-- Prompt packs: versions that never change, which of them is in force, and drafts.

create table pack_version (
    store text not null references store (id),
    pack text not null,
    -- Counts from 1 in each pack of a store.
    number bigint not null,
    -- SHA-256 of the files, hex.
    hash text not null,
    -- JSON: names to texts.
    files text not null,
    -- The number that was in force when it was published, where a rollback leads; 0: none of the store's own.
    after bigint not null,
    author text not null,
    created_at bigint not null,
    primary key (store, pack, number)
);

-- What was put in force, by whom and when. The last step counts; rows are only added.
create table pack_release (
    store text not null references store (id),
    pack text not null,
    -- Counts from 1 in a store, so that the last one of all is known too.
    step bigint not null,
    -- 0: none of the store's own.
    number bigint not null,
    what text not null check (what in ('publish', 'rollback')),
    author text not null,
    at bigint not null,
    primary key (store, step)
);
create index pack_release_by_pack on pack_release (store, pack, step);

create table pack_draft (
    store text not null references store (id),
    pack text not null,
    files text not null,
    author text not null,
    updated_at bigint not null,
    primary key (store, pack)
);
