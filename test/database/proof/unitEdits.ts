/* Direct edits of draws, stock, turns and money. */

import { first, line, NO, type Edit } from "./edits.ts";

const order = first("purchase_order", "order_id", "state = 'paid'");
const offer = first("offer", "offer_id", "state = 'expired'");
const entry = first("line_place", "entry_id", "state = 'offered'");
const waiting = first("line_place", "entry_id", "state = 'waiting'");

/** A scored order of an offer, which an edit gives its number, offer, account and channel. */
const SCORED = `insert into scored_order (sale_no, variant_no, scored_at, state, coming_at, score_no,
  offer_id, account_key, channel_no)
  select sale_no, variant_no, made_at, 'left', made_at,`;
const OF_OFFER = "from offer where offer_id = $1::uuid";

export const OF_UNITS: readonly Edit[] = [
  line(
    "a seed",
    "units",
    "sale_window.seed",
    "select 'window' as id",
    `update sale_window set seed = sha256(seed) where sale_no = ${NO.units} and seed is not null`,
  ),
  line(
    "a secret",
    "units",
    "sale_window.secret",
    "select 'window' as id",
    `update sale_window set secret = sha256(secret) where sale_no = ${NO.units} and secret is not null`,
  ),
  line(
    "an anchor",
    "units",
    "sale_round.chain_anchor",
    "select 'round 1' as id",
    `update sale_round set chain_anchor = sha256(chain_anchor) where sale_no = ${NO.units}`,
  ),
  line(
    "a root",
    "units",
    "sale_window.root",
    "select 'window' as id",
    `update sale_window set root = sha256(root) where sale_no = ${NO.units} and root is not null`,
  ),
  line(
    "the moment of a root",
    "units",
    "sale_window.root_fixed_at",
    "select 'window' as id",
    `update sale_window set root_fixed_at = root_fixed_at - interval '1 hour' where sale_no = ${NO.units}`,
  ),
  line(
    "a tier",
    "units",
    "entry.tier",
    entry,
    "update entry set tier = 0 where entry_id = $1::uuid",
  ),
  line(
    "a wish",
    "units",
    "entry.preferences",
    entry,
    "update entry set preferences = '2' where entry_id = $1::uuid",
  ),
  line(
    "a ghost",
    "units",
    "entry.entry_id",
    "select '00000000-0000-4000-8000-000000000001' as id",
    `insert into entry (sale_no, round_no, account_key, entry_id, window_no, arrival_no, channel_no,
       preferences, request_key, entered_at)
     select sale_no, round_no, gen_random_uuid(), $1::uuid, window_no, arrival_no + 1, channel_no,
       preferences, gen_random_uuid(), entered_at from entry where sale_no = ${NO.units} limit 1`,
  ),
  line(
    "an entry gone",
    "units",
    "entry.entry_id",
    waiting,
    "delete from entry where entry_id = $1::uuid",
  ),
  line(
    "an entry of another",
    "units",
    "entry.account_key",
    entry,
    `update entry set account_key = gen_random_uuid() where entry_id = $1::uuid`,
  ),
  line(
    "a place gone",
    "units",
    "line_place.entry_id",
    waiting,
    "delete from line_place where entry_id = $1::uuid",
  ),
  line(
    "places swapped",
    "units",
    "line_place.place_no",
    waiting,
    `update line_place set place_no = 13 - place_no where sale_no = ${NO.units}`,
  ),
  line(
    "a place of another",
    "units",
    "line_place.account_key",
    entry,
    `update line_place set account_key = gen_random_uuid() where entry_id = $1::uuid`,
  ),
  line(
    "an offer gone",
    "units",
    "offer.offer_id",
    first(
      "line_place",
      "entry_id",
      "entry_id in (select entry_id from offer where state = 'expired')",
    ),
    "delete from offer where entry_id = $1::uuid",
  ),
  line(
    "an offer to another",
    "units",
    "offer.account_key",
    offer,
    `update offer set account_key = gen_random_uuid() where offer_id = $1::uuid`,
  ),
  line(
    "an offer to another entry",
    "units",
    "offer.entry_id",
    offer,
    `update offer set entry_id = (select entry_id from line_place where sale_no = ${NO.units}
       and state = 'waiting' limit 1) where offer_id = $1::uuid`,
  ),
  line(
    "an offer that lasts",
    "units",
    "offer.expires_at",
    offer,
    "update offer set expires_at = expires_at + interval '1 second' where offer_id = $1::uuid",
  ),
  line(
    "a movement gone",
    "units",
    "stock_movement.units",
    "select 'variant' as id",
    `delete from stock_movement where sale_no = ${NO.units} and reason = 'offer_expired'`,
  ),
  line(
    "units from nowhere",
    "units",
    "stock.free",
    "select 'channel 2' as id",
    `update stock set free = free + 1, allotted = allotted + 1 where sale_no = ${NO.units}
       and channel_no = 2`,
  ),
  line(
    "a movement of more",
    "units",
    "stock_movement.units",
    "select 'channel 2' as id",
    `update stock_movement set units = 2 where sale_no = ${NO.units} and reason = 'allotted'
       and channel_no = 2`,
  ),
  line(
    "a quota",
    "units",
    "cod_quota.used",
    "select 'channel 1' as id",
    `update cod_quota set used = 0 where sale_no = ${NO.units} and channel_no = 1`,
  ),
  line(
    "a unit that counts for nobody",
    "units",
    "person_unit.offer_id",
    first("purchase_order", "offer_id", "state = 'paid'"),
    "delete from person_unit where offer_id = $1::uuid",
  ),
  line(
    "a unit that counts for another",
    "units",
    "person_unit.identity_key",
    first("purchase_order", "offer_id", "state = 'paid'"),
    `update person_unit set identity_key = gen_random_uuid() where offer_id = $1::uuid
       and identity_key in (select account_key from account)`,
  ),
  line(
    "an order's state",
    "units",
    "purchase_order.state",
    order,
    "update purchase_order set state = 'awaiting_payment' where order_id = $1::uuid",
  ),
  line(
    "an order of another",
    "units",
    "purchase_order.account_key",
    order,
    `update purchase_order set account_key = gen_random_uuid() where order_id = $1::uuid`,
  ),
  line(
    "a price",
    "units",
    "purchase_order.price_minor_units",
    order,
    "update purchase_order set price_minor_units = 1 where order_id = $1::uuid",
  ),
  line(
    "a payment gone",
    "units",
    "payment_event.event_id",
    order,
    "delete from payment_event where order_id = $1::uuid",
  ),
  line(
    "a payment forged",
    "units",
    "payment_event.outcome",
    "select 'forged' as id",
    `insert into payment_event (provider, payment_id, event_id, sale_no, order_id, kind, outcome,
       received_at)
     select 'sandbox', $1, $1, sale_no, order_id, 'paid', 'applied', placed_at from purchase_order
     where sale_no = ${NO.units} and cancel_reason = 'unpaid'`,
  ),
  line(
    "a payment let go",
    "units",
    "payment.kept",
    order,
    "update payment set kept = false where order_id = $1::uuid",
  ),
  line(
    "a payment's refund",
    "units",
    "payment.returned_minor_units",
    first("payment", "payment_id"),
    "update payment set returned_minor_units = received_minor_units where payment_id = $1",
  ),
  line(
    "a refund forged",
    "units",
    "payment_refund.amount_minor_units",
    first("payment", "payment_id"),
    `insert into payment_refund (provider, payment_id, refund_id, amount_minor_units, reported_at)
     select provider, payment_id, 'forged', 1, first_reported_at from payment where payment_id = $1`,
  ),
  line(
    "an order scored for another account",
    "units",
    "scored_order.account_key",
    offer,
    `${SCORED} 1, offer_id, gen_random_uuid(), channel_no ${OF_OFFER}`,
  ),
  line(
    "an order scored on another channel",
    "units",
    "scored_order.channel_no",
    offer,
    `${SCORED} 1, offer_id, account_key, (channel_no + 1)::smallint ${OF_OFFER}`,
  ),
  line(
    "an order scored for no offer",
    "units",
    "scored_order.offer_id",
    "select gen_random_uuid()::text as id",
    `${SCORED} 1, $1::uuid, account_key, channel_no from offer where offer_id = (select offer_id
       from offer where sale_no = ${NO.units} limit 1)`,
  ),
  line(
    "a number that was never given",
    "units",
    "scored_order.score_no",
    offer,
    `${SCORED} 1000000, offer_id, account_key, channel_no ${OF_OFFER}`,
  ),
  line(
    "a change of no scored order",
    "units",
    "scored_change.order_no",
    "select 'number 7' as id",
    `insert into scored_change (sale_no, score_no, order_no, units) values (${NO.units}, 7, 3, 0)`,
  ),
  line(
    "facts gone",
    "units",
    "order_facts.order_id",
    order,
    "delete from order_facts where order_id = $1::uuid",
  ),
  line(
    "a contact",
    "units",
    "account.contact_cipher",
    first("line_place", "account_key", "state = 'waiting'"),
    `update account set contact_cipher = (select contact_cipher from account
       where account_key <> $1::uuid and contact_cipher is not null order by account_key limit 1)
     where account_key = $1::uuid`,
  ),
];
