import { readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { Writable } from "node:stream";
import pino from "pino";
import { beforeAll, expect, it } from "vitest";
import { shippedPolicy } from "../../../src/cases/policy/shippedPolicy.ts";
import { ROUTES } from "../../../src/api/routes.ts";
import { body, endedSale, openDesk, type CaseSale, type Desk } from "../../helpers/cases.ts";
import {
  Canaries,
  filesSince,
  pathsWith,
  storedColumns,
  textInputs,
  textOfFile,
} from "../../helpers/canaries.ts";
import {
  covers,
  EMPTY,
  LEGIT_ANSWERS,
  LEGIT_COLUMNS,
  NAMES_SOMETHING,
  STAFF,
  type Asker,
  type Legit,
} from "../../helpers/canaryPlaces.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { canaryExport } from "../../helpers/importCanaries.ts";
import { ADDRESSES } from "../../helpers/addresses.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import {
  TestServer,
  type CallOptions,
  type FormParts,
  type TestReply,
} from "../../helpers/server.ts";

const HOUR_MS = 3_600_000;

/*
 * Unique values go in at every input: every free text of every route, and the headers, cookies and
 * addresses of a request. Then every output is searched: every answer to every role, every page,
 * every column of every table, the log, and files. canaryPlaces.ts lists the permitted places, with
 * reasons; all else is a leak.
 */

