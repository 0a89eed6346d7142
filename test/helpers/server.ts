import { createHash, hash, randomUUID } from "node:crypto";
import pino from "pino";
import { afterAll } from "vitest";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { readMessages } from "../../sim/fakes/readMessages.ts";
import { createKeyring, type Keyring } from "../../src/access/io/keyring.ts";
import { setSalePolicy } from "../../src/cases/policy/io/policyRoutes.ts";
import { SANDBOX_SIGNATURE } from "../../src/connectors/payments/sandbox/sandbox.ts";
import { faultText } from "../../src/proof/fsck/fault.ts";
import { fsck } from "../../src/proof/fsck/io/fsck.ts";
import { changeSaleState } from "../../src/sale/io/operatorSaleRoutes.ts";
import { createSale, type StoredSale } from "../../src/sale/io/saleStore.ts";
import type { SaleDefinition } from "../../src/sale/definition.ts";
import type { SaleAction } from "../../src/sale/saleState.ts";
import { createServer, type Server, type ServerOptions } from "../../src/server.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { START_MS } from "./sale.ts";

/** A clock that a test turns by hand. */
export class TestClock {
  ms = START_MS;

  nowMs(): number {
    return this.ms;
  }
}

export interface TestReply {
  readonly status: number;
  readonly body: any; // eslint-disable-line -- answers of many shapes, looked at by tests only
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface FormParts {
  readonly fields?: Readonly<Record<string, string>>;
  readonly files: readonly {
    readonly field: string;
    readonly name: string;
    readonly content: string | Uint8Array;
  }[];
}

export interface CallOptions {
  readonly session?: string | undefined;
  readonly key?: string | null;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Instead of a body. */
  readonly form?: FormParts;
}

function formOf({ fields = {}, files }: FormParts): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  for (const { field, name, content } of files) {
    data.append(field, new Blob([content as BlobPart]), name);
  }
  return data;
}

type Parts = Pick<TestServer, "database" | "server" | "clock" | "keyring" | "brand">;

/** A server in this process on a database of its own, with hands to play a sale. */
export class TestServer {
  readonly database: TestDatabase;
  readonly server: Server;
  readonly clock: TestClock;
  readonly keyring: Keyring;
  readonly brand: SimulatedBrand;

  private constructor(parts: Parts) {
    this.database = parts.database;
    this.server = parts.server;
    this.clock = parts.clock;
    this.keyring = parts.keyring;
    this.brand = parts.brand;
  }

  static async start(
    options: Partial<ServerOptions> & { lockTimeoutMs?: number } = {},
  ): Promise<TestServer> {
    const database = await createTestDatabase(options.lockTimeoutMs);
    const clock = new TestClock();
    const keyring = createKeyring(createHash("sha256").update("test").digest());
    const brand = new SimulatedBrand();
    return await TestServer.#on({ database, clock, keyring, brand }, options);
  }

  /** Another server on the same database, at the same time. */
  async beside(options: Partial<ServerOptions> = {}): Promise<TestServer> {
    return await TestServer.#on(this, options);
  }

