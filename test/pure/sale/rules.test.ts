import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalJson } from "../../../src/base/canonical.ts";
import { formatMoney, parseAmount } from "../../../src/base/money.ts";
import {
  formatInstant,
  instantOfLocalTime,
  isTimeZone,
  onIndonesianClocks,
} from "../../../src/base/zone.ts";
import { maskContact, readContact } from "../../../src/access/contact.ts";
import { composeMessage } from "../../../src/messages/message.ts";
import { RateLimiter } from "../../../src/access/rateLimit.ts";
import { mayBeReached, placeOnBoard, waitListOdds, type Board } from "../../../src/sale/board.ts";
import { decideOffers } from "../../../src/sale/line.ts";
import { offerCan, type Offer } from "../../../src/sale/offer.ts";
import { changeWhenDue, orderCan, type Order, type OrderState } from "../../../src/sale/order.ts";
import { saleAfter, type SaleAction, type SaleState } from "../../../src/sale/saleState.ts";
import {
  applyMovement,
  balanceFaults,
  emptyBalance,
  MOVEMENTS,
  type MovementReason,
} from "../../../src/sale/stock.ts";
import { readTicket, ticketPayload } from "../../../src/sale/ticket.ts";
import { lastEndedWindowNo, lastWindowNo, windowAt, windowSpan } from "../../../src/sale/window.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";

describe("money and time", () => {
  it("reads whole amounts and refuses what it would have to round", () => {
    expect(parseAmount("1899000", "IDR")).toEqual({ minorUnits: 189_900_000, currency: "IDR" });
    expect(parseAmount("19.99", "USD")?.minorUnits).toBe(1999);
    expect(parseAmount("100", "JPY")?.minorUnits).toBe(100);
    for (const text of ["19.999", "1,000", "1.899.000", "-5", "", "abc", "1e3"])
      expect(parseAmount(text, "USD")).toBeNull();
    expect(parseAmount("1.5", "JPY")).toBeNull();
    expect(parseAmount("1", "ZZZ")).toBeNull();
  });

  it("writes amounts as people read them", () => {
    expect(formatMoney({ minorUnits: 189_900_000, currency: "IDR" }, "id")).toBe("Rp1.899.000");
    expect(formatMoney({ minorUnits: 1999, currency: "USD" }, "en")).toBe("$19.99");
  });

  it("reads wall-clock time in any zone, and refuses an hour that is missing or there twice", () => {
    expect(instantOfLocalTime("2021-01-26T10:00:00", "Asia/Jakarta")).toBe(START_MS);
    expect(instantOfLocalTime("2021-01-26T12:00:00", "Asia/Jayapura")).toBe(START_MS);
    expect(instantOfLocalTime("2024-02-29T00:00:00", "Asia/Jakarta")).toBe(
      Date.UTC(2024, 1, 28, 17),
    );
    expect(instantOfLocalTime("2023-02-29T00:00:00", "Asia/Jakarta")).toBeNull();
    expect(instantOfLocalTime("2024-03-31T02:30:00", "Europe/Berlin")).toBeNull();
    expect(instantOfLocalTime("2024-10-27T02:30:00", "Europe/Berlin")).toBeNull();
    expect(instantOfLocalTime("2024-10-27T03:30:00", "Europe/Berlin")).toBe(
      Date.UTC(2024, 9, 27, 2, 30),
    );
    for (const text of ["2021-01-26 10:00", "2021-13-01T00:00:00", "2021-01-26T25:00:00", "now"]) {
      expect(instantOfLocalTime(text, "Asia/Jakarta")).toBeNull();
    }
    expect(isTimeZone("Asia/Nowhere")).toBe(false);
  });

  it("shows the zone that Indonesians know", () => {
    expect(formatInstant(START_MS, "Asia/Jakarta", "id")).toMatch(
      /26 Januari 2021.*10\.00\.00 WIB/,
    );
    expect(formatInstant(START_MS, "Asia/Makassar", "en")).toMatch(/11:00:00 WITA/);
    const everywhere = "10.00 WIB · 11.00 WITA · 12.00 WIT";
    expect(onIndonesianClocks(START_MS, "Asia/Jakarta")).toBe(everywhere);
    expect(onIndonesianClocks(START_MS, "Asia/Jayapura")).toBe(everywhere);
    expect(onIndonesianClocks(START_MS, "Europe/Berlin")).toBeNull();
  });

  it("writes canonical JSON whatever the order of keys", () => {
    expect(canonicalJson({ b: [1, null], a: { d: "é", c: true } })).toBe(
      '{"a":{"c":true,"d":"é"},"b":[1,null]}',
    );
  });
});

