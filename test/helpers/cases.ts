import { createHash, randomBytes, randomUUID } from "node:crypto";
import type { Role } from "../../src/access/role.ts";
import type { Sql } from "../../src/db/connect.ts";
import type { StoredSale } from "../../src/sale/io/saleStore.ts";
import { SANDBOX_SIGNATURE } from "../../src/connectors/payments/sandbox/sandbox.ts";
import { smallSale, START_MS } from "./sale.ts";
import type { TestReply, TestServer } from "./server.ts";

/** A person of a made-up crowd, and what the order is made with. */
export interface CrowdPerson {
  readonly session: string;
  /** A fresh session of the same person. */
  readonly again: () => Promise<string>;
  readonly ring: boolean;
  orderId: string;
}

/** A signed-in operator of a role; the name tells who decided what. */
export async function operator(test: TestServer, name: string, role: Role): Promise<string> {
  const { sql } = test.database;
  const token = randomBytes(32).toString("hex");
  const operatorId = randomUUID();
  const at = new Date(test.clock.ms);
  await sql`
    insert into operator (operator_id, name, password_hash, role, created_at)
    values (${operatorId}, ${`${name}-${operatorId.slice(0, 4)}`}, 'none', ${role}, ${at})`;
  await sql`
    insert into operator_session (token_key, operator_id, created_at, expires_at)
    values (${test.keyring.identityKey("operator", token)}, ${operatorId}, ${at},
      ${new Date(test.clock.ms + 400 * 86_400_000)})`;
  return token;
}

export interface CaseSale {
  readonly slug: string;
  /** Its people's phones and things are made of this number. */
  readonly crowd: number;
  readonly sale: StoredSale;
  readonly people: readonly CrowdPerson[];
}

async function order(
  test: TestServer,
  slug: string,
  session: string,
  made: { device: string; instrument: string; name: string; address: string; district: string },
): Promise<string> {
  const { offer } = await test.mine(session, slug);
  const placed = await test.call("POST", `/v1/sales/${slug}/offers/${offer.offerId}/order`, {
    session,
    headers: { "giliran-device": made.device },
    body: {
      paymentMethod: "va",
      delivery: {
        name: made.name,
        address: made.address,
        district: made.district,
        city: "Bandung",
      },
    },
  });
  const [, reference] = /\/pay\/(.+)$/.exec(placed.body.payUrl)!;
  const body = JSON.stringify({
    eventId: randomUUID(),
    paymentId: `first of ${placed.body.orderId}`,
    kind: "paid",
    reference,
    currency: "IDR",
    amountMinorUnits: placed.body.priceMinorUnits,
    instrument: made.instrument,
  });
  const headers = {
    "content-type": "application/json",
    [SANDBOX_SIGNATURE]: test.server.signPayment(body),
  };
  const paid = await test.call("POST", "/v1/payments/sandbox/events", { body, headers, key: null });
  if (paid.body.outcome !== "applied") throw new Error(JSON.stringify(paid.body));
  return placed.body.orderId as string;
}

const STREETS = ["Dago", "Merdeka", "Braga", "Asia Afrika", "Riau", "Sumatra", "Aceh", "Banda"];

const DISTRICTS = ["Coblong", "Lengkong", "Sukajadi", "Andir", "Cicendo", "Batununggal"];
const RING_NAMES = ["Hartono Wijaya", "Siti Kurniasih"];
const RING_PLACES = ["Gudang Cigondewah Kaler blok F no 7", "Ruko Kopo Permai 3 nomor 118"];

let crowdNo = 0;

/**
 * A sale that has ended: `genuine` people with things of their own, and rings whose accounts share two
 * devices and one means of payment. All orders are paid.
 */