  static async #on(
    { database, clock, keyring, brand }: Omit<Parts, "server">,
    options: Partial<ServerOptions>,
  ): Promise<TestServer> {
    const server = await createServer({
      sql: database.sql,
      entryPool: database.entryPool,
      keyring,
      clock,
      worker: false,
      logger: pino({ level: "fatal" }),
      brandLogin: brand.login,
      mail: null,
      payments: "sandbox",
      addressRule: null,
      secureCookies: false,
      trustedProxies: [],
      publicUrl: "http://test.example",
      notices: true,
      // A crowd of tests has numbers in a row and the same things; whoever tests the question turns it on.
      doubtTimeoutMs: 0,
      ...options,
    });
    afterAll(() => server.close());
    return new TestServer({ database, server, clock, keyring, brand });
  }

  async call(method: "GET" | "POST", url: string, options: CallOptions = {}): Promise<TestReply> {
    const headers: Record<string, string> = { ...options.headers };
    if (options.session !== undefined) headers.authorization = `Bearer ${options.session}`;
    const key = options.key === undefined ? randomUUID() : options.key;
    if (method === "POST" && key !== null) headers["idempotency-key"] = key;
    let payload = options.body;
    if (options.form) {
      const encoded = new Response(formOf(options.form));
      headers["content-type"] = encoded.headers.get("content-type")!;
      payload = Buffer.from(await encoded.arrayBuffer());
    }
    const response = await this.server.app.inject({
      method,
      url,
      headers,
      ...(payload === undefined ? {} : { payload: payload as object }),
    });
    const json = /json/.test(String(response.headers["content-type"]));
    const lines = /ndjson/.test(String(response.headers["content-type"]));
    return {
      status: response.statusCode,
      body: json && !lines && response.body !== "" ? response.json() : response.body,
      headers: response.headers,
    };
  }

  get = (url: string, session?: string) => this.call("GET", url, { session });

  post = (url: string, session: string | undefined, body?: unknown, key?: string | null) =>
    this.call("POST", url, { session, body, ...(key === undefined ? {} : { key }) });

  /** Sends a form with files, as a browser does. */
  async send(
    url: string,
    session: string | undefined,
    form: FormParts,
    key?: string | null,
  ): Promise<TestReply> {
    return await this.call("POST", url, {
      session,
      form,
      ...(key === undefined ? {} : { key }),
    });
  }

  async createSale(definition: SaleDefinition, open = true): Promise<StoredSale> {
    const chainEnds = definition.rounds.map((_, index) =>
      createHash("sha256").update(`chain ${definition.slug} ${index}`).digest(),
    );
    const { sql } = this.database;
    const sale = await createSale(sql, this.keyring, {
      definition,
      nowMs: this.clock.ms,
      chainEnds,
    });
    const policy = { nowMs: this.clock.ms };
    await sql.begin((tx) => setSalePolicy(tx, sale!, policy));
    if (open) await this.act(sale!, "open");
    return sale!;
  }

  async act(sale: StoredSale, action: SaleAction): Promise<void> {
    const change = { action, nowMs: this.clock.ms };
    await this.database.sql.begin((tx) => changeSaleState(tx, sale, change));
  }

  /** A session by the brand's token; the same number is the same person. */
  async signIn(
    person: number,
    change: Partial<Parameters<SimulatedBrand["token"]>[0]> = {},
  ): Promise<string> {
    const phone = `+62811${String(person).padStart(8, "0")}`;
    const customer = { subject: `person-${person}`, phone, ...change };
    const token = this.brand.token(customer, this.clock.ms + 6 * 3_600_000);
    const reply = await this.post("/v1/sign-in/token", undefined, { token });
    return reply.body.session as string;
  }

  async work(session: string, slug = "small", roundNo = 1): Promise<string> {
    const reply = await this.get(`/v1/sales/${slug}/rounds/${roundNo}/challenge`, session);
    return solve(reply.body);
  }

  /** Joins with everything that a join needs. */
  async enter(
    session: string,
    change: {
      slug?: string;
      roundNo?: number;
      channel?: string;
      preferences?: string[];
      key?: string;
      work?: string;
    } = {},
  ): Promise<TestReply> {
    const { slug = "small", roundNo = 1, channel = "shop", preferences = ["RED", "BLUE"] } = change;
    const work = change.work ?? (await this.work(session, slug, roundNo));
    const body = { channel, preferences, work };
    return await this.post(
      `/v1/sales/${slug}/rounds/${roundNo}/entries`,
      session,
      body,
      change.key,
    );
  }

  mine = async (session: string, slug = "small", roundNo = 1) =>
    (await this.get(`/v1/sales/${slug}/rounds/${roundNo}/mine`, session)).body;

  /** A report of the sandbox payment service: about the order's first payment, if none is named. */
  async pay(
    order: any,
    kind = "paid",
    eventId: string = randomUUID(),
    change: object = {},
  ): Promise<TestReply> {
    const [, reference] = /\/pay\/(.+)$/.exec(order.payUrl ?? `x/pay/1.${order.orderId}`)!;
    const body = JSON.stringify({
      eventId,
      kind,
      paymentId: `first of ${order.orderId}`,
      reference,
      amountMinorUnits: order.priceMinorUnits,
      currency: order.currency,
      ...change,
    });
    const headers = {
      "content-type": "application/json",
      [SANDBOX_SIGNATURE]: this.server.signPayment(body),
    };
    return await this.call("POST", "/v1/payments/sandbox/events", { body, headers, key: null });
  }

  /** Messages of a kind, newest first, as their readers get them. */
  messages = (kind: Parameters<typeof readMessages>[2]) =>
    readMessages(this.database.sql, this.keyring, kind);

  /** The links in the notices of decisions, as the buyers' inboxes hold them. */
  async decisionLinks(): Promise<string[]> {
    const notices = await this.messages("decision");
    return notices.map(({ text }) => /\/d\/([0-9a-f]{48})/.exec(text)![1]!);
  }

  /** One round of the worker's work. */
  tick = () => this.server.worker.tick();

  /** Every fault that fsck finds, in one sale or in all. */
  async faults(slug?: string): Promise<string[]> {
    const { keyring, clock } = this;
    const findings = await fsck(this.database.sql, { slug, keyring, nowMs: clock.ms });
    return findings.flatMap(({ check, faults }) =>
      faults.map((fault) => `${check}: ${faultText(fault)}`),
    );
  }
}

/** Solves a challenge as a page does. */
export function solve(challenge: {
  algorithm: string;
  challenge: string;
  salt: string;
  signature: string;
  maxnumber: number;
}): string {
  for (let number = 0; number <= challenge.maxnumber; number++) {
    if (hash("sha256", challenge.salt + number, "hex") === challenge.challenge) {
      return Buffer.from(JSON.stringify({ ...challenge, number })).toString("base64");
    }
  }
  throw new Error("no solution");
}