describe("windows", () => {
  const queue = smallSale().rounds[0]!;
  const draw = smallSale({ mode: "draw" }).rounds[0]!;
  const firstCome = smallSale({ mode: "first_come" }).rounds[0]!;

  it("has the lobby, then seconds, then nothing", () => {
    expect(windowAt(queue, START_MS - 60_001)).toBeNull();
    expect(windowAt(queue, START_MS - 1)?.windowNo).toBe(0);
    expect(windowAt(queue, START_MS)?.windowNo).toBe(1);
    expect(windowAt(queue, START_MS + 59_999)?.windowNo).toBe(60);
    expect(windowAt(queue, START_MS + 60_000)).toBeNull();
    expect(lastWindowNo(queue)).toBe(60);
  });

  it("has one window in a draw and none before opening under first come", () => {
    expect(windowAt(draw, START_MS + 30_000)).toEqual({
      windowNo: 0,
      opensAtMs: START_MS,
      closesAtMs: START_MS + 60_000,
    });
    expect(windowAt(firstCome, START_MS - 1)).toBeNull();
    expect(windowAt(firstCome, START_MS)?.windowNo).toBe(0);
  });

  it("every moment between lobby and closing lies in exactly one window, in order", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(queue, draw, firstCome),
        fc.integer({ min: 0, max: 119_999 }),
        (round, offset) => {
          const nowMs = round.lobbyOpensAtMs + (offset % (round.closesAtMs - round.lobbyOpensAtMs));
          const window = windowAt(round, nowMs)!;
          expect(window.opensAtMs).toBeLessThanOrEqual(nowMs);
          expect(window.closesAtMs).toBeGreaterThan(nowMs);
          expect(windowSpan(round, window.windowNo)).toEqual(window);
          if (window.windowNo > 0)
            expect(windowSpan(round, window.windowNo - 1).closesAtMs).toBe(window.opensAtMs);
          expect(lastEndedWindowNo(round, nowMs)).toBe(window.windowNo - 1);
        },
      ),
    );
  });
});

describe("the line", () => {
  const place = (entryId: string, preferences: number[], unitsHeldCount = 0) => ({
    entryId,
    preferences,
    unitsHeldCount,
  });

  it("gives each the first wish that is left, and nothing beyond", () => {
    const places = [place("a", [1, 2]), place("b", [1]), place("c", [1, 2]), place("d", [2])];
    const { offers } = decideOffers(
      places,
      new Map([
        [1, 1],
        [2, 1],
      ]),
      1,
    );
    expect(offers).toEqual([
      { entryId: "a", variantNo: 1 },
      { entryId: "c", variantNo: 2 },
    ]);
  });

  it("passes over who is at the limit, and says so", () => {
    const decision = decideOffers([place("a", [1], 1), place("b", [1])], new Map([[1, 5]]), 1);
    const offers = [{ entryId: "b", variantNo: 1 }];
    expect(decision).toEqual({ offers, overLimit: ["a"], turnUsed: [] });
  });

  it("never offers more than is free, never passes over anybody who wants what is left", () => {
    const places = fc.array(
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(places, fc.array(fc.nat(6), { minLength: 4, maxLength: 4 }), (wishes, free) => {
        const stock = new Map(free.map((units, index) => [index + 1, units]));
        const list = wishes.map((preferences, index) => place(String(index), preferences));
        const left = new Map(stock);
        const offered = new Map(
          decideOffers(list, stock, 1).offers.map((offer) => [offer.entryId, offer.variantNo]),
        );
        for (const { entryId, preferences } of list) {
          const due = preferences.find((wanted) => (left.get(wanted) ?? 0) > 0);
          expect(offered.get(entryId)).toBe(due);
          if (due !== undefined) left.set(due, left.get(due)! - 1);
        }
      }),
    );
  });

  it("telling a false order of wishes never helps (random serial dictatorship)", () => {
    const wish = fc.shuffledSubarray([1, 2, 3], { minLength: 1 });
    fc.assert(
      fc.property(
        fc.array(wish, { minLength: 2, maxLength: 8 }),
        wish,
        fc.nat(),
        fc.array(fc.nat(2), { minLength: 3, maxLength: 3 }),
        (wishes, lie, n, free) => {
          const stock = new Map(free.map((units, index) => [index + 1, units]));
          const me = n % wishes.length;
          const outcome = (list: number[][]) =>
            decideOffers(
              list.map((preferences, index) => place(String(index), preferences)),
              stock,
              1,
            ).offers.find((offer) => offer.entryId === String(me))?.variantNo;
          const value = (variantNo: number | undefined) => {
            const at = variantNo === undefined ? -1 : wishes[me]!.indexOf(variantNo);
            return at < 0 ? 0 : 10 - at;
          };
          const lied = wishes.map((preferences, index) => (index === me ? lie : preferences));
          expect(value(outcome(lied))).toBeLessThanOrEqual(value(outcome(wishes)));
        },
      ),
    );
  });
});