/** A whole dispute, with every input filled. */
describeOnDatabase("canaries", () => {
  const canaries = new Canaries();
  const startedMs = Date.now();
  const pushed = new Set<string>();
  const said: { asker: Asker; route: string; texts: readonly string[] }[] = [];
  const askers = new Map<string | undefined, Asker>([[undefined, "anonymous"]]);
  let log = "";
  let test: TestServer;
  let desk: Desk;
  let world: CaseSale;
  const real: Record<string, string> = {};

  /** The route that an address belongs to. */
  const routeOf = (method: string, url: string): string => {
    const path = url.replace(/\?.*$/, "");
    const matches = ADDRESSES.filter(
      (route) =>
        route.method === method &&
        new RegExp(`^${route.path.replace(/:\w+/g, "[^/]+").replace("*", ".*")}$`).test(path),
    );
    return matches.length === 0 ? path : `${method} ${matches.sort(byExact)[0]!.path}`;
  };
  const byExact = (a: { path: string }, b: { path: string }) =>
    (a.path.match(/[:*]/g)?.length ?? 0) - (b.path.match(/[:*]/g)?.length ?? 0);

  /** Canaries in everything that comes with a request besides its body. */
  const around = {
    agent: canaries.word("agent"),
    referer: canaries.word("referer"),
    cookie: canaries.word("cookie"),
    query: canaries.word("query"),
    device: canaries.word("device"),
  };

  function listen(): void {
    const plain = test.call.bind(test);
    test.call = async (method, url, given?: CallOptions): Promise<TestReply> => {
      const options = given ?? {};
      const headers = {
        "user-agent": around.agent,
        referer: `https://elsewhere.example/${around.referer}`,
        cookie: `trail=${around.cookie}`,
        "giliran-device": around.device,
        ...options.headers,
      };
      const asked = `${url}${url.includes("?") ? "&" : "?"}trail=${around.query}`;
      const reply = await plain(method, asked, { ...options, headers });
      const route = routeOf(method, url);
      const text = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
      const asker = askers.get(options.session) ?? "buyer";
      said.push({ asker, route, texts: [text, JSON.stringify(reply.headers)] });
      const id = ROUTES.find((one) => `${one.method} ${one.path}` === route)?.id;
      const has = (one: string) => canaries.kindsIn(one).length > 0;
      const { body: sent = options.form?.fields } = options;
      const content = typeof sent === "string" ? JSON.parse(sent) : sent;
      const paths = [
        ...pathsWith(content, has),
        ...pathsWith(options.form?.files.map(textOfUpload), has, "files"),
      ];
      if (id) for (const path of paths) pushed.add(`${id} ${path}`);
      return reply;
    };
  }

  const contactOf = (kind: string) => `${canaries.word(kind).toLowerCase()}@contoh.id`;

  /** The crowd's own values, as they were ordered with. */
  async function addCrowd(kind: string): Promise<void> {
    const rows = await test.database.sql<
      { factsCipher: Buffer; accountKey: string; instrumentKey: string | null }[]
    >`
      select f.facts_cipher, f.instrument_key, p.account_key
      from order_facts f join purchase_order p using (sale_no, order_id)`;
    for (const row of rows) {
      const facts = JSON.parse(test.keyring.decrypt(row.factsCipher)) as Record<string, string>;
      for (const name of ["name", "phone", "address", "deviceId"] as const)
        if (facts[name]) canaries.add(kind, facts[name]);
      // Keyed hashes are no names, but whoever has two could join them.
      canaries.add("key", row.accountKey);
      if (row.instrumentKey) canaries.add("key", row.instrumentKey);
    }
  }

  async function signInByCode(contact: string): Promise<string> {
    body(await test.post("/v1/sign-in/codes", undefined, { contact }), 202);
    const [newest] = await test.messages("sign_in_code");
    const code = /\d{6}/.exec(newest!.text)![0];
    const { session } = body(await test.post("/v1/sign-in", undefined, { contact, code }));
    canaries.add("session", session);
    return session;
  }

  /** Somebody who works here, from the invitation on. */
  async function hire(): Promise<void> {
    const { invitation } = body(
      await test.post("/v1/operator/invitations", desk.owner, { role: "reviewer" }),
      201,
    );
    canaries.add("invitation", invitation);
    const name = canaries.word("staff");
    const password = canaries.word("password");
    body(
      await test.post("/v1/operators/invitation", undefined, { invitation, name, password }),
      201,
    );
    const { session } = body(
      await test.post("/v1/operators/session", undefined, { name, password }),
    );
    askers.set(session, "reviewer");
    canaries.add("session", session);
    const change = { old: password, new: canaries.word("password") };
    body(await test.post("/v1/operator/password", session, change));
    const key = {
      name: canaries.word("keyName"),
      capabilities: ["sale.read", "sale.manage"],
      days: 30,
    };
    const { token, keyId } = body(await test.post("/v1/operator/keys", desk.owner, key), 201);
    canaries.add("keyToken", token);
    Object.assign(real, { keyId, program: token });
    askers.set(token, "program");
    const view = { name: canaries.word("view"), document: { search: canaries.word("view") } };
    body(await test.post("/v1/operator/views", session, view));
    body(await test.post("/v1/operator/views/removal", session, { name: view.name }));
    body(await test.post("/v1/operator/views", session, view));
  }

  /** A sale in which people share turns, object, and order. */
  async function sell(): Promise<void> {
    test.clock.ms = START_MS - HOUR_MS;
    await test.createSale(smallSale());
    const { remedy, ...shipped } = shippedPolicy(1);
    const generous = { ...shipped, name: "own", remedy: { ...remedy, failureCreditShare: 1 } };
    const { digest } = body(await test.post("/v1/operator/policies", desk.operator, generous), 201);
    body(await test.post("/v1/operator/sales/small/policy", desk.operator, { digest }));
    test.clock.ms = START_MS - 30_000;
    const home = {
      name: canaries.word("profile"),
      address: `Jalan ${canaries.word("profile")} no 4`,
      city: "Bandung",
      verified: true,
    };
    const people = [];
    for (const person of [1, 2, 3]) {
      const phone = canaries.phone("phone");
      const who = person < 3 ? home : {};
      const subject = canaries.word("subject");
      const session = await test.signIn(person, { phone, subject, ...who });
      canaries.add("session", session);
      askers.set(session, "buyer");
      people.push(session);
      body(await test.enter(session), 201);
    }
    const email = await signInByCode(contactOf("email"));
    askers.set(email, "buyer");
    await signInByCode(canaries.phone("phone"));
    test.clock.ms = START_MS + 10;
    await test.tick();
    const sharing = await Promise.all(people.map((session) => test.mine(session)));
    const shared =
      people[sharing.findIndex((one) => one.sharedTurn !== null && one.offer === null)]!;
    const statement = `${canaries.word("objection")}: kami ayah dan anak.`;
    body(await test.post("/v1/sales/small/rounds/1/objection", shared, { statement }), 201);
    const { objections } = body(await test.get("/v1/operator/objections", desk.reviewer));
    real["entryId"] = objections[0].entryId;
    const path = `/v1/operator/sales/small/rounds/1/objections/${objections[0].entryId}`;
    const answer = `${canaries.word("turnAnswer")}: dua KTP kami lihat.`;
    body(await test.post(path, desk.reviewer, { about: "entry", verdict: "apart", answer }));
    real["buyer"] = people[2]!;
    const { offer, entry } = await test.mine(people[2]!);
    Object.assign(real, { offerId: offer.offerId, ticket: entry.ticket });
    const delivery = {
      name: canaries.word("recipient"),
      phone: canaries.phone("phone"),
      address: `Jalan ${canaries.word("address")} no 9`,
      district: canaries.word("region"),
      city: canaries.word("region"),
    };
    const order = await test.post(`/v1/sales/small/offers/${offer.offerId}/order`, people[2], {
      paymentMethod: "cod",
      delivery,
    });
    real["orderId"] = body(order, 201).orderId;
    const [code] = await test.messages("cod_code");
    canaries.add("code", /\d{6}/.exec(code!.text)![0]);
    const orders = `/v1/sales/small/orders/${real["orderId"]}`;
    body(await test.post(`${orders}/payment-method`, people[2], { paymentMethod: "va" }));
    const { order: changed } = await test.mine(people[2]!);
    real["reference"] = /\/pay\/(.+)$/.exec(changed.payUrl)![1]!;
    const event = JSON.stringify({
      eventId: canaries.word("payment"),
      paymentId: canaries.word("payment"),
      refundId: canaries.word("payment"),
      kind: "paid",
      reference: real["reference"],
      currency: "IDR",
      amountMinorUnits: changed.priceMinorUnits,
      instrument: canaries.word("instrument"),
    });
    const headers = {
      "content-type": "application/json",
      "sandbox-signature": test.server.signPayment(event),
    };
    body(
      await test.call("POST", "/v1/payments/sandbox/events", { body: event, headers, key: null }),
    );
    // Another order to the same recipient waits, and its buyer objects.
    const second = people[people[0] === shared ? 1 : 0]!;
    const next = `/v1/sales/small/offers/${(await test.mine(second)).offer.offerId}/order`;
    body(await test.post(next, second, { paymentMethod: "va", delivery }), 201);
    const objected = { statement: `${canaries.word("objection")}: kami ibu dan anak.` };
    body(await test.post("/v1/sales/small/rounds/1/objection", second, objected), 201);
    const other = await test.mine(people[1]!);
    const words = [canaries.word("reason"), canaries.word("reason")];
    const reason = { id: `${words[0]} kami gagal.`, en: `${words[1]} we failed.` };
    const credit = { turns: [{ ticket: other.entry.ticket, sku: "BLUE" }], reason };
    const lists = "/v1/operator/sales/small/credit-lists";
    const { listId, digest: seen } = body(await test.post(lists, desk.operator, credit), 201);
    body(await test.post(`${lists}/${listId}/approval`, desk.approver, { digest: seen }));
    const message = { id: canaries.word("message"), en: canaries.word("message") };
    body(await test.post("/v1/operator/sales/small/message", desk.operator, { message }));
  }

  /** A draft, a policy and an export, as operators hand them in. */
  async function prepare(): Promise<void> {
    const example = JSON.parse(readFileSync("examples/poco-m3.sale.json", "utf8"));
    const title = { id: canaries.word("title"), en: canaries.word("title") };
    body(
      await test.post("/v1/operator/sales", desk.operator, { ...example, title, slug: "draft" }),
      201,
    );
    const policy = { ...shippedPolicy(1), name: canaries.word("policyName").toLowerCase() };
    const published = await test.post("/v1/operator/policies", desk.operator, policy);
    real["digest"] = body(published, 201).digest;
    const given = canaryExport("zqimportxv");
    for (const canary of given.canaries) canaries.add("import", canary);
    const link = { name: canaries.word("linkName"), grade: "weak", column: "device_id" };
    const columns = { order_id: "order_id", ordered_at: "ordered_at" };
    const forms = [{}, { map: JSON.stringify({ columns, links: [link] }) }].map((fields) => {
      const name = `${canaries.word("exportName")}.csv`;
      return { fields, files: [{ field: "file", name, content: given.csv }] };
    });
    for (const form of forms) {
      body(await test.send("/v1/operator/imports/preview", desk.operator, form));
      const imported = await test.send("/v1/operator/imports", desk.operator, form);
      real["importId"] ??= body(imported, 201).importId;
    }
  }

  async function decide(): Promise<void> {
    const path = `/v1/operator/sales/${world.slug}/cases/1`;
    const { orders, version } = body(await test.get(path, desk.reviewer));
    const asked = { orderId: orders[0].orderId, purpose: canaries.word("purpose") };
    body(await test.post(`${path}/unmasked`, desk.reviewer, asked));
    body(await test.post(`${path}/notes`, desk.reviewer, { note: canaries.word("note") }));
    const verdict = { version, verdict: "cancel", note: canaries.word("note") };
    body(await test.post(`${path}/decision`, desk.reviewer, verdict));
    const batches = `/v1/operator/sales/${world.slug}/batches`;
    const { selectionDigest, batchId } = body(await test.post(batches, desk.operator, {}), 201);
    real["batchId"] = batchId;
    for (const who of [desk.operator, desk.approver])
      body(await test.post(`/v1/operator/batches/${batchId}/approval`, who, { selectionDigest }));
    test.clock.ms += HOUR_MS;
    await test.server.caseWorker.run();
  }

  async function appeal(): Promise<void> {
    const links = await test.decisionLinks();
    for (const link of links) canaries.add("link", link);
    real["link"] = links[0]!;
    const statement = () => `${canaries.word("statement")}: kami serumah.`;
    const form = () => ({
      fields: { statement: statement() },
      files: [
        {
          field: "files",
          name: `${canaries.word("fileName")}.pdf`,
          content: `%PDF-1.4\n% ${canaries.word("fileText")}\n%%EOF`,
        },
      ],
    });
    const filed = await test.send(`/v1/decisions/${links[0]}/appeal`, undefined, form());
    body(filed, 201);
    const ring = world.people.filter((person) => person.ring);
    for (const person of ring) {
      const session = await person.again();
      askers.set(session, "buyer");
      const { decisions } = body(await test.get("/v1/me/decisions", session));
      const [own] = decisions;
      if (!own || own.appeal) continue;
      Object.assign(real, { decisionId: own.decisionId });
      body(await test.send(`/v1/me/decisions/${own.decisionId}/appeal`, session, form()), 201);
      break;
    }
    const { appeals } = body(await test.get("/v1/operator/appeals", desk.secondReviewer));
    const answer = {
      id: `${canaries.word("appealAnswer")} kami keliru.`,
      en: `${canaries.word("appealAnswer")} we were wrong.`,
    };
    real["appealId"] = appeals[0].appealId;
    for (const { appealId } of appeals) {
      const path = `/v1/operator/appeals/${appealId}/decision`;
      body(await test.post(path, desk.secondReviewer, { outcome: "upheld", answer }));
    }
    const status = { status: "delivery_failed", handoverReference: canaries.word("handover") };
    await test.post(
      `/v1/operator/sales/${world.slug}/orders/${world.people[0]!.orderId}/status`,
      desk.operator,
      status,
    );
    const report = `/v1/operator/sales/${world.slug}/report`;
    body(await test.post(report, desk.operator, {}), 201);
    body(await test.post(report, desk.operator, { correction: canaries.word("correction") }), 201);
    await test.database.sql`update notice set state = 'delivered', ended_at = now()`;
    const announcement = `/v1/operator/batches/${real["batchId"]}/announcement`;
    const correction = canaries.word("correction");
    body(await test.post(announcement, desk.operator, { correction }));
    await test.get(`/v1/operator/search?q=${canaries.word("search")}`, desk.owner);
    pushed.add("search query.q");
  }

  beforeAll(async () => {
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        log += chunk.toString();
        done();
      },
    });
    test = await TestServer.start({ logger: pino({ level: "trace" }, stream) });
    desk = await openDesk(test);
    for (const [name, session] of Object.entries(desk)) {
      const role = name === "secondReviewer" ? "reviewer" : (name as Asker);
      askers.set(session, role);
      canaries.add("session", session);
    }
    world = await endedSale(test, { genuine: 20, rings: [8] });
    await addCrowd("crowd");
    await test.act(world.sale, "close");
    await test.server.caseWorker.run();
    listen();
    const nowMs = test.clock.ms;
    await hire();
    await sell();
    test.clock.ms = Math.max(test.clock.ms, nowMs);
    await addCrowd("own");
    await prepare();
    await decide();
    await appeal();
    Object.assign(real, { slug: world.slug, roundNo: "1", caseNo: "1", fileNo: "1" });
    const { orderId } = world.people.find(({ ring }) => ring)!;
    Object.assign(real, { orderId, stranger: await test.signIn(99) });
    askers.set(real["stranger"], "stranger");
    body(await test.post("/v1/me/erasure", await test.signIn(98)), 202);
    const open = await test.post("/v1/operator/invitations", desk.owner, { role: "auditor" });
    canaries.add("invitation", body(open, 201).invitation);
  }, 240_000);

  it("every text that a route takes was pushed through, or names something that is looked up", () => {
    const inputs = ROUTES.flatMap(textInputs);
    expect(inputs.length).toBeGreaterThan(60);
    const known = new Set([...NAMES_SOMETHING, ...pushed]);
    expect(inputs.filter((input) => ![...known].some((one) => covers(input, one)))).toEqual([]);
    expect(NAMES_SOMETHING.filter((one) => !inputs.includes(one))).toEqual([]);
  });

  it("no answer holds what is not for its reader", async () => {
    const readers: [Asker, string | undefined][] = [
      ["anonymous", undefined],
      ["buyer", real["buyer"]],
      ["stranger", real["stranger"]],
      ["program", real["program"]],
      ...STAFF.map((role): [Asker, string] => [role, desk[role as keyof Desk]]),
    ];
    const paths = ADDRESSES.filter(({ method }) => method === "GET");
    expect(paths.length).toBeGreaterThan(60);
    const answered = new Set<string>();
    for (const { path } of paths) {
      const url = path
        .replaceAll(/:(\w+)/g, (_, name: string) => real[name] ?? `:${name}`)
        .replace("/assets/*", "/assets/mark.svg")
        .replace("*", "x")
        .replace(/search$/, "search?q=Zq");
      expect(url, "give the parameter a real value above").not.toContain(":");
      for (const [, session] of readers) {
        const { status } = await test.get(url, session);
        if (status === 200) answered.add(path);
      }
    }
    const unanswered = paths.map(({ path }) => path).filter((path) => !answered.has(path));
    expect(unanswered).toEqual(["/v1/me/codes"]); // there on a trial machine only
    const leaks = new Set<string>();
    const used = new Set<Legit>();
    // Most pages are the same for everybody: each text is looked through once.
    const seen = new Map<string, string[]>();
    const kindsIn = (text: string) => {
      const kinds = seen.get(text) ?? canaries.kindsIn(text);
      seen.set(text, kinds);
      return kinds;
    };
    for (const { asker, route, texts } of said) {
      for (const kind of texts.flatMap(kindsIn)) {
        const legit = LEGIT_ANSWERS.find(
          (one) => one.kinds.includes(kind) && one.at.test(route) && one.who.includes(asker),
        );
        if (legit) used.add(legit);
        else leaks.add(`${asker}: ${route}: ${kind}`);
      }
    }
    expect([...leaks].sort()).toEqual([]);
    expect(LEGIT_ANSWERS.filter((one) => !used.has(one))).toEqual([]);
  });

  it("no column holds what should be encrypted or hashed", async () => {
    const columns = await storedColumns(test.database.sql);
    const empty = columns
      .filter(({ rows }) => rows === 0)
      .map(({ place }) => place.replace(/\..*/, ""));
    expect([...new Set(empty)].sort()).toEqual(Object.keys(EMPTY).sort());
    const leaks = columns.flatMap(({ place, text }) =>
      canaries
        .kindsIn(text)
        .filter((kind) => kind !== "key")
        .filter(
          (kind) => !LEGIT_COLUMNS.some((one) => one.kinds.includes(kind) && one.at.test(place)),
        )
        .map((kind) => `${place}: ${kind}`),
    );
    expect(leaks).toEqual([]);
  });

  it("neither the log nor a file holds any", () => {
    expect(canaries.kindsIn(log)).toEqual([]);
    // The database's own files hold what its columns hold, which were looked through above.
    const database = /\/(base|pg_wal|global)(\/|$)/;
    const skip = (path: string) => database.test(path) || /node_modules|vitest|esbuild/.test(path);
    const files = filesSince(tmpdir(), startedMs, skip);
    const leaks = files.map((path) => [path, canaries.kindsIn(textOfFile(path))] as const);
    expect(leaks.filter(([, kinds]) => kinds.length > 0)).toEqual([]);
  });

  it("the control: where they are asked for, they are found", () => {
    const unmasked = said.find(({ route }) => route.endsWith("/unmasked"))!;
    expect(unmasked.texts.flatMap((text) => canaries.kindsIn(text))).toContain("crowd");
    expect(canaries.kindsIn(Buffer.from(around.agent).toString("base64"))).toContain("agent");
    expect(canaries.kindsIn(`x${Buffer.from(around.agent).toString("hex")}`)).toContain("agent");
  });
});

const textOfUpload = ({ name, content }: FormParts["files"][number]) => ({
  name,
  content: Buffer.from(content).toString("utf8"),
});
