import { toHex } from "../../base/bytes.ts";
import type { Sql } from "../../db/connect.ts";
import { listSales, type StoredSale } from "../../sale/io/saleStore.ts";
import { isGenuineBeacon } from "../../sale/beacon/beaconSignature.ts";
import { fastSha256, windowRoot } from "../../sale/line/io/windowRoot.ts";
import { MOVEMENTS } from "../../sale/stock.ts";
import type { RecordLine } from "../record.ts";
import { Verifier } from "../verify.ts";
import { writeRecord } from "./recordStore.ts";

/** A check of one sale: its name, and what it found. */
export interface FsckFinding {
  readonly sale: string;
  readonly check: string;
  readonly faults: readonly string[];
}

type Check = (sql: Sql, sale: StoredSale) => Promise<string[]>;

/** Shown at most; the count says how many there are. */
const SHOWN = 10;

function shown(texts: readonly string[]): string[] {
  if (texts.length <= SHOWN) return [...texts];
  return [...texts.slice(0, SHOWN), `… and ${texts.length - SHOWN} more`];
}

/** Every draw and every offer, recomputed from the public record by the verifier that outsiders use. */
const recordCheck: Check = async (sql, sale) => {
  const faults: string[] = [];
  for (const { round } of sale.rounds) {
    const verifier = new Verifier({ hash: fastSha256, isGenuineBeacon });
    const write = (lines: readonly RecordLine[]) => {
      for (const line of lines) verifier.add(line);
      return Promise.resolve();
    };
    await writeRecord(sql, sale, round.roundNo, { nowMs: 0, write });
    faults.push(...verifier.report().faults.map((fault) => `round ${round.roundNo}: ${fault}`));
  }
  return faults;
};

/** The roots over the entries that are there now are the roots that were published. */
const rootCheck: Check = async (sql, sale) => {
  const faults: string[] = [];
  for (const { round } of sale.rounds) {
    const windows = await sql<{ window_no: number; root: Buffer }[]>`
      select window_no, root from sale_window
      where sale_no = ${sale.saleNo} and round_no = ${round.roundNo} and state = 'sealed'
        and entry_count > 0`;
    for (const { window_no, root } of windows) {
      const computed = await windowRoot(sql, {
        saleNo: sale.saleNo,
        round,
        windowNo: window_no,
      });
      if (toHex(computed.root) !== root.toString("hex")) {
        faults.push(
          `round ${round.roundNo}, window ${window_no}: entries were changed after the seal`,
        );
      }
    }
  }
  return faults;
};

/** Balances are what the ledger adds up to, account by account. */
const ledgerCheck: Check = async (sql, sale) => {
  const rows = await sql<{ place: string; account: string; ledger: number; balance: number }[]>`
    with moved as (
      select round_no, channel_no, variant_no, to_account as account, units from stock_movement
        where sale_no = ${sale.saleNo}
      union all
      select round_no, channel_no, variant_no, from_account, -units from stock_movement
        where sale_no = ${sale.saleNo}),
    ledger as (
      select round_no, channel_no, variant_no, account, sum(units)::int as units from moved
      where account <> 'outside' group by 1, 2, 3, 4),
    balances as (
      select round_no, channel_no, variant_no, account, units from stock,
        lateral (values ('free', free), ('offered', offered), ('ordered', ordered), ('sold', sold),
          ('held', held), ('returned', returned)) as part (account, units)
      where sale_no = ${sale.saleNo})
    select format('round %s, channel %s, variant %s', round_no, channel_no, variant_no) as place,
      account, coalesce(ledger.units, 0) as ledger, coalesce(balances.units, 0) as balance
    from ledger full join balances using (round_no, channel_no, variant_no, account)
    where coalesce(ledger.units, 0) <> coalesce(balances.units, 0)`;
  return rows.map(
    (row) => `${row.place}: ${row.account} is ${row.balance}, the ledger says ${row.ledger}`,
  );
};

/** Each reason in the ledger moves units between the accounts it is defined for. */
const reasonCheck: Check = async (sql, sale) => {
  const rows = await sql<{ reason: string; from_account: string; to_account: string }[]>`
    select distinct reason, from_account, to_account from stock_movement
    where sale_no = ${sale.saleNo}`;
  return rows
    .filter((row) => {
      const known = (MOVEMENTS as Record<string, readonly [string, string]>)[row.reason];
      return known?.[0] !== row.from_account || known[1] !== row.to_account;
    })
    .map((row) => `reason ${row.reason} moved units from ${row.from_account} to ${row.to_account}`);
};

