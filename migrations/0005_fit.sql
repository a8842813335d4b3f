-- Size and look. Measures are in cm and kg.

-- A garment's own measures in one size.
create table size_chart (
    store text not null references store (id),
    sku text not null,
    size text not null,
    bust_cm double precision,
    waist_cm double precision,
    hip_cm double precision,
    shoulder_cm double precision,
    length_cm double precision,
    sleeve_cm double precision,
    inseam_cm double precision,
    primary key (store, sku, size)
);

-- One person wore one size of one product.
create table fit_model (
    store text not null references store (id),
    -- Names the person, or what a buyer said: a buyer's verdicts and returns are further records of another source.
    model_id text not null,
    sku text not null,
    size text not null,
    height_cm double precision not null,
    weight_kg double precision not null,
    bust_cm double precision,
    waist_cm double precision,
    hip_cm double precision,
    shoulder_cm double precision,
    leg_cm double precision,
    shape text,
    verdict text not null check (verdict in ('small', 'fit', 'large')),
    effect text,
    photo text,
    source text not null check (source in ('try_on', 'buyer', 'size_return')),
    primary key (store, model_id, sku, size)
);

-- What a store's records taught about all of its garments together, each time that it changed.
create table fit_constants (
    store text not null references store (id),
    version bigint not null,
    -- A hash of the records that taught it: the same records teach the same.
    basis text not null,
    learned_at bigint not null,
    -- JSON.
    constants text not null,
    primary key (store, version)
);

-- A size that was advised, so that a return can be laid at its door.
create table size_advice (
    id text primary key,
    store text not null references store (id),
    conversation text not null,
    buyer text not null,
    sku text not null,
    size text not null,
    confidence double precision not null,
    -- JSON list of evidence ids.
    evidence text not null,
    advised_at bigint not null,
    -- Set when the buyer sent this size back because of its size: `small` or `large`.
    returned text check (returned in ('small', 'large')),
    returned_at bigint
);
create index size_advice_by_product on size_advice (store, sku);
create index size_advice_by_buyer on size_advice (store, buyer);
