import { setTimeout as sleep } from "node:timers/promises";
import { must } from "../src/base/assert.ts";
import { placeOnBoard, type Board } from "../src/sale/board.ts";
import { SANDBOX_SIGNATURE } from "../src/connectors/sandbox/sandbox.ts";
import type { PaymentMethod } from "../src/sale/definition.ts";
import { arrivalTimes, type ArrivalCurve } from "./arrivals.ts";
import type { SimulatedBrand } from "./brand.ts";
import type { SeededChance } from "./chance.ts";
import {
  BEHAVIOURS,
  isSettled,
  solve,
  type Behaviour,
  type CrowdSale,
  type CrowdTally,
  type OfferShown,
  type OrderShown,
  type OwnStatus,
} from "./crowdModel.ts";
import { HttpClient, type Call, type Reply } from "./httpClient.ts";
import { LatencyHistogram } from "./latency.ts";
import type { SimulatedPhones } from "./phones.ts";

export interface CrowdOptions {
  readonly address: string;
  readonly entrantCount: number;
  readonly connectionCount: number;
  readonly chance: SeededChance;
  readonly brand: SimulatedBrand;
  readonly phones: SimulatedPhones;
  readonly signPayment: (rawBody: string) => string;
  readonly nowMs: () => number;
}

/** A person, kept small: half a million of them live in one process. */
interface Person {
  session: string | null;
  work: string | null;
  entryId: string | null;
  windowNo: number;
  state: "waiting" | "entered" | "asking" | "done";
}

/** People who click twice, or whose page repeats a request: the same key again. */
const REPEAT_SHARE = 0.02;
const SESSION_MS = 6 * 3_600_000;
const RETRIES = 50;
/** A unit that just came back is offered within a second: looked at this often, nothing moved. */
const SETTLED_LOOKS = 5;