export async function endedSale(
  test: TestServer,
  size: { readonly genuine: number; readonly rings: readonly number[] },
  rounds = 2,
  /** The same people order with the same things at the same times after the opening. */
  twin?: CaseSale,
): Promise<CaseSale> {
  const slug = `cases-${++crowdNo}`;
  const number = twin?.crowd ?? crowdNo;
  const all = size.genuine + size.rings.reduce((sum, count) => sum + count, 0);
  test.clock.ms = START_MS - 30_000;
  const sale = await test.createSale(smallSale({ slug, units: all, rounds, openMs: 120_000 }));
  const people: (CrowdPerson & { group: number })[] = [];
  for (let index = 0; index < all; index++) {
    let group = -1;
    let left = index - size.genuine;
    for (let ring = 0; left >= 0; ring++) {
      group = ring;
      left -= size.rings[ring]!;
    }
    // Far from each other, or all would have numbers in a row.
    const digits = BigInt(`0x${createHash("sha256").update(`${number} ${index}`).digest("hex")}`);
    const phone = `+62812${String(digits % 100_000_000n).padStart(8, "0")}`;
    const again = () => test.signIn(number * 10_000 + index, { phone });
    const session = await again();
    people.push({ session, again, ring: group >= 0, group, orderId: "" });
    await test.enter(session, { slug });
  }
  test.clock.ms = START_MS + 10;
  await test.tick();
  for (const [index, person] of people.entries()) {
    test.clock.ms += person.ring ? 150 : 500;
    const place = STREETS[(index * 5) % STREETS.length]!;
    person.orderId = await order(test, slug, person.session, {
      device: person.ring
        ? // Four of five on one: clearly a case, whatever chance makes of their moments.
          `ring-device-${person.group}-${index % 5 === 4 ? 1 : 0}`
        : `device-${number}-${index}`,
      instrument: person.ring
        ? `wallet-ring-${number}-${person.group}`
        : `wallet-${number}-${index}`,
      name: person.ring
        ? RING_NAMES[person.group % 2]!
        : `Pembeli ${"abcdefghijklmnop"[index % 16]}${index}`,
      district: person.ring ? `Gudang ${person.group}` : DISTRICTS[index % DISTRICTS.length]!,
      address: person.ring ? RING_PLACES[person.group % 2]! : `Jalan ${place} no ${index * 3 + 1}`,
    });
  }
  return { slug, crowd: number, sale, people };
}

/** The crew of a trust desk. */
export interface Desk {
  readonly owner: string;
  readonly operator: string;
  readonly reviewer: string;
  readonly secondReviewer: string;
  readonly approver: string;
  readonly auditor: string;
}

export async function openDesk(test: TestServer): Promise<Desk> {
  return {
    owner: await operator(test, "owner", "owner"),
    operator: await operator(test, "operator", "operator"),
    reviewer: await operator(test, "reviewer", "reviewer"),
    secondReviewer: await operator(test, "second", "reviewer"),
    approver: await operator(test, "approver", "approver"),
    auditor: await operator(test, "auditor", "auditor"),
  };
}

/** Throws unless the reply has the status; returns its body. */
export function body(reply: TestReply, status = 200): any {
  if (reply.status !== status) {
    throw new Error(`${reply.status} instead of ${status}: ${JSON.stringify(reply.body)}`);
  }
  return reply.body;
}

/** A parcel left before anybody looked at its order: the courier's word, with its line in the log. */
export async function handOver(sql: Sql, world: CaseSale, orderId: string): Promise<void> {
  await sql`
    with said as (
      insert into order_status (sale_no, order_id, status, handover_reference, said_by, said_at)
      values (${world.sale.saleNo}, ${orderId}, 'handed_over', 'JNE-9', 'courier', now()))
    insert into operator_log (operator_name, action, subject, logged_at)
    values ('courier', 'set order handed_over', ${`${world.slug} ${orderId}`}, now())`;
}

/** Every notice has left and arrived. */
export async function deliverNotices(sql: Sql): Promise<void> {
  await sql`
    with sent as (update outbox set attempts = 1)
    update notice set state = 'delivered', ended_at = now()`;
}
