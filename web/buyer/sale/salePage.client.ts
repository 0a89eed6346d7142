/*
 * The buyer's own part of the sale page: sign in, join, wait, order, pay. All state is the
 * server's.
 * Must never happen: a million pages ask the server at once. They follow the shared board and ask
 * only when their own turn may have come.
 */

import { fill, localeOf } from "../../../src/base/language.ts";
import { must } from "../../../src/base/assert.ts";
import {
  isBehind,
  mayBeReached,
  placeOnBoard,
  REVISION_HEADER,
  windowOnBoard,
  type Board,
  type BoardMark,
} from "../../../src/sale/board.ts";
import { isUnsettled, orderCan } from "../../../src/sale/order.ts";
import { byId, element, pageData, setText } from "../../ui/dom.client.ts";
import { call, caller, CallError, type CallOptions } from "../../ui/call.client.ts";
import { codeField, field } from "../../ui/form.client.ts";
import { keepLanguage } from "../../ui/language.client.ts";
import { AT_ONCE_MS, backoffMs, CallBudget, spread } from "../../ui/pace.ts";
import { serverNowMs } from "../../ui/serverClock.client.ts";
import { hasRunOut, hold, showSale, tick } from "./countdown.client.ts";
import { Follower } from "../follower.client.ts";
import {
  methodChoices,
  priceLine,
  receiptOf,
  standingParts,
  variantName,
} from "./saleFields.client.ts";
import { chanceText, oddsText, wishedLines, wishedStock } from "./saleOdds.client.ts";
import {
  isHeard,
  isWaiting,
  notThisTimeParts,
  orderHoldParts,
  placeNotes,
  sharedTurnParts,
  turnNote,
} from "./sharedTurn.client.ts";
import { shownCodeOf, stepUpParts } from "./stepUp.client.ts";
import { forgetTyped, keepTyped } from "../../ui/typed.client.ts";
import {
  button,
  form,
  noteOf,
  onConflict,
  problem,
  show,
  shown,
  twice,
} from "./turnCard.client.ts";
import { showJoinForm } from "./join.client.ts";
import { showSignIn as showCodeSignIn } from "./signIn.client.ts";
import { mayExtend, type OwnStatus } from "./ownStatus.ts";
import type { SalePageClientData } from "./salePage.ts";

const data = pageData<SalePageClientData>();
const { texts, language } = data;
const sale = `/v1/sales/${data.slug}`;
const round = `${sale}/rounds/${data.roundNo}`;
/** Poll interval of a page with a payment under way, at first and later, in ms. */
const ORDER_EVERY_MS = 6_000;
const SELDOM_MS = 9_000;
/** With a unit held: another device of the same buyer may have ordered it, in ms. */
const OFFER_EVERY_MS = 15_000;
/** Whether a code was just accepted. If the browser is still unknown then, it refuses cookies. */
let justSignedIn = false;
/** How many times in a row the server's answer was the same. */
let unchanged = 0;
let askedWhatBecame = false;
/** Whether the order's details are being typed again although a question waits for an answer. */
let changing = false;
let status: OwnStatus | null = null;
let board: Board | null = null;
let boardMark: BoardMark | null = null;
/** How far the lines of her wishes had come at the last question. */
let askedAtReach = -1;

const budget = new CallBudget();
/** Says at once that something is not sent or out of reach, and what is kept; null takes it back. */
function reach(said: string | null): void {
  const place = byId("reach");
  if (said !== null) setText(place, said);
  if (place.hidden !== (said === null)) place.hidden = said === null;
}
const { get, post: postOnce } = caller(language, texts.failed, {
  budget,
  trouble: ({ code }) => reach(code === "come_again" ? rushText() : texts.notSentYet),
});
/** The rush, to somebody who is not in yet; under first come the first arrival counts. */
const rushText = () =>
  `${texts.comeAgain} ${board?.mode === "first_come" ? texts.rushByArrival : texts.rushByChance}`;
async function post<T>(path: string, body?: unknown, patient = false): Promise<T> {
  try {
    return await postOnce<T>(path, body, patient);
  } finally {
    reach(null);
  }
}
/** Asked once; the follower repeats. */
const ask = <T>(path: string, more: Pick<CallOptions, "shared" | "heard"> = {}) =>
  call<T>("GET", path, { language, failed: texts.failed, budget, once: true, ...more });
const timeText = (iso: string) =>
  new Intl.DateTimeFormat(localeOf(language), {
    timeStyle: "medium",
    timeZone: data.timeZone,
  }).format(new Date(iso));

