/*
 * A simulated crowd over HTTP: it signs in, solves the work, joins, waits, answers offers, and
 * counts what the server acknowledged.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { must } from "../../src/base/assert.ts";
import { placeOnBoard, type Board } from "../../src/sale/board.ts";
import { SANDBOX_SIGNATURE } from "../../src/connectors/payments/sandbox/sandbox.ts";
import type { PaymentMethod } from "../../src/sale/definition.ts";
import { arrivalTimes, type ArrivalCurve } from "./arrivals.ts";
import type { SimulatedBrand } from "./brand.ts";
import type { SeededChance } from "../../src/crowd/chance.ts";
import {
  BEHAVIOURS,
  isNearlySold,
  isSettled,
  solve,
  workText,
  type Answers,
  type Behaviour,
  type CrowdSale,
  type CrowdTally,
} from "./crowdModel.ts";
import { HttpClient, type Call, type Reply } from "./httpClient.ts";
import { LatencyHistogram } from "./latency.ts";
import { People } from "./people.ts";
import type { SimulatedPhones } from "./phones.ts";
import { answered } from "./retries.ts";
import { TurnWatch } from "./turnWatch.ts";

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

/** Share of people who click twice or whose page repeats a request, with the same key. */
const REPEAT_SHARE = 0.02;
/** Enough that no connection is ever idle. */
const ENTERING_FOR_CONNECTION = 4;
const SESSION_MS = 6 * 3_600_000;
/** A returned unit is offered within a second; unchanged for this many looks, all is settled. */
const SETTLED_LOOKS = 5;

/** Odd and no multiple of five, so each index gets its own number. */
const SPREAD = 61_803_399;

/** Valid phone numbers far apart: consecutive ones would look like a phone farm. */
export function simulatedPhone(index: number): string {
  return `+62811${String((index * SPREAD) % 100_000_000).padStart(8, "0")}`;
}