/** Offers and orders in a state hold exactly the units that the balances say. */
const holderCheck: Check = async (sql, sale) => {
  const rows = await sql<{ place: string; what: string; held: number; balance: number }[]>`
    with holders as (
      select round_no, channel_no, variant_no, 'offered' as what, count(*)::int as held from offer
        where sale_no = ${sale.saleNo} and state = 'open' group by 1, 2, 3
      union all
      select round_no, channel_no, variant_no, 'ordered', count(*)::int from purchase_order
        where sale_no = ${sale.saleNo} and state in ('awaiting_payment', 'awaiting_confirmation')
        group by 1, 2, 3
      union all
      select round_no, channel_no, variant_no, 'sold', count(*)::int from purchase_order
        where sale_no = ${sale.saleNo} and state in ('paid', 'cod_confirmed') group by 1, 2, 3
      union all
      select round_no, channel_no, variant_no, 'held', count(*)::int from purchase_order
        where sale_no = ${sale.saleNo} and unit_held group by 1, 2, 3),
    balances as (
      select round_no, channel_no, variant_no, what, balance from stock,
        lateral (values ('offered', offered), ('ordered', ordered), ('sold', sold), ('held', held))
          as part (what, balance)
      where sale_no = ${sale.saleNo})
    select format('round %s, channel %s, variant %s', round_no, channel_no, variant_no) as place, what,
      coalesce(held, 0) as held, coalesce(balance, 0) as balance
    from holders full join balances using (round_no, channel_no, variant_no, what)
    where coalesce(held, 0) <> coalesce(balance, 0)`;
  return rows.map(
    (row) => `${row.place}: ${row.held} ${row.what} by people, ${row.balance} on the balance`,
  );
};

/** Nobody holds more than the published limit, and every unit held has its person. */
const personCheck: Check = async (sql, sale) => {
  const limit = sale.definition.unitsPerPersonCount;
  const over = await sql<{ identity_key: string; units: number }[]>`
    select identity_key, count(*)::int as units from person_unit
    where sale_no = ${sale.saleNo} group by identity_key
    having count(*) > ${limit} or max(unit_no) > ${limit}`;
  const unmatched = await sql<{ offer_id: string; live: boolean }[]>`
    with live as (
      select o.offer_id from offer o left join purchase_order p using (sale_no, offer_id)
      where o.sale_no = ${sale.saleNo}
        and (o.state = 'open' or (o.state = 'ordered' and (p.state <> 'cancelled' or p.unit_held))))
    select offer_id, live.offer_id is not null as live
    from live full join (select distinct offer_id from person_unit
      where sale_no = ${sale.saleNo}) held using (offer_id)
    where live.offer_id is null or held.offer_id is null`;
  return [
    ...over.map(
      (row) => `a person (${row.identity_key}) holds ${row.units} units, the limit is ${limit}`,
    ),
    ...unmatched.map((row) =>
      row.live
        ? `offer ${row.offer_id} is live but counts for nobody`
        : `offer ${row.offer_id} has ended but still counts for a person`,
    ),
  ];
};

/** Cash on delivery took exactly the quota that its orders need. */
const codCheck: Check = async (sql, sale) => {
  const rows = await sql<{ round_no: number; channel_no: number; used: number; orders: number }[]>`
    select q.round_no, q.channel_no, q.used, count(p.order_id)::int as orders
    from cod_quota q left join purchase_order p on p.sale_no = q.sale_no
      and p.round_no = q.round_no and p.channel_no = q.channel_no
      and (p.state in ('awaiting_confirmation', 'cod_confirmed') or p.unit_held)
      and p.payment_method = 'cod'
    where q.sale_no = ${sale.saleNo} group by q.sale_no, q.round_no, q.channel_no, q.used
    having q.used <> count(p.order_id)`;
  return rows.map(
    (row) =>
      `round ${row.round_no}, channel ${row.channel_no}: quota used ${row.used}, orders ${row.orders}`,
  );
};

/** Places in the line are 1 … n without gap, one for each sealed entry. */
const placeCheck: Check = async (sql, sale) => {
  const rows = await sql<
    { round_no: number; places: number; first: number; last: number; entries: number }[]
  >`
    select r.round_no, count(l.place_no)::int as places, coalesce(min(l.place_no), 1) as first,
      coalesce(max(l.place_no), 0) as last,
      (select count(*)::int from entry e join sale_window w using (sale_no, round_no, window_no)
        where e.sale_no = r.sale_no and e.round_no = r.round_no and w.state = 'sealed') as entries
    from sale_round r left join line_place l using (sale_no, round_no)
    where r.sale_no = ${sale.saleNo} group by r.sale_no, r.round_no`;
  return rows
    .filter((row) => row.places !== row.entries || row.first !== 1 || row.last !== row.places)
    .map(
      (row) =>
        `round ${row.round_no}: ${row.places} places (${row.first}–${row.last}) for ${row.entries} entries`,
    );
};

const CHECKS: Readonly<Record<string, Check>> = {
  "draws and line order": recordCheck,
  "entries as sealed": rootCheck,
  "places in the line": placeCheck,
  "ledger and balances": ledgerCheck,
  "reasons in the ledger": reasonCheck,
  "units and their holders": holderCheck,
  "limit per person": personCheck,
  "cash on delivery": codCheck,
};

/** Recomputes every draw and every balance of all sales, or of one. Reads only. */
export async function fsck(sql: Sql, slug?: string): Promise<FsckFinding[]> {
  const findings: FsckFinding[] = [];
  for (const { sale } of await listSales(sql)) {
    if (slug !== undefined && sale.definition.slug !== slug) continue;
    for (const [check, run] of Object.entries(CHECKS)) {
      findings.push({ sale: sale.definition.slug, check, faults: shown(await run(sql, sale)) });
    }
  }
  return findings;
}