/** Until when something is held. The style sheet hides it during a pause. */
const until = (iso: string, before = "") =>
  element("span", { class: "until" }, before + fill(texts.offerUntil, { time: timeText(iso) }));

/** Signing in; the page goes on once the session is there. */
const showSignIn = () =>
  showCodeSignIn({
    post,
    entered: async () => {
      justSignedIn = true;
      await refresh();
    },
  });

/** The code was right, but the browser did not send its cookie back. */
function showRefusedCookies(): void {
  justSignedIn = false;
  const again = button(texts.tryAgain, async () => showSignIn());
  const why = element("p", { class: "note bad", role: "alert" }, texts.cookiesRefused);
  show("cookies", why, element("div", { class: "row" }, again));
}

/** Whether joining is still to come, possible, or over. */
function joining(): "upcoming" | "open" | "over" {
  const nowMs = serverNowMs() ?? Date.now();
  if (board?.saleState === "closed" || nowMs >= data.closesAtMs) return "over";
  return nowMs < data.lobbyOpensAtMs ? "upcoming" : "open";
}

/** The name under which a delivery is kept until it was sent. */
const deliveryOf = ({ offerId }: { readonly offerId: string }) => `delivery ${offerId}`;

function showJoin(): void {
  const when = joining();
  if (when === "open") showJoinForm({ get, post, refresh, board: () => board });
  else show(`wait ${when}`, element("p", { class: "note" }, texts.live[when]));
}

/** Whether people still wait in the rush that she came in: it is shuffled as a whole. */
function inRush({ entry }: OwnStatus): boolean {
  const from = board?.mode === "first_come" ? undefined : board?.rush?.fromWindowNo;
  return entry !== null && from !== undefined && entry.windowNo >= from;
}

/** The place, "1.234", or a range, "1.100 – 1.300", as long as only the board is known. */
function placeText(own: OwnStatus): string | null {
  const number = new Intl.NumberFormat(localeOf(language));
  if (own.place?.placeNo) return number.format(own.place.placeNo);
  const place = board && own.entry && placeOnBoard(board, own.entry);
  if (!place) return null;
  const [from, to] = [number.format(place.earliestPlaceNo), number.format(place.latestPlaceNo)];
  return from === to ? from : `${from} – ${to}`;
}

/** All units of her wishes are sold: her place, the stock, and what comes next. */
function notThisTime(own: OwnStatus, shownPlace: string | null): Node[] {
  const stock = wishedStock(board, own);
  // Decided by the board alone: a million pages must not ask the server at once whether it is over.
  const waits = shownPlace !== null && isWaiting(own);
  const isOver = waits && stock && stock.freeUnits + stock.undecidedUnits === 0;
  return isOver ? notThisTimeParts(stock.allottedUnits) : [];
}

/** "We are two different people." */
async function objectTo(statement: string): Promise<void> {
  await post(`${round}/objection`, { statement });
  await refresh();
}

function showPlace(own: OwnStatus): void {
  const place = must(own.place, "called with a place");
  const { ticket } = must(own.entry, "a place has an entry");
  const shown = placeText(own);
  const number = new Intl.NumberFormat(localeOf(language));
  const missed = notThisTime(own, shown);
  const hopes = missed.length === 0 && isWaiting(own);
  // One figure: the chance of her own place, or the odds of all while there is none.
  const odds = hopes ? (chanceText(place.waitListOdds) ?? oddsText(board)) : null;
  const rush = inRush(own);
  show(
    JSON.stringify([place, own.sharedTurn, shown, own.offer?.state, odds, missed.length, rush]),
    ...placeNotes(own, hopes),
    shown === null
      ? element("p", {}, rush ? texts.inRush : texts.inWindow)
      : element("p", { class: "small" }, texts.placeNo),
    shown !== null && element("p", { class: "count" }, shown),
    odds !== null && element("p", {}, odds),
    ...missed,
    place.aheadCount !== null &&
      element(
        "p",
        {},
        fill(texts[place.aheadIsMore ? "aheadMore" : "ahead"], {
          n: number.format(place.aheadCount),
        }),
      ),
    place.state === "over_limit" && element("p", { class: "note warm" }, texts.overLimit),
    ...sharedTurnParts(own, form, objectTo),
    element("p", { class: "small" }, element("a", { href: "/me#passkeys" }, texts.passkeyHint)),
    element(
      "details",
      {},
      element("summary", {}, texts.ticket),
      element("p", { class: "small" }, texts.ticketHelp),
      element("p", { class: "mono" }, ticket),
      element("p", {}, element("a", { href: `/v1/tickets/${ticket}` }, texts.ticketCheck)),
    ),
    shown === null &&
      twice(
        { first: texts.withdraw, means: texts.withdrawMeans, sure: texts.withdrawSure },
        async () => {
          await post(`${round}/withdrawal`);
          await refresh();
        },
      ),
  );
}

