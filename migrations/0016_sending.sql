-- Messages are sent by a loop of their own: claimed, sent outside any transaction, then their outcome recorded.

alter table outbox
  -- Which way it goes: unknown until somebody looked which contact its account has.
  add column way text not null default 'unsorted' check (way in ('unsorted', 'mail', 'text')),
  -- 0: codes, 1: turns, 2: the rest.
  add column urgency smallint not null default 2,
  -- Useless from then on, and not sent any more.
  add column expires_at timestamptz,
  -- Who has it in hand until next_attempt_at; an outcome counts only under the claim that it was sent under.
  add column claim uuid,
  -- An earlier attempt went out, and nobody knows whether it arrived.
  add column maybe_arrived boolean not null default false,
  add column failed_at timestamptz,
  add column failure text check (failure in ('bounced', 'expired', 'unclear')),
  add constraint outbox_failure check ((failed_at is null) = (failure is null));

update outbox set urgency = 0, expires_at = created_at + interval '30 minutes'
  where kind in ('sign_in_code', 'cod_code', 'step_up_code') and sent_at is null;
update outbox set urgency = 1 where kind = 'offer_made' and sent_at is null;
update outbox set failed_at = next_attempt_at, failure = 'bounced'
  where sent_at is null and attempts >= 8;

drop index outbox_due;
create index outbox_due on outbox (way, urgency, next_attempt_at, message_id)
  where sent_at is null and failed_at is null;
create index outbox_expiry on outbox (expires_at)
  where sent_at is null and failed_at is null and expires_at is not null;

-- What the ways of each running server carry, for the console; rewritten every few seconds.
create table sender_way (
  sender_id uuid not null,
  way text not null,
  connections smallint not null,
  in_flight smallint not null,
  state text not null check (state in ('closed', 'open', 'half_open')),
  -- Sent in the last minute, and how long one took at last; null until one was sent.
  sent_in_minute integer not null,
  answer_ms integer,
  last_fault text,
  reported_at timestamptz not null,
  primary key (sender_id, way)
);
