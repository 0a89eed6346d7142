-- What a dispute needs besides its decision: when the channel cancels by itself, and when the unit stopped being
-- kept although the dispute goes on. How an order stands is computed from such facts and stored nowhere.
alter table decision
  -- Null: the channel has no deadline of its own.
  add column ship_by timestamptz,
  add column let_go_at timestamptz,
  -- The buyer took her money back, or the channel's deadline came near and nobody had appealed.
  add column let_go_by text check (let_go_by in ('buyer', 'ship_by')),
  add constraint decision_let_go check ((let_go_at is null) = (let_go_by is null));
create index decision_ship_by on decision (ship_by)
  where state = 'in_force' and ship_by is not null and let_go_at is null;
create index decision_batch on decision (batch_id);

-- An undecided order whose channel cancels late orders by itself is let stand half a day before; it is no verdict.
alter table case_order add column let_stand_at timestamptz;

-- The cancellation waits until the dispute has ended; a hold is sent meanwhile.
alter table channel_call drop constraint channel_call_state_check;
alter table channel_call add constraint channel_call_state_check
  check (state in ('waiting', 'due', 'calling', 'done', 'refused'));
update channel_call c set state = 'waiting' from decision d
  where d.sale_no = c.sale_no and d.order_id = c.order_id and d.state = 'in_force'
    and c.kind = 'cancel' and c.state = 'due';

-- What the public was told about a batch, edition by edition; none is ever changed.
create table batch_statement (
  batch_id uuid not null references batch,
  edition_no integer not null check (edition_no > 0),
  document jsonb not null,
  document_digest text not null,
  published_at timestamptz not null,
  -- Why a person published this one; null for those that follow from the counts by themselves.
  correction text,
  primary key (batch_id, edition_no)
);