function showOffer(offer: NonNullable<OwnStatus["offer"]>): void {
  const path = `${sale}/offers/${offer.offerId}`;
  const extendable = mayExtend(offer, board?.saleState === "paused");
  hold(Date.parse(offer.expiresAt), extendable);
  show(
    `order ${JSON.stringify(offer)}`,
    element(
      "p",
      { class: "note" },
      element("strong", {}, `${texts.offerTitle}: ${variantName(offer.sku)}`),
    ),
    priceLine(offer),
    element("p", {}, until(offer.expiresAt)),
    keepTyped(
      deliveryOf(offer),
      form(
        async (values) => {
          const text = (name: string) => String(values.get(name)).trim();
          const delivery = {
            name: text("recipient"),
            address: text("address"),
            district: text("district"),
            city: text("city"),
          };
          try {
            await post(`${path}/order`, { paymentMethod: values.get("method"), delivery });
          } catch (error) {
            if (!(error instanceof CallError) || error.code !== "step_up_required") throw error;
            changing = false;
          }
          await refresh();
        },
        element("h3", {}, texts.deliverTo),
        ...field("recipient", texts.recipient, { autocomplete: "name", maxlength: "120" }),
        ...field("address", texts.address, { autocomplete: "street-address", maxlength: "400" }),
        ...field("district", texts.district, { autocomplete: "address-level3", maxlength: "120" }),
        ...field("city", texts.city, { autocomplete: "address-level2", maxlength: "120" }),
        methodChoices(offer.paymentMethods),
        element("div", { class: "row" }, element("button", {}, texts.order)),
      ),
    ),
    extendable &&
      element(
        "div",
        { class: "row" },
        button(
          texts.extend,
          async () => {
            await post(`${path}/extension`);
            await refresh();
          },
          true,
        ),
      ),
    twice(
      { first: texts.decline, means: texts.declineMeans, sure: texts.declineSure },
      async () => {
        await post(`${path}/decline`);
        await refresh();
      },
    ),
  );
}

/** The question before a doubtful order; the unit is held meanwhile. */
function showStepUp(offer: NonNullable<OwnStatus["offer"]>): void {
  const path = `${sale}/offers/${offer.offerId}/step-up`;
  hold(Date.parse(offer.expiresAt));
  show(
    JSON.stringify(offer),
    noteOf(false, `${texts.offerTitle}: ${variantName(offer.sku)}`),
    priceLine(offer),
    element("p", {}, until(offer.expiresAt)),
    ...stepUpParts(must(offer.stepUp, "called with a question"), {
      form,
      button,
      refresh,
      post: (below, content) => post(`${path}${below}`, content),
      change: async () => {
        changing = true;
        showOffer(offer);
      },
    }),
  );
}

function showOrder(order: NonNullable<OwnStatus["order"]>, own: OwnStatus): void {
  const methods = own.offer?.paymentMethods ?? [];
  const path = `${sale}/orders/${order.orderId}`;
  const open = isUnsettled(order.state);
  hold(open ? Date.parse(order.dueAt) : null);
  show(
    JSON.stringify([order, own.orderHold]),
    element("h3", {}, `${texts.orderTitle}: ${variantName(order.sku)}`),
    ...standingParts(order),
    turnNote(order),
    open && priceLine(order),
    ...orderHoldParts(own.orderHold, form, objectTo),
    open &&
      element(
        "p",
        { class: "small" },
        texts.methods[order.paymentMethod],
        until(order.dueAt, " · "),
      ),
    !open && order.state !== "cancelled" && receiptOf(order),
    order.payUrl !== null &&
      element(
        "div",
        { class: "row" },
        element("a", { href: order.payUrl, target: "_blank" }, texts.pay),
      ),
    order.state === "awaiting_payment" && order.payUrl === null && noteOf(true, texts.payNowhere),
    orderCan.beConfirmed(order).ok &&
      form(
        async (values) => {
          await post(`${path}/confirmation`, { code: values.get("cod") });
          await refresh();
        },
        shownCodeOf("cod_code"),
        ...codeField("cod", texts.codCode),
        element("div", { class: "row" }, element("button", {}, texts.confirm)),
      ),
    open &&
      element(
        "details",
        {},
        element("summary", {}, texts.changeMethod),
        form(
          async (values) => {
            await post(`${path}/payment-method`, { paymentMethod: values.get("method") });
            await refresh();
          },
          methodChoices(methods.filter((method) => method !== order.paymentMethod)),
          element("div", { class: "row" }, element("button", { class: "quiet" }, texts.confirm)),
        ),
      ),
    orderCan.beCancelledByBuyer(order).ok &&
      twice({ first: texts.cancel, means: texts.cancelMeans, sure: texts.cancelSure }, async () => {
        await post(`${path}/cancellation`);
        await refresh();
      }),
  );
}