export class Crowd {
  readonly #options: CrowdOptions;
  /** For joining. */
  readonly #http: HttpClient;
  /** For people with an offer, so that they do not queue behind those still joining. */
  readonly #answering: HttpClient;
  #people: People;
  #sale: CrowdSale | null = null;
  /** People whose turn may have come, and those answering. */
  readonly #reached: number[] = [];
  readonly #answers = new Set<Promise<void>>();
  /** People whose window is sealed. */
  #watch = new TurnWatch();
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
    this.#answering = new HttpClient(options.address, options.connectionCount);
    this.#people = new People(options.entrantCount);
  }

  close(): void {
    this.#http.close();
    this.#answering.close();
  }

  /** Forgets the people; keeps the tally. */
  goHome(): void {
    this.close();
    this.#people = new People(0);
    this.#watch = new TurnWatch();
    this.#windowMembers.clear();
  }

  /** Sets the sale that the crowd comes to. */
  comeTo(sale: CrowdSale): void {
    this.#sale = sale;
  }

  get #at(): CrowdSale {
    return must(this.#sale, "the crowd was told of no sale");
  }

  get #round(): string {
    return `/v1/sales/${this.#at.slug}/rounds/${this.#at.roundNo}`;
  }

  #channelOf(index: number): CrowdSale["channels"][number] {
    const { channels } = this.#at;
    return channels[index % channels.length] as CrowdSale["channels"][number];
  }

  /** A call, repeated with the same key while the server is busy or away. */
  #call(call: Call | (() => Call), http = this.#answering): Promise<Reply> {
    return answered(http, call, () => this.tally.retriedCount++);
  }

  #headers(index: number, key?: string): Record<string, string> {
    const authorization = `Bearer ${this.#people.session(index)}`;
    return key === undefined ? { authorization } : { authorization, "idempotency-key": key };
  }

  /** Runs a step for the first people, as many at a time as there are connections. */
  async #forEach(
    peopleCount: number,
    act: (index: number) => Promise<void>,
    progress: (done: number) => void,
  ): Promise<void> {
    let next = 0;
    let done = 0;
    const worker = async () => {
      for (let index = next++; index < peopleCount; index = next++) {
        await act(index);
        if (++done % 500 === 0) progress(done);
      }
    };
    await Promise.all(Array.from({ length: this.#options.connectionCount }, worker));
    progress(done);
  }

  /** The first people sign in with the brand's token; needs no sale yet. */
  async signIn(peopleCount: number, progress: (done: number) => void): Promise<void> {
    const { brand, nowMs } = this.#options;
    await this.#forEach(
      peopleCount,
      async (index) => {
        const customer = { subject: `person-${index}`, phone: simulatedPhone(index) };
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
        const { session } = JSON.parse(reply.body) as Answers["session"];
        this.#people.setSession(index, session);
        this.tally.signedInCount++;
      },
      progress,
    );
  }

  /** The others get a session from earlier in the day. */
  bringSessions(issue: (phone: string, index: number) => string): void {
    this.#people.issueSessions((index) => issue(simulatedPhone(index), index));
  }

  /** Fetches and solves the proof of work, as people do in the lobby. */
  async solveWork(progress: (done: number) => void): Promise<void> {
    const path = `${this.#round}/challenge`;
    await this.#forEach(
      this.#people.count,
      async (index) => {
        if (this.#people.session(index) === null) return;
        const reply = await this.#call(
          { method: "GET", path, headers: this.#headers(index) },
          this.#http,
        );
        if (reply.status !== 200) return this.#fail(reply);
        this.#people.setWork(index, solve(reply.body));
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

  /** Everybody joins at the time of the curve, independent of the others. */
  async arrive(curve: ArrivalCurve, progress: (done: number) => void): Promise<void> {
    const { chance, nowMs } = this.#options;
    const { opensAtMs } = this.#at;
    const times = arrivalTimes(this.#people.count, curve, chance);
    const order = chance.shuffled(Array.from({ length: times.length }, (_, index) => index));
    const fromMs = nowMs() - opensAtMs;
    // Without a free connection people wait as numbers: so many calls would fill the memory.
    const mostAtOnce = ENTERING_FOR_CONNECTION * this.#options.connectionCount;
    let at = 0;
    let done = 0;
    let broken: unknown = null;
    while (done < times.length) {
      const dueMs = nowMs() - opensAtMs;
      while (at < times.length && at - done < mostAtOnce && (times[at] as number) <= dueMs) {
        const waitedMs = dueMs - Math.max(fromMs, times[at] as number);
        this.#enter(order[at] as number, waitedMs).then(
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
    progress(done);
    if (broken !== null) throw broken;
  }

  #wishes(index: number, skus: readonly string[]): readonly string[] {
    // First wishes differ; most people would also take something else.
    const first = index % skus.length;
    const turned = [...skus.slice(first), ...skus.slice(0, first)];
    return turned.slice(0, 1 + (index % 4));
  }

  /** Joins; `waitedMs` is how late the person already is. */
  async #enter(index: number, waitedMs: number): Promise<void> {
    const work = this.#people.work(index);
    if (work === null) return;
    const call = () => this.#entryCall(index, work);
    const startMs = performance.now() - waitedMs;
    const reply = await this.#call(call, this.#http);
    this.entryLatency.add(performance.now() - startMs);
    this.#people.setWork(index, null);
    if (reply.status !== 201) {
      // "Too late" is an answer, not a failure: the closing time was announced.
      if (reply.body.includes("entry_closed")) this.tally.refusedCount++;
      else this.#fail(reply);
      return;
    }
    const entry = JSON.parse(reply.body) as Answers["entry"];
    this.#people.setEntry(index, entry.entryId, entry.windowNo);
    this.tally.enteredCount++;
    const members = this.#windowMembers.get(entry.windowNo) ?? [];
    this.#windowMembers.set(entry.windowNo, members);
    members.push(index);
    if (this.#options.chance.fraction() < REPEAT_SHARE) await this.#enterAgain(call, reply);
  }

  #entryCall(index: number, work: string): Call {
    const channel = this.#channelOf(index);
    const body = {
      channel: channel.code,
      preferences: this.#wishes(index, channel.skus),
      work: workText(work),
    };
    return {
      method: "POST",
      path: `${this.#round}/entries`,
      headers: this.#headers(index, `entry-${index}-0000`),
      body: JSON.stringify(body),
    };
  }

  async #enterAgain(call: () => Call, first: Reply): Promise<void> {
    const again = await this.#call(call, this.#http);
    if (again.body === first.body) this.tally.repeatedCount++;
    else this.#fail(again);
  }

  /** Follows the board and answers offers until the sale is settled or time is up. */
  async followBoard(progress: (board: Board) => void, untilMs: number): Promise<void> {
    let settledCount = 0;
    for (;;) {
      const reply = await this.#call({ method: "GET", path: `${this.#round}/board` });
      if (reply.status === 200) {
        this.board = JSON.parse(reply.body) as Board;
        this.#rankNewWindows(this.board);
        const due = this.#watch.due(this.board, (one) => this.#people.state(one));
        // Shuffled, since people with the same wish would otherwise come in a row. Not spread as
        // arguments: those go on the stack, and a first look may reach fifty thousand people.
        for (const index of this.#options.chance.shuffled(due)) {
          this.#people.setState(index, "asking");
          this.#reached.push(index);
        }
        this.#answerNext();
        progress(this.board);
      }
      settledCount = this.board !== null && isSettled(this.board) ? settledCount + 1 : 0;
      if (settledCount >= SETTLED_LOOKS || this.#options.nowMs() > untilMs) {
        await Promise.all(this.#answers);
        return;
      }
      await sleep(500);
    }
  }

  /**
   * As many people answer at once as there are connections, so each proceeds at a person's speed;
   * the newest offers follow first. With a single queue all second steps waited behind all first
   * ones: of 235,000 offers on a slow machine 11,000 were answered in time.
   */
  #answerNext(): void {
    while (this.#answers.size < this.#options.connectionCount && this.#reached.length > 0) {
      const answer = this.#askAndAnswer(this.#reached.pop() as number).finally(() => {
        this.#answers.delete(answer);
        this.#answerNext();
      });
      this.#answers.add(answer);
    }
  }

  /** Each page computes its own place from the board, without asking the server. */
  #rankNewWindows(board: Board): void {
    for (const window of board.windows) {
      if (this.#rankedWindows.has(window.windowNo)) continue;
      this.#rankedWindows.add(window.windowNo);
      for (const index of this.#membersOf(window)) {
        const own = { entryId: this.#people.entryId(index), setAside: false };
        const place = placeOnBoard(board, { windowNo: window.windowNo, ...own });
        const channel = this.#channelOf(index);
        const wants = { channel: channel.code, skus: this.#wishes(index, channel.skus) };
        this.#watch.add(index, wants, place?.earliestPlaceNo ?? window.firstPlaceNo);
      }
    }
  }

  /** The people of a group of windows, who are then forgotten. */
  #membersOf({ fromWindowNo, windowNo }: Board["windows"][number]): number[] {
    const inGroup = [...this.#windowMembers].filter(([no]) => fromWindowNo <= no && no <= windowNo);
    for (const [no] of inGroup) this.#windowMembers.delete(no);
    return inGroup.flatMap(([, members]) => members);
  }

  async #askAndAnswer(index: number): Promise<void> {
    const reply = await this.#call({
      method: "GET",
      path: `${this.#round}/mine`,
      headers: this.#headers(index),
    });
    const status = JSON.parse(reply.body) as Answers["own"];
    if (reply.status !== 200) {
      this.#fail(reply);
      this.#people.setState(index, "done");
    } else if (status.offer?.state === "open") {
      this.tally.offersSeenCount++;
      this.#people.setState(index, "done");
      await this.#answer(index, status.offer);
    } else {
      const waiting = status.place?.state === "waiting" || status.place?.state === "in_window";
      this.#people.setState(index, waiting ? "entered" : "done");
    }
  }

  #behaviour(): Behaviour {
    if (this.board !== null && isNearlySold(this.board)) return "pay";
    let left = this.#options.chance.fraction();
    for (const [behaviour, share] of BEHAVIOURS) {
      left -= share;
      if (left < 0) return behaviour;
    }
    return "pay";
  }

  async #answer(index: number, offer: Answers["offer"]): Promise<void> {
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
    if (reply.body.includes("step_up_required")) {
      const answer = await this.#options.phones.stepUpAnswer(simulatedPhone(index));
      reply = await this.#post(index, `${offerPath}/step-up`, "step-up", answer);
    }
    if (reply.status === 409 && method === "cod") {
      // The cash-on-delivery quota is used up; the unit is still held, so pay another way.
      reply = await this.#post(index, `${offerPath}/order`, "order2", { paymentMethod: online[0] });
    }
    if (reply.status !== 201) {
      if (!reply.body.includes("offer_expired")) this.#fail(reply);
      return;
    }
    this.tally.ordersPlacedCount++;
    await this.#settle(index, JSON.parse(reply.body) as Answers["order"], behaviour, online);
  }

  async #settle(
    index: number,
    order: Answers["order"],
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
    const code = await this.#options.phones.codeFor(simulatedPhone(index));
    if (code === undefined) return;
    const reply = await this.#post(index, `${path}/confirmation`, "confirm", { code });
    if (reply.status === 200) this.tally.codConfirmedCount++;
    else this.#fail(reply);
  }

  /** Reports of the payment service: some out of order, some twice. */
  async #pay(index: number, order: Answers["order"]): Promise<void> {
    const { chance } = this.#options;
    const kinds = chance.fraction() < 0.05 ? ["paid", "pending"] : ["paid"];
    const [, saleNo] = /\/pay\/(\d+)\./.exec(order.payUrl ?? "") ?? [];
    for (const kind of kinds) {
      const twice = chance.fraction() < 0.03;
      const body = JSON.stringify({
        eventId: `${order.orderId}-${kind}`,
        paymentId: order.orderId,
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
      headers: this.#headers(index, `${step}-${index}-0000`),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}