/** Plays a crowd over HTTP: every person signs in, works, joins, waits, and answers an offer. */
export class Crowd {
  readonly #options: CrowdOptions;
  /** For everybody who joins. */
  readonly #http: HttpClient;
  /** For those who have an offer: they do not stand behind the ones who are still joining. */
  readonly #answering: HttpClient;
  readonly #people: Person[];
  #sale: CrowdSale | null = null;
  /** Entered people whose window is sealed, with the earliest place that they can have. */
  #watching: { person: number; earliestPlaceNo: number; askedAtReach: number }[] = [];
  readonly #rankedWindows = new Set<number>();
  readonly #windowMembers = new Map<number, number[]>();
  readonly entryLatency = new LatencyHistogram();
  readonly tally: CrowdTally = {
    signedInCount: 0,
    enteredCount: 0,
    repeatedCount: 0,
    refusedCount: 0,
    failedCount: 0,
    retriedCount: 0,
    offersSeenCount: 0,
    ordersPlacedCount: 0,
    paidCount: 0,
    declinedCount: 0,
    letExpireCount: 0,
    leftUnpaidCount: 0,
    codConfirmedCount: 0,
    methodChangedCount: 0,
    lateDuplicateEventCount: 0,
  };
  board: Board | null = null;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#http = new HttpClient(options.address, options.connectionCount);
    this.#answering = new HttpClient(options.address, Math.ceil(options.connectionCount / 2));
    this.#people = Array.from({ length: options.entrantCount }, () => ({
      session: null,
      work: null,
      entryId: null,
      windowNo: -1,
      state: "waiting",
    }));
  }

  close(): void {
    this.#http.close();
    this.#answering.close();
  }

  /** The sale that the crowd comes for. */
  comeTo(sale: CrowdSale): void {
    this.#sale = sale;
  }

  get #at(): CrowdSale {
    return must(this.#sale, "the crowd was told of no sale");
  }

  get #round(): string {
    return `/v1/sales/${this.#at.slug}/rounds/${this.#at.roundNo}`;
  }

  /** +62 811 0000 0000 and up: numbers of the right form. */
  #phone(index: number): string {
    return `+62811${String(index).padStart(8, "0")}`;
  }

  #channelOf(index: number): CrowdSale["channels"][number] {
    const { channels } = this.#at;
    return channels[index % channels.length] as CrowdSale["channels"][number];
  }

  /** A call that is repeated, with the same key, while the server is busy or away. */
  async #call(call: Call, http = this.#answering): Promise<Reply> {
    for (let attempt = 1; ; attempt++) {
      try {
        const reply = await http.call(call);
        const busy = reply.status === 503 || reply.status === 429;
        if (!busy || attempt >= RETRIES) return reply;
      } catch (error) {
        if (attempt >= RETRIES) throw error;
      }
      this.tally.retriedCount++;
      await sleep(Math.min(2_000, 50 * 2 ** Math.min(attempt, 5)));
    }
  }

  #headers(person: Person, key?: string): Record<string, string> {
    const authorization = `Bearer ${person.session}`;
    return key === undefined ? { authorization } : { authorization, "idempotency-key": key };
  }

  /** Does something for each of the first people, as many at a time as there are connections. */
  async #forEach(
    peopleCount: number,
    act: (index: number, person: Person) => Promise<void>,
    progress: (done: number) => void,
  ): Promise<void> {
    let next = 0;
    let done = 0;
    const worker = async () => {
      for (let index = next++; index < peopleCount; index = next++) {
        await act(index, this.#people[index] as Person);
        if (++done % 500 === 0) progress(done);
      }
    };
    await Promise.all(Array.from({ length: this.#options.connectionCount }, worker));
    progress(done);
  }

  /** The first people sign in with the brand's token, over HTTP. Needs no sale yet. */
  async signIn(peopleCount: number, progress: (done: number) => void): Promise<void> {
    const { brand, nowMs } = this.#options;
    await this.#forEach(
      peopleCount,
      async (index, person) => {
        const customer = { subject: `person-${index}`, phone: this.#phone(index) };
        const reply = await this.#call(
          {
            method: "POST",
            path: "/v1/sign-in/token",
            headers: { "idempotency-key": `sign-in-${index}-0000` },
            body: JSON.stringify({ token: brand.token(customer, nowMs() + SESSION_MS) }),
          },
          this.#http,
        );
        if (reply.status !== 200) return this.#fail(reply);
        person.session = (JSON.parse(reply.body) as { session: string }).session;
        this.tally.signedInCount++;
      },
      progress,
    );
  }

  /** The others come with a session from earlier in the day. */
  bringSessions(fromIndex: number, issue: (phone: string, index: number) => string): void {
    for (let index = fromIndex; index < this.#people.length; index++) {
      (this.#people[index] as Person).session = issue(this.#phone(index), index);
    }
  }

  /** Everybody fetches the proof of work and solves it, as people do while they wait in the lobby. */
  async solveWork(progress: (done: number) => void): Promise<void> {
    const path = `${this.#round}/challenge`;
    await this.#forEach(
      this.#people.length,
      async (_index, person) => {
        if (person.session === null) return;
        const reply = await this.#call(
          { method: "GET", path, headers: this.#headers(person) },
          this.#http,
        );
        if (reply.status !== 200) return this.#fail(reply);
        person.work = solve(reply.body);
      },
      progress,
    );
  }

  #fail(reply: Reply): void {
    this.tally.failedCount++;
    if (this.tally.failedCount <= 3) {
      process.stderr.write(`the crowd got ${reply.status}: ${reply.body.slice(0, 300)}\n`);
    }
  }

  /** Everybody joins at the time the curve gives; nobody waits for anybody else. */
  async arrive(curve: ArrivalCurve, progress: (done: number) => void): Promise<void> {
    const { chance, nowMs } = this.#options;
    const { opensAtMs } = this.#at;
    const times = arrivalTimes(this.#people.length, curve, chance);
    const order = chance.shuffled(this.#people.map((_, index) => index));
    let at = 0;
    let done = 0;
    let broken: unknown = null;
    while (at < times.length) {
      const dueMs = nowMs() - opensAtMs;
      while (at < times.length && (times[at] as number) <= dueMs) {
        // Counted, not collected: half a million promises would be the largest thing in memory.
        this.#enter(order[at] as number).then(
          () => void done++,
          (error: unknown) => {
            broken = error;
            done++;
          },
        );
        at++;
      }
      progress(done);
      await sleep(10);
    }
    while (done < times.length) {
      progress(done);
      await sleep(50);
    }
    progress(done);
    if (broken !== null) throw broken;
  }

  #wishes(index: number, skus: readonly string[]): readonly string[] {
    // Different first wishes; most would also take something else.
    const first = index % skus.length;
    const turned = [...skus.slice(first), ...skus.slice(0, first)];
    return turned.slice(0, 1 + (index % 4));
  }

  async #enter(index: number): Promise<void> {
    const person = this.#people[index] as Person;
    if (person.session === null || person.work === null) return;
    const channel = this.#channelOf(index);
    const call: Call = {
      method: "POST",
      path: `${this.#round}/entries`,
      headers: this.#headers(person, `entry-${index}-0000`),
      body: JSON.stringify({
        channel: channel.code,
        preferences: this.#wishes(index, channel.skus),
        work: person.work,
      }),
    };
    const startMs = performance.now();
    const reply = await this.#call(call, this.#http);
    this.entryLatency.add(performance.now() - startMs);
    person.work = null;
    if (reply.status !== 201) {
      // Too late is an answer, not a failure: the sale said before when it closes.
      if (reply.body.includes("entry_closed")) this.tally.refusedCount++;
      else this.#fail(reply);
      return;
    }
    const entry = JSON.parse(reply.body) as { entryId: string; windowNo: number };
    person.entryId = entry.entryId;
    person.windowNo = entry.windowNo;
    person.state = "entered";
    this.tally.enteredCount++;
    const members = this.#windowMembers.get(entry.windowNo) ?? [];
    this.#windowMembers.set(entry.windowNo, members);
    members.push(index);
    if (this.#options.chance.fraction() < REPEAT_SHARE) await this.#enterAgain(call, reply);
  }

  async #enterAgain(call: Call, first: Reply): Promise<void> {
    const again = await this.#call(call, this.#http);
    if (again.body === first.body) this.tally.repeatedCount++;
    else this.#fail(again);
  }

  /** Follows the board and answers offers until the sale is settled or time is up. */
  async followBoard(progress: (board: Board) => void, untilMs: number): Promise<void> {
    const answering = new Set<Promise<void>>();
    let settledCount = 0;
    for (;;) {
      const reply = await this.#call({ method: "GET", path: `${this.#round}/board` });
      if (reply.status === 200) {
        this.board = JSON.parse(reply.body) as Board;
        this.#rankNewWindows(this.board);
        for (const index of this.#reached(this.board)) {
          const answer = this.#askAndAnswer(index).finally(() => answering.delete(answer));
          answering.add(answer);
        }
        progress(this.board);
      }
      settledCount = this.board !== null && isSettled(this.board) ? settledCount + 1 : 0;
      if (settledCount >= SETTLED_LOOKS || this.#options.nowMs() > untilMs) {
        await Promise.all(answering);
        return;
      }
      await sleep(500);
    }
  }

  /** Each page computes its own place from the board; nobody asks the server for it. */
  #rankNewWindows(board: Board): void {
    for (const window of board.windows) {
      if (this.#rankedWindows.has(window.windowNo)) continue;
      this.#rankedWindows.add(window.windowNo);
      for (const index of this.#windowMembers.get(window.windowNo) ?? []) {
        const person = this.#people[index] as Person;
        const place = placeOnBoard(board, window.windowNo, person.entryId as string);
        this.#watching.push({
          person: index,
          earliestPlaceNo: place?.earliestPlaceNo ?? window.firstPlaceNo,
          askedAtReach: 0,
        });
      }
      this.#windowMembers.delete(window.windowNo);
    }
  }

  /** People whose turn may have come since they last asked. */
  #reached(board: Board): number[] {
    const reach = new Map(
      board.stock.map((line) => [`${line.channel} ${line.sku}`, line.offeredThroughPlaceNo]),
    );
    const due: number[] = [];
    this.#watching = this.#watching.filter((watch) => {
      const { state } = this.#people[watch.person] as Person;
      if (state !== "entered") return state !== "done";
      const channel = this.#channelOf(watch.person);
      const wishes = this.#wishes(watch.person, channel.skus);
      const furthest = Math.max(...wishes.map((sku) => reach.get(`${channel.code} ${sku}`) ?? 0));
      if (furthest >= watch.earliestPlaceNo && furthest > watch.askedAtReach) {
        watch.askedAtReach = furthest;
        due.push(watch.person);
      }
      return true;
    });
    return due;
  }

  async #askAndAnswer(index: number): Promise<void> {
    const person = this.#people[index] as Person;
    person.state = "asking";
    const reply = await this.#call({
      method: "GET",
      path: `${this.#round}/mine`,
      headers: this.#headers(person),
    });
    const status = JSON.parse(reply.body) as OwnStatus;
    if (reply.status !== 200) {
      this.#fail(reply);
      person.state = "done";
    } else if (status.offer?.state === "open") {
      this.tally.offersSeenCount++;
      person.state = "done";
      await this.#answer(index, status.offer);
    } else {
      const waiting = status.place?.state === "waiting" || status.place?.state === "in_window";
      person.state = waiting ? "entered" : "done";
    }
  }

  #behaviour(): Behaviour {
    let left = this.#options.chance.fraction();
    for (const [behaviour, share] of BEHAVIOURS) {
      left -= share;
      if (left < 0) return behaviour;
    }
    return "pay";
  }

  async #answer(index: number, offer: OfferShown): Promise<void> {
    const behaviour = this.#behaviour();
    const offerPath = `/v1/sales/${this.#at.slug}/offers/${offer.offerId}`;
    if (behaviour === "let_expire") {
      this.tally.letExpireCount++;
      return;
    }
    if (behaviour === "decline") {
      const reply = await this.#post(index, `${offerPath}/decline`, "decline");
      if (reply.status === 200) this.tally.declinedCount++;
      return;
    }
    const online = offer.paymentMethods.filter((method) => method !== "cod");
    const wantsCod = behaviour === "cod" && offer.paymentMethods.includes("cod");
    const method = wantsCod ? "cod" : this.#options.chance.pick(online);
    let reply = await this.#post(index, `${offerPath}/order`, "order", { paymentMethod: method });
    if (reply.status === 409 && method === "cod") {
      // The quota is used up; the unit is still held, so pay another way.
      reply = await this.#post(index, `${offerPath}/order`, "order2", { paymentMethod: online[0] });
    }
    if (reply.status !== 201) {
      if (!reply.body.includes("offer_expired")) this.#fail(reply);
      return;
    }
    this.tally.ordersPlacedCount++;
    await this.#settle(index, JSON.parse(reply.body) as OrderShown, behaviour, online);
  }

  async #settle(
    index: number,
    order: OrderShown,
    behaviour: Behaviour,
    online: readonly PaymentMethod[],
  ): Promise<void> {
    const path = `/v1/sales/${this.#at.slug}/orders/${order.orderId}`;
    if (behaviour === "leave_unpaid") {
      this.tally.leftUnpaidCount++;
      return;
    }
    if (order.state === "awaiting_confirmation") {
      await this.#confirmCod(index, path);
      return;
    }
    if (behaviour === "change_method" && online.length > 1) {
      const other = online.find((method) => method !== order.paymentMethod);
      const changed = await this.#post(index, `${path}/payment-method`, "method", {
        paymentMethod: other,
      });
      if (changed.status === 200) this.tally.methodChangedCount++;
    }
    await this.#pay(index, order);
  }

  async #confirmCod(index: number, path: string): Promise<void> {
    const code = await this.#options.phones.codeFor(this.#phone(index));
    if (code === undefined) return;
    const reply = await this.#post(index, `${path}/confirmation`, "confirm", { code });
    if (reply.status === 200) this.tally.codConfirmedCount++;
    else this.#fail(reply);
  }

  /** The payment service reports: sometimes out of order, sometimes twice. */
  async #pay(index: number, order: OrderShown): Promise<void> {
    const { chance } = this.#options;
    const kinds = chance.fraction() < 0.05 ? ["paid", "pending"] : ["paid"];
    const [, saleNo] = /\/pay\/(\d+)\./.exec(order.payUrl ?? "") ?? [];
    for (const kind of kinds) {
      const twice = chance.fraction() < 0.03;
      const body = JSON.stringify({
        eventId: `${order.orderId}-${kind}`,
        kind,
        reference: `${saleNo}.${order.orderId}`,
        amountMinorUnits: order.priceMinorUnits,
        currency: order.currency,
      });
      for (let time = 0; time < (twice ? 2 : 1); time++) {
        const reply = await this.#call({
          method: "POST",
          path: "/v1/payments/sandbox/events",
          headers: { [SANDBOX_SIGNATURE]: this.#options.signPayment(body) },
          body,
        });
        if (time > 0 || kind === "pending") this.tally.lateDuplicateEventCount++;
        else if (reply.body.includes('"applied"')) this.tally.paidCount++;
        else if (reply.status !== 200) this.#fail(reply);
      }
    }
  }

  #post(index: number, path: string, step: string, body?: unknown): Promise<Reply> {
    return this.#call({
      method: "POST",
      path,
      headers: this.#headers(this.#people[index] as Person, `${step}-${index}-0000`),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}