function showStatus(own: OwnStatus): void {
  // Her own odds take the place of a newcomer's.
  byId("odds").hidden = own.entry !== null;
  if (own.offer && own.offer.state !== "open") forgetTyped(deliveryOf(own.offer));
  if (own.order) showOrder(own.order, own);
  else if (own.offer?.state === "open")
    (own.offer.stepUp && !changing ? showStepUp : showOffer)(own.offer);
  else if (own.entry) showPlace(own);
  else showJoin();
}

/** Reads and shows the own state; returns when to ask again in ms, or null to wait for an event. */
async function readOwn(): Promise<number | null> {
  try {
    const own = await ask<OwnStatus>(`${round}/mine`);
    unchanged = JSON.stringify(own) === JSON.stringify(status) ? unchanged + 1 : 0;
    status = own;
    justSignedIn = false;
    askedAtReach = reachOf(own);
    hold(null);
    showStatus(own);
    tick();
    return nextQuestionMs(own);
  } catch (error) {
    if (error instanceof CallError && error.status === 401) {
      if (justSignedIn) showRefusedCookies();
      else if (!shown().startsWith("code ")) showSignIn();
      return null;
    }
    if (shown() === "") await problem(error);
    throw error;
  }
}

/** Payments, answers to questions and expired holds are not on the board, so they are asked for. */
function nextQuestionMs(own: OwnStatus): number | null {
  if (hasRunOut()) return backoffMs(unchanged + 1, Math.random());
  const underWay = own.order?.state === "awaiting_payment" || isHeard(own);
  if (underWay) return spread(unchanged > 3 ? SELDOM_MS : ORDER_EVERY_MS, Math.random());
  return own.offer?.state === "open" ? spread(OFFER_EVERY_MS, Math.random()) : null;
}

/** How far the lines of her wishes have come, by the board. */
function reachOf(own: OwnStatus): number {
  const mine = wishedLines(board, own) ?? [];
  return Math.max(-1, ...mine.map((line) => line.offeredThroughPlaceNo));
}

/** Whether the board says that her turn may have come since the last question. */
function turnMayHaveCome(own: OwnStatus): boolean {
  const { entry, offer } = own;
  if (!board || !entry || offer) return false;
  const window = windowOnBoard(board, entry);
  if (!window) return false;
  const place = placeOnBoard(board, entry);
  const earliestPlaceNo = place?.earliestPlaceNo ?? window.firstPlaceNo;
  return reachOf(own) > askedAtReach && mayBeReached(board, { ...entry, earliestPlaceNo });
}

/**
 * Reads the public board, which a million pages share, and asks the server only if her turn may
 * have come or deadlines moved. Returns the wait until the next read in ms.
 */
async function readBoard(shared: boolean): Promise<number> {
  let revisionNo = Number.NaN;
  const heard = (headers: Headers) =>
    (revisionNo = Number(headers.get(REVISION_HEADER) ?? Number.NaN));
  const next = await ask<Board>(`${round}/board`, { shared, heard });
  const mark = { revisionNo, cameAtMs: performance.now() };
  if (isBehind(boardMark, mark)) return next.pollAfterMs;
  boardMark = mark;
  board = next;
  const resumed = showSale(board);
  if (status?.entry) {
    if (turnMayHaveCome(status)) follower.ask(0);
    else if (!status.offer) showPlace(status);
    if (resumed && status.offer) follower.ask(Math.random() * AT_ONCE_MS);
  }
  return board.pollAfterMs;
}

function everyHalfSecond(): void {
  tick();
  if (shown().startsWith("wait ") && status) showStatus(status);
  if (!hasRunOut()) askedWhatBecame = false;
  else if (!askedWhatBecame) {
    askedWhatBecame = true;
    follower.ask(Math.random() * AT_ONCE_MS);
  }
}

const follower = new Follower(
  {
    board: readBoard,
    own: readOwn,
    reachable: (yes) => reach(yes && navigator.onLine ? null : texts.outOfReach),
  },
  budget,
);
const refresh = () => follower.refresh();

if (keepLanguage()) {
  onConflict(refresh);
  addEventListener("offline", () => reach(texts.outOfReach));
  setInterval(everyHalfSecond, 500);
  follower.start();
}
