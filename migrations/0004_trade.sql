-- What was bought, how it travels, and what was offered when something was wrong with it.

-- A buyer's order as the merchant's own system tells it. (`order` is a word of SQL's own.) It may be imported before
-- its buyer has ever written, so `buyer` refers to nothing.
create table shop_order (
    store text not null references store (id),
    id text not null,
    buyer text not null,
    -- The merchant's word for where it stands.
    status text not null,
    paid_at bigint not null,
    shipped_at bigint,
    picked_up_at bigint,
    delivered_at bigint,
    -- Whether it was brought to the door; null where the carrier does not say.
    doorstep boolean,
    -- JSON: {province, city, district?, town?}.
    address text not null,
    -- JSON list of {sku, qty, price_fen, batch?}; the price is that of one piece.
    lines text not null,
    -- JSON list of {reason, quality, applied_at, finished_at?, amount_fen}.
    refunds text not null,
    -- Stars, 1 to 5.
    rating bigint,
    primary key (store, id)
);
create index shop_order_by_buyer on shop_order (store, buyer, paid_at);

-- A way from a warehouse to a place by a carrier.
create table lane (
    store text not null references store (id),
    -- warehouse/carrier/province/city
    id text not null,
    warehouse text not null,
    carrier text not null,
    province text not null,
    -- null: the whole province.
    city text,
    transit_days bigint not null,
    -- Minutes after midnight where the store is: what is handed over by then leaves the same day.
    cutoff_min bigint not null,
    -- JSON list: `mon` to `sun`, and days as 2027-02-06 or 2027-02-06..2027-02-12.
    closed_days text not null,
    max_parcel_g bigint not null,
    -- Whether the carrier brings parcels to the door there.
    doorstep boolean not null,
    -- For one parcel.
    price_fen bigint,
    primary key (store, id)
);

-- A remedy that was offered to a buyer.
create table offer (
    id text primary key,
    store text not null references store (id),
    buyer text not null,
    conversation text not null references conversation (id),
    order_id text not null,
    -- The SKU of the order's line; empty for the order as a whole.
    sku text not null,
    -- What was wrong: quality, spoiled, damaged, not_to_door, late.
    problem text not null,
    -- The store's own day, as 2026-11-11.
    day text not null,
    -- 0 where only the return is offered.
    amount_fen bigint not null,
    -- The version of the formula, what it was given and what it gave (JSON).
    formula text not null,
    inputs text not null,
    choices text not null,
    state text not null check (state in ('proposed', 'needs_approval', 'accepted', 'refused', 'returned')),
    created_at bigint not null,
    answered_at bigint,
    -- The person who approved it, where one had to.
    approved_by text references agent (id),
    foreign key (store, buyer) references buyer (store, id),
    -- The same complaint on the same day is the same offer, however often it is asked for.
    unique (store, order_id, sku, problem, day)
);
create index offer_by_buyer on offer (store, buyer, created_at);