describe("offers, orders, payments", () => {
  const offer = (change: Partial<Offer> = {}): Offer => ({
    state: "open",
    expiresAtMs: 100,
    extended: false,
    ...change,
  });
  const why = (result: { ok: boolean; why?: string }) => (result.ok ? "ok" : result.why);

  it("an offer is good until it runs out, and longer while the sale is paused", () => {
    expect(why(offerCan.beTakenUp(offer(), 99, false))).toBe("ok");
    expect(why(offerCan.beTakenUp(offer(), 100, false))).toBe("offer_expired");
    expect(why(offerCan.beTakenUp(offer(), 100, true))).toBe("ok");
    expect(why(offerCan.beTakenUp(offer({ state: "declined" }), 1, false))).toBe("offer_ended");
    expect(why(offerCan.beTakenUp(offer({ state: "expired" }), 1, false))).toBe("offer_expired");
    expect(why(offerCan.beExtended(offer(), 1, false))).toBe("ok");
    expect(why(offerCan.beExtended(offer({ extended: true }), 1, false))).toBe("extension_used");
  });

  const order = (state: OrderState): Order => ({ state, paymentMethod: "va", dueAtMs: 0 });

  it("what is not paid or confirmed in time goes back", () => {
    expect(changeWhenDue({ state: "awaiting_payment" })).toMatchObject({
      cancelReason: "unpaid",
      movement: "order_unpaid",
    });
    expect(changeWhenDue({ state: "awaiting_confirmation" })).toMatchObject({
      cancelReason: "unconfirmed",
    });
    expect(why(orderCan.beCancelledByBuyer(order("paid")))).toBe("order_ended");
    expect(why(orderCan.beConfirmed(order("awaiting_payment")))).toBe("order_ended");
  });

  it("a sale goes through its states one way only", () => {
    const states: readonly [SaleState, SaleAction, string][] = [
      ["draft", "open", "live"],
      ["draft", "pause", "sale_not_live"],
      ["draft", "close", "closed"],
      ["live", "open", "sale_not_draft"],
      ["live", "pause", "paused"],
      ["live", "resume", "sale_not_paused"],
      ["live", "close", "closed"],
      ["paused", "resume", "live"],
      ["paused", "pause", "sale_not_live"],
      ["paused", "close", "closed"],
      ["closed", "open", "sale_closed"],
      ["closed", "resume", "sale_closed"],
      ["closed", "close", "sale_closed"],
    ];
    for (const [state, action, next] of states) {
      const result = saleAfter(state, action, true);
      expect(result.ok ? result.value : result.why).toBe(next);
    }
    expect(saleAfter("draft", "open", false)).toEqual({ ok: false, why: "policy_missing" });
  });
});

