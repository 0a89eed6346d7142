import { randomBytes, randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { simulatedPhone } from "../../sim/crowd/crowd.ts";
import { HttpClient } from "../../sim/crowd/httpClient.ts";
import { createKeyring, type Keyring } from "../../src/access/io/keyring.ts";
import { COSTS, type CostKind } from "../../src/api/cost.ts";
import { ensureDatabase, openBackend, type Backend } from "../../src/db/backend.ts";
import { connect, type Sql } from "../../src/db/connect.ts";
import { migrate, readMigrations } from "../../src/db/migrate.ts";
import { createSale } from "../../src/sale/io/saleStore.ts";
import { askThread } from "../../src/threads/thread.ts";
import type { LoadRequest, LoadThread } from "../helpers/children/loadThread.ts";
import { openSale } from "../helpers/openSale.ts";
import { smallSale } from "../helpers/sale.ts";
import {
  SECRET,
  serverEnvironment,
  startServerProcess,
  type ServerProcess,
} from "../helpers/serverProcess.ts";

const LOAD_THREAD = new URL("../helpers/children/loadThread.ts", import.meta.url);
const CONNECTIONS = 8;
const LOAD_MS = 5_000;
const IDLE_MS = 700;
const ENTRIES = 20_000;
/** Accounts that look at their place in turn: each may do so four times a second. */
const PROBERS = 60;
const PROBE_PAUSE_MS = 10;

/** The effect of a stranger's load on a buyer. */
const FACTOR = 10;
const MOST_MS = 250;
/** An idle answer takes a millisecond or two: ten times that is less than what a shared machine does by chance. */
const NOISE_MS = 100;
/** A busy machine only makes it slower: one quiet window of three is enough to see what the server does. */
const TRIES = 3;

const p95 = (times: readonly number[]) =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.POSITIVE_INFINITY;

/** The old attacks, and the like, one for each kind of cost. `status`: an answer that must be among those given. */
interface Attack {
  readonly requests: readonly LoadRequest[];
  readonly status: string;
  readonly connections?: number;
}

const key = { "idempotency-key": "cost-test-{n}" };
const br = { "accept-encoding": "br" };
const round = "/v1/sales/cost/rounds/1";

/** A form with one file, as a browser sends it. */
function form(fields: Readonly<Record<string, string>>, file: { field: string; content: string }) {
  const boundary = "----cost";
  const parts = Object.entries(fields).map(
    ([name, value]) => `content-disposition: form-data; name="${name}"\r\n\r\n${value}`,
  );
  const named = `content-disposition: form-data; name="${file.field}"; filename="x"`;
  parts.push(`${named}\r\ncontent-type: application/octet-stream\r\n\r\n${file.content}`);
  const body = parts.map((part) => `--${boundary}\r\n${part}\r\n`).join("");
  return {
    headers: { ...key, "content-type": `multipart/form-data; boundary=${boundary}` },
    body: `${body}--${boundary}--\r\n`,
  };
}

/** Streams that never end: once, each was looked for to the end of the file. */
const endlessPdf = `%PDF-1.7\n${"stream\n".repeat(114_000)}`;

const LINK = "1".repeat(48);

/** An export with so many orders, a megabyte for ten thousand. */
function exportOf(orders: number): string {
  const columns = "order_id,channel,account_id,ordered_at,phone,address,city,units,sku,unit_price";
  const rows = Array.from({ length: orders }, (_, no) => {
    const at = new Date(Date.UTC(2021, 0, 26, 3, 0, no % 60)).toISOString();
    const phone = `0812${String(no).padStart(8, "0")}`;
    return `O-${no},Web,account-${no},${at},${phone},Jalan Melati ${no},Bandung,1,RED,1999000`;
  });
  return [columns, ...rows, ""].join("\n");
}

function withSession(session: string, path: string, content: string): LoadRequest {
  const { headers, body } = form({}, { field: "file", content });
  const authorization = `Bearer ${session}`;
  return { method: "POST", path, headers: { ...headers, authorization }, body };
}

/** `operator`, `buyer`: sessions. */
const attacks = (operator: string, buyer: string): Readonly<Record<CostKind, Attack>> => ({
  memory: {
    requests: [
      { method: "GET", path: `${round}/board`, headers: br },
      { method: "GET", path: "/v1/openapi.json", headers: br },
      { method: "GET", path: "/v1/sales" },
      { method: "GET", path: "/v1/sales/no-such-sale-{n}" },
    ],
    status: "200",
  },
  page: {
    requests: [
      { method: "GET", path: "/s/cost", headers: br },
      { method: "GET", path: "/s/cost/board?round={n}", headers: br },
      { method: "GET", path: "/docs" },
      { method: "GET", path: "/" },
    ],
    status: "200",
  },
  database: {
    requests: [
      { method: "GET", path: `/v1/decisions/${"0".repeat(48)}` },
      { method: "GET", path: "/v1/sales/cost/policy" },
      { method: "POST", path: "/v1/sign-in", headers: key, body: CODE },
      { method: "GET", path: "/v1/operator/sales", headers: { authorization: UNKNOWN } },
    ],
    status: "404",
  },
  entry: {
    requests: [
      {
        method: "POST",
        path: `${round}/entries`,
        headers: { ...key, authorization: `Bearer ${buyer}` },
        body: JSON.stringify({ channel: "shop", preferences: ["RED"], work: "bm90aGluZw==" }),
      },
    ],
    status: "400",
  },
  signature: {
    requests: [
      {
        method: "POST",
        path: "/v1/payments/sandbox/events",
        headers: { "sandbox-signature": "0".repeat(64) },
        body: '{"eventId":"{n}"}',
      },
      { method: "POST", path: "/v1/sign-in/token", headers: key, body: '{"token":"a.b.c"}' },
    ],
    status: "400",
  },
  code: {
    requests: [
      {
        method: "POST",
        path: "/v1/sign-in/codes",
        headers: key,
        body: '{"contact":"somebody-{n}@contoh.id"}',
      },
    ],
    status: "202",
  },
  password: {
    requests: [
      {
        method: "POST",
        path: "/v1/operators/session",
        headers: key,
        body: '{"name":"nobody {n}","password":"wrong wrong"}',
      },
      {
        method: "POST",
        path: "/v1/operators/invitation",
        headers: key,
        body: `{"name":"nobody {n}","password":"wrong wrong","invitation":"${"0".repeat(64)}"}`,
      },
    ],
    status: "403",
  },
  record: {
    requests: [
      { method: "GET", path: `${round}/record`, headers: { "accept-encoding": "gzip" } },
      { method: "GET", path: `${round}/record` },
    ],
    status: "200",
  },
  upload: {
    requests: [
      { method: "POST", path: "/v1/operator/imports", headers: key, hugeBytes: 46_000_000 },
      {
        method: "POST",
        path: `/v1/decisions/${"0".repeat(48)}/appeal`,
        headers: key,
        hugeBytes: 12_000_000,
      },
      {
        method: "POST",
        path: `/v1/decisions/${LINK}/appeal`,
        ...form(
          { statement: "A statement that is long enough." },
          { field: "files", content: endlessPdf },
        ),
      },
    ],
    status: "409",
  },
  import: {
    requests: [withSession(operator, "/v1/operator/imports/preview", exportOf(10_000))],
    status: "200",
  },
  thread: {
    requests: [
      {
        method: "POST",
        path: "/v1/operator/rehearsals",
        headers: { ...key, authorization: `Bearer ${operator}` },
        body: JSON.stringify({ slug: "cost", entrants: 2_000 }),
      },
    ],
    status: "200",
  },
});

const CODE = '{"contact":"somebody@contoh.id","code":"000000"}';
const UNKNOWN = `Bearer ${"0".repeat(64)}`;

/* A stranger's load of any kind may slow a buyer's look at her place down, but not stop it. */
describe("what each kind of request costs a buyer", () => {
  let folder = "";
  let backend: Backend;
  let sql: Sql;
  let keyring: Keyring;
  let server: ServerProcess;
  let environment: Record<string, string> = {};
  const brand = new SimulatedBrand();
  const started: ServerProcess[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "giliran-cost-"));
    chmodSync(folder, 0o755);
    backend = await openBackend({ homeFolder: folder, purpose: "cost test", as: "alone" });
    await ensureDatabase(backend);
    sql = connect(backend.target, { poolSize: 2, name: "cost test" });
    await migrate(sql, readMigrations());
    keyring = createKeyring(Buffer.from(SECRET, "hex"));
    await fill();
    const { socketFolder } = backend.target as { socketFolder: string };
    environment = {
      ...serverEnvironment(brand, folder),
      DATABASE_URL: `postgres://giliran@localhost/giliran?host=${socketFolder}`,
      // As it comes: the limits are part of what is tried.
      GILIRAN_ADDRESS_BURST: "",
      GILIRAN_ADDRESS_PER_SECOND: "",
    };
    server = await start(environment);
  });

  afterAll(async () => {
    for (const { child } of started) child.kill("SIGTERM");
    await Promise.all(started.map(({ ended }) => ended));
    await sql?.end();
    await backend?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(settings: Record<string, string>): Promise<ServerProcess> {
    const one = await startServerProcess(settings);
    started.push(one);
    // Scripts are put together at the start, which is no part of what is measured.
    await fetch(`${one.address}/assets/style.css`);
    return one;
  }

  /** A sale that is over, with a line of some thousands and a record of a megabyte. */
  async function fill(): Promise<void> {
    const nowMs = Date.now();
    const base = smallSale({ slug: "cost" });
    const times = { lobbyOpensAtMs: nowMs - 1_000, opensAtMs: nowMs - 500 };
    const rounds = [{ ...base.rounds[0]!, ...times, closesAtMs: nowMs + 3_600_000 }];
    const created = await createSale(sql, keyring, {
      definition: { ...base, rounds },
      nowMs,
      chainEnds: [randomBytes(32)],
    });
    await openSale(sql, created!, nowMs);
    const { saleNo } = created!;
    const zero = Buffer.alloc(32);
    const now = new Date(nowMs);
    await sql`
      insert into sale_window (sale_no, round_no, window_no, opens_at, closes_at, state, entry_count, root,
        secret, beacon, seed, sealed_at, after_movement_no)
      values (${saleNo}, 1, 7, ${now}, ${now}, 'sealed', ${ENTRIES}, ${zero}, ${zero}, ${zero}, ${zero},
        ${now}, 0)`;
    await sql`
      insert into entry (sale_no, round_no, account_key, entry_id, window_no, arrival_no, channel_no,
        preferences, request_key, entered_at)
      select ${saleNo}, 1, gen_random_uuid(), gen_random_uuid(), 7, n, 1, '1', gen_random_uuid(), ${now}
      from generate_series(1, ${ENTRIES}::int) n`;
    await sql`
      insert into decision (decision_id, sale_no, order_id, account_key, state, record, record_digest,
        order_state_before, decided_by, decided_at, appeal_until, link_key)
      values (gen_random_uuid(), ${saleNo}, gen_random_uuid(), gen_random_uuid(), 'in_force', '{}', '',
        'paid', '{}', ${now}, ${now}, ${keyring.identityKey("decision", LINK)})`;
  }

  async function signIn(client: HttpClient, person: number): Promise<string> {
    const customer = { subject: `p${person}`, phone: simulatedPhone(person) };
    const reply = await client.call({
      method: "POST",
      path: "/v1/sign-in/token",
      headers: { "idempotency-key": randomUUID() },
      body: JSON.stringify({ token: brand.token(customer, Date.now() + 3_600_000) }),
    });
    return (JSON.parse(reply.body) as { session: string }).session;
  }

  async function operatorSession(): Promise<string> {
    const token = randomBytes(32).toString("hex");
    const operatorId = randomUUID();
    const now = new Date();
    await sql`
      insert into operator (operator_id, name, password_hash, role, created_at)
      values (${operatorId}, ${`owner ${operatorId}`}, 'none', 'owner', ${now})`;
    await sql`
      insert into operator_session (token_key, operator_id, created_at, expires_at)
      values (${keyring.identityKey("operator", token)}, ${operatorId}, ${now},
        ${new Date(now.getTime() + 3_600_000)})`;
    return token;
  }

  /** How long a buyer waits for her place, ms, again and again for as long as `until` says. */
  async function probe(look: () => Promise<void>, until: () => boolean): Promise<number[]> {
    const times: number[] = [];
    while (!until()) {
      const startMs = performance.now();
      await look();
      times.push(performance.now() - startMs);
      await new Promise((go) => setTimeout(go, PROBE_PAUSE_MS));
    }
    return times;
  }

  /** Idle and under an attack, in a moment of the same noise. */
  async function measure(look: () => Promise<void>, attack: Attack, port: number) {
    const startMs = performance.now();
    const idle = p95(await probe(look, () => performance.now() - startMs > IDLE_MS));
    let over = false;
    const { requests, connections = CONNECTIONS } = attack;
    const loading = askThread<LoadThread>(LOAD_THREAD, {
      port,
      connections,
      forMs: LOAD_MS,
      requests,
    });
    void loading.finally(() => (over = true));
    const times = await probe(look, () => over);
    const bound = Math.min(Math.max(FACTOR * idle, NOISE_MS), MOST_MS);
    return { idle, under: p95(times), bound, outcome: await loading };
  }

  /** Looks of many buyers at their places, in turn, over one connection. */
  async function lookers(client: HttpClient): Promise<() => Promise<void>> {
    const sessions: string[] = [];
    for (let person = 0; person < PROBERS; person++) sessions.push(await signIn(client, person));
    let next = 0;
    return async () => {
      const authorization = `Bearer ${sessions[next++ % PROBERS]}`;
      const reply = await client.call({
        method: "GET",
        path: `${round}/mine`,
        headers: { authorization },
      });
      if (reply.status !== 200) throw new Error(`${reply.status} ${reply.body}`);
    };
  }

  const shown = (kind: string, { idle, under, outcome }: Awaited<ReturnType<typeof measure>>) =>
    `${kind}: p95 ${under.toFixed(1)} ms (idle ${idle.toFixed(1)} ms), answers ${JSON.stringify(outcome)}`;

  it("stays within bounds for every kind", async () => {
    const client = new HttpClient(server.address, 1);
    const look = await lookers(client);
    const table = attacks(await operatorSession(), await signIn(client, 1_000));
    expect(Object.keys(table).sort()).toEqual(Object.keys(COSTS).sort());
    const port = Number(new URL(server.address).port);
    const broken: string[] = [];
    for (const [kind, attack] of Object.entries(table)) {
      for (let tries = 1; tries <= TRIES; tries++) {
        const seen = await measure(look, attack, port);
        console.log(shown(kind, seen));
        expect(seen.outcome, kind).toHaveProperty(attack.status);
        if (seen.under <= seen.bound) break;
        if (tries === TRIES) broken.push(shown(kind, seen));
      }
    }
    client.close();
    expect(broken).toEqual([]);
  });

  it("negative control: where bodies are read before it is asked who sends them, it breaks the bound", async () => {
    const path = "/v1/operator/views";
    const requests: LoadRequest[] = [{ method: "POST", path, headers: key, hugeBytes: 12_000_000 }];
    const guardless = await start({
      ...environment,
      NODE_OPTIONS: `--import=${new URL("../helpers/identityLast.ts", import.meta.url).href}`,
    });
    const client = new HttpClient(guardless.address, 1);
    const port = Number(new URL(guardless.address).port);
    const seen = await measure(
      await lookers(client),
      { requests, status: "401", connections: 4 },
      port,
    );
    console.log(shown("control", seen));
    client.close();
    expect(seen.under).toBeGreaterThan(seen.bound);
  });
});