describe("stock", () => {
  it("every movement conserves units; a fault is seen", () => {
    const reasons = Object.keys(MOVEMENTS) as MovementReason[];
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom(...reasons), fc.integer({ min: 1, max: 5 })), {
          maxLength: 30,
        }),
        (moves) => {
          let balance = emptyBalance({ channelNo: 1, variantNo: 1 });
          for (const [reason, units] of moves) {
            balance = applyMovement(balance, { channelNo: 1, variantNo: 1, reason, units });
            const { free, offered, ordered, sold, held, returned } = balance;
            expect(free + offered + ordered + sold + held + returned).toBe(balance.allotted);
          }
        },
      ),
    );
    expect(
      balanceFaults({ ...emptyBalance({ channelNo: 1, variantNo: 2 }), allotted: 3, free: 2 }),
    ).toEqual(["channel 1, variant 2: 2 units of 3 allotted"]);
    expect(
      balanceFaults({ ...emptyBalance({ channelNo: 1, variantNo: 2 }), free: -1, sold: 1 }),
    ).toEqual(["channel 1, variant 2: free is -1"]);
  });
});

describe("what people carry", () => {
  it("a ticket reads back as it was written; other text is refused", () => {
    const ticket = {
      saleNo: 3,
      roundNo: 1,
      entryId: "0".repeat(32),
      windowNo: 60,
      channelNo: 2,
      preferences: "2.1.3",
      enteredAtMs: START_MS,
    };
    const text = `${ticketPayload(ticket)}.${"a".repeat(64)}`;
    expect(readTicket(text)?.ticket).toEqual(ticket);
    expect(readTicket(text)?.payload).toBe(ticketPayload(ticket));
    fc.assert(fc.property(fc.string(), (nonsense) => readTicket(nonsense) === null));
  });

  it("knows a contact however it is written", () => {
    for (const text of [
      "081234567890",
      "+62 812-3456-7890",
      "6281234567890",
      "0062 812 3456 7890",
      "81234567890",
      "\u202a+62 812-3456-7890\u202c",
      "\u200e081234567890",
      "+62\u00a0812\u20133456\u20117890",
      "０８１２３４５６７８９０",
      "\u2066+62\u2069812\u200b34567890",
    ]) {
      expect(readContact(text)).toEqual({ kind: "phone", value: "+6281234567890" });
    }
    for (const text of [" Budi@Contoh.ID ", "\u200ebudi@contoh\u200b.id\ufeff"])
      expect(readContact(text)).toEqual({ kind: "email", value: "budi@contoh.id" });
    expect(readContact("+14155552671")).toEqual({ kind: "phone", value: "+14155552671" });
    for (const text of ["021555555", "12", "a@b", "@x.id", "+62"])
      expect(readContact(text)).toBeNull();
    expect(maskContact({ kind: "email", value: "budi@contoh.id" })).toBe("b•••@contoh.id");
  });

  it("messages have no code in the subject", () => {
    for (const language of ["id", "en"] as const) {
      for (const facts of [
        { kind: "sign_in_code", code: "123456", minutes: 10 },
        { kind: "cod_code", code: "123456", minutes: 30, sale: "S" },
      ] as const) {
        const { subject, text } = composeMessage(facts, language);
        expect(subject).not.toContain("123456");
        expect(text).toContain("123456");
      }
    }
  });

  it("limits by key, and lets in again as time goes by", () => {
    const limiter = new RateLimiter();
    const rule = { burst: 2, perSecond: 1 };
    expect([0, 0, 0].map(() => limiter.take("a", rule, 0))).toEqual([0, 0, 1]);
    expect(limiter.take("b", rule, 0)).toBe(0);
    expect(limiter.take("a", rule, 1_000)).toBe(0);
    expect(limiter.take("a", rule, 1_000)).toBe(1);
  });

  it("a limit does not wait for a clock that was set back", () => {
    const limiter = new RateLimiter();
    const rule = { burst: 2, perSecond: 1 };
    expect([0, 0, 0].map(() => limiter.take("a", rule, 3_600_000))).toEqual([0, 0, 1]);
    expect([0, 0, 0].map(() => limiter.take("a", rule, 0))).toEqual([0, 0, 1]);
  });
});

describe("the board", () => {
  const board = (change: Partial<Board>): Board => ({
    sale: "s",
    roundNo: 1,
    saleState: "live",
    pausedAt: null,
    phase: "open",
    awaiting: [],
    mode: "draw",
    sealedEntryCount: 0,
    message: null,
    sealedThroughWindowNo: 0,
    rush: null,
    windows: [],
    stock: [],
    pollAfterMs: 1,
    ...change,
  });

  it("lets a page find its own place within the span that it is told", () => {
    const seed = "5".repeat(64);
    const ids = Array.from({ length: 2_000 }, (_, i) => i.toString(16).padStart(32, "0"));
    const sealed = {
      windowNo: 0,
      fromWindowNo: 0,
      entryCount: ids.length,
      firstPlaceNo: 101,
      root: "",
      seed,
    };
    const window = { ...sealed, setAsideCount: 0 };
    const own = (entryId: string, setAside = false) => ({ windowNo: 0, entryId, setAside });
    const spans = ids.map((id) => placeOnBoard(board({ windows: [window] }), own(id))!);
    const middles = ids.map((_, i) => spans[i]!.earliestPlaceNo).sort((a, b) => a - b);
    expect(middles[0]).toBeGreaterThanOrEqual(101);
    expect(Math.max(...spans.map((span) => span.latestPlaceNo))).toBeLessThanOrEqual(2_100);
    const order = ids
      .map((id, index) => ({ index, span: spans[index]!, id }))
      .sort((a, b) => a.span.earliestPlaceNo - b.span.earliestPlaceNo);
    const inside = order.filter(
      ({ span }, position) =>
        span.earliestPlaceNo <= position + 101 && position + 101 <= span.latestPlaceNo + 2,
    );
    expect(inside.length / ids.length).toBeGreaterThan(0.98);
    expect(placeOnBoard(board({}), own(ids[0]!))).toBeNull();
    // Ten more units were set aside: they have the first ten places, and all others come after.
    const aside = { ...window, entryCount: ids.length + 10, setAsideCount: 10 };
    const first = placeOnBoard(board({ windows: [aside] }), own("f".repeat(32), true))!;
    expect(first.earliestPlaceNo).toBeGreaterThanOrEqual(101);
    expect(first.latestPlaceNo).toBeLessThanOrEqual(110);
    ids.forEach((id, index) => {
      const span = placeOnBoard(board({ windows: [aside] }), own(id))!;
      expect(span.earliestPlaceNo).toBe(spans[index]!.earliestPlaceNo + 10);
      expect(span.latestPlaceNo).toBe(spans[index]!.latestPlaceNo + 10);
    });
  });

  it("asks the server only when the line of a wish has come near", () => {
    const line = {
      channel: "a",
      sku: "X",
      offeredThroughPlaceNo: 50,
      makeGood: 0,
      allotted: 0,
      free: 0,
      offered: 0,
      ordered: 0,
      sold: 0,
      held: 0,
      returned: 0,
    };
    const entry = { channel: "a", preferences: ["X"], earliestPlaceNo: 50 };
    expect(mayBeReached(board({ stock: [line] }), entry)).toBe(true);
    expect(mayBeReached(board({ stock: [line] }), { ...entry, earliestPlaceNo: 51 })).toBe(false);
    expect(mayBeReached(board({ stock: [line] }), { ...entry, preferences: ["Y"] })).toBe(false);
    expect(mayBeReached(board({ stock: [line] }), { ...entry, channel: "b" })).toBe(false);
  });

  it("gives odds between nothing and certainty, better for a place further ahead", () => {
    const odds = (aheadCount: number, undecidedUnits = 100) =>
      waitListOdds({ aheadCount, undecidedUnits, endedCount: 100, givenBackCount: 10 });
    expect(odds(0)).toBeGreaterThan(0.99);
    expect(odds(10)).toBeGreaterThan(odds(15));
    expect(odds(60)).toBeLessThan(0.01);
    expect(odds(5, 5)).toBe(0);
    expect(
      waitListOdds({ aheadCount: 0, undecidedUnits: 0, endedCount: 0, givenBackCount: 0 }),
    ).toBe(0);
  });
});
