/*
 * The buyer's own part of the sale page: sign in, join, wait, order, pay. All state is the
 * server's.
 * Must never happen: a million pages ask the server at once. They follow the shared board and ask
 * only when their own turn may have come.
 */

import { fill, localeOf } from "../../../src/base/language.ts";
import { must } from "../../../src/base/assert.ts";
import { mayBeReached, placeOnBoard, type Board } from "../../../src/sale/board.ts";
import { isUnsettled, orderCan } from "../../../src/sale/order.ts";
import { byId, element, pageData } from "../../ui/dom.client.ts";
import { call, caller, CallError } from "../../ui/call.client.ts";
import { field } from "../../ui/form.client.ts";
import { keepLanguage } from "../../ui/language.client.ts";
import { backoffMs, CallBudget, spread } from "../../ui/pace.ts";
import { serverNowMs } from "../../ui/serverClock.client.ts";
import { hasRunOut, hold, showSale, tick } from "./countdown.client.ts";
import { Follower } from "../follower.client.ts";
import {
  methodChoices,
  preferenceFields,
  receiptOf,
  standingParts,
  variantName,
  wishes,
} from "./saleFields.client.ts";
import { chanceText, oddsText, wishedLines, wishedStock } from "./saleOdds.client.ts";
import {
  isHeard,
  isPassedOver,
  notThisTimeParts,
  orderHoldParts,
  placeNotes,
  sharedTurnParts,
  turnNote,
} from "./sharedTurn.client.ts";
import { shownCodeOf, stepUpParts } from "./stepUp.client.ts";
import { button, form, noteOf, problem, show, shown } from "./turnCard.client.ts";
import { solveWork, type Challenge } from "../../ui/work.client.ts";
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
/** Events that reach all pages at once (a resume) spread their questions over this time, in ms. */
const AT_ONCE_MS = 3_000;
let work: Promise<string> | null = null;
/** Whether a code was just accepted. If the browser is still unknown then, it refuses cookies. */
let justSignedIn = false;
/** How many times in a row the server's answer was the same. */
let unchanged = 0;
let askedWhatBecame = false;
/** Whether the order's details are being typed again although a question waits for an answer. */
let changing = false;
let status: OwnStatus | null = null;
let board: Board | null = null;
/** How far the lines of her wishes had come at the last question. */
let askedAtReach = -1;

const budget = new CallBudget();
const { get, post } = caller(language, texts.failed, budget);
/** Asked once; the follower repeats. */
const ask = <T>(path: string, shared = false) =>
  call<T>("GET", path, { language, failed: texts.failed, budget, once: true, shared });
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

/** Fetches and solves the proof of work once; a failure starts over. */
function prepareWork(): Promise<string> {
  work ??= get<Challenge>(`${round}/challenge`).then(solveWork);
  work.catch(() => (work = null));
  return work;
}

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

function showJoin(): void {
  const when = joining();
  if (when !== "open") {
    show(`wait ${when}`, element("p", { class: "note" }, texts.live[when]));
    return;
  }
  // Pages that waited for the same instant spread their requests.
  if (work === null) setTimeout(() => void prepareWork(), Math.random() * AT_ONCE_MS);
  const wanted = element("div");
  const channel = element(
    "select",
    { id: "channel", name: "channel", required: true },
    element("option", { value: "" }, texts.choose),
    ...data.channels.map((one) => element("option", { value: one.code }, one.name)),
  );
  channel.addEventListener("change", () => {
    const skus = data.channels.find((one) => one.code === channel.value)?.skus ?? [];
    wanted.replaceChildren(...(skus.length > 0 ? [preferenceFields(skus)] : []));
  });
  const state = element("p", { class: "small", role: "status" });
  const join = form(
    async (values) => {
      state.textContent = texts.solving;
      const solved = await prepareWork();
      state.textContent = texts.joining;
      work = null;
      await post(`${round}/entries`, {
        channel: channel.value,
        preferences: wishes(values),
        work: solved,
      });
      await refresh();
    },
    element("label", { for: "channel" }, texts.channel),
    channel,
    wanted,
    element("div", { class: "row" }, element("button", {}, texts.join)),
    state,
  );
  show("join", join);
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
function notThisTime(own: OwnStatus): (Node | null)[] {
  const stock = wishedStock(board, own);
  // Decided by the board alone: a million pages must not ask the server at once whether it is over.
  const waits = placeText(own) !== null && !own.offer && !isPassedOver(own);
  return !waits || !stock || stock.undecided > 0 ? [] : notThisTimeParts(stock.allotted);
}

/** "We are two different people." */
async function objectTo(statement: string): Promise<void> {
  await post(`${round}/objection`, { statement });
  await refresh();
}

function showPlace(own: OwnStatus): void {
  const place = must(own.place, "called with a place");
  const shown = placeText(own);
  const number = new Intl.NumberFormat(localeOf(language));
  const odds = oddsText(board);
  const chance = chanceText(place.waitListOdds);
  const missed = notThisTime(own);
  show(
    JSON.stringify([place, own.sharedTurn, shown, own.offer?.state, odds, missed.length]),
    ...placeNotes(own),
    shown === null
      ? element("p", {}, texts.inWindow)
      : element("p", { class: "small" }, texts.placeNo),
    shown !== null && element("p", { class: "count" }, shown),
    odds !== null && missed.length === 0 && !isPassedOver(own) && element("p", {}, odds),
    ...missed,
    place.aheadCount !== null &&
      element(
        "p",
        {},
        fill(texts[place.aheadIsMore ? "aheadMore" : "ahead"], {
          n: number.format(place.aheadCount),
        }),
      ),
    chance !== null && element("p", {}, chance),
    place.state === "over_limit" && element("p", { class: "note warm" }, texts.overLimit),
    ...sharedTurnParts(own, form, objectTo),
    element("p", { class: "small" }, element("a", { href: "/me#passkeys" }, texts.passkeyHint)),
    element(
      "details",
      {},
      element("summary", {}, texts.ticket),
      element("p", { class: "mono" }, must(own.entry, "a place has an entry").ticket),
    ),
    shown === null &&
      element(
        "div",
        { class: "row" },
        button(
          texts.withdraw,
          async () => {
            await post(`${round}/withdrawal`);
            await refresh();
          },
          true,
        ),
      ),
  );
}

function showOffer(offer: NonNullable<OwnStatus["offer"]>): void {
  const path = `${sale}/offers/${offer.offerId}`;
  hold(Date.parse(offer.expiresAt));
  show(
    `order ${JSON.stringify(offer)}`,
    element(
      "p",
      { class: "note" },
      element("strong", {}, `${texts.offerTitle}: ${variantName(offer.sku)}`),
    ),
    element("p", {}, until(offer.expiresAt)),
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
    element(
      "div",
      { class: "row" },
      mayExtend(offer, board?.saleState === "paused") &&
        button(
          texts.extend,
          async () => {
            await post(`${path}/extension`);
            await refresh();
          },
          true,
        ),
      button(
        texts.decline,
        async () => {
          await post(`${path}/decline`);
          await refresh();
        },
        true,
      ),
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
          await post(`${path}/confirmation`, { code: String(values.get("cod")).trim() });
          await refresh();
        },
        shownCodeOf("cod_code"),
        ...field("cod", texts.codCode, {
          inputmode: "numeric",
          pattern: "[0-9]{6}",
          maxlength: "6",
        }),
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
      element(
        "div",
        { class: "row" },
        button(
          texts.cancel,
          async () => {
            await post(`${path}/cancellation`);
            await refresh();
          },
          true,
        ),
      ),
  );
}

function showStatus(own: OwnStatus): void {
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
    if (shown() === "") problem(error);
    throw error;
  }
}

/** Payments, answers to questions and expired holds are not on the board, so they are asked for. */
function nextQuestionMs(own: OwnStatus): number | null {
  if (hasRunOut()) return backoffMs(unchanged + 1, Math.random());
  const underWay = own.order?.state === "awaiting_payment" || isHeard(own);
  return underWay ? spread(unchanged > 3 ? SELDOM_MS : ORDER_EVERY_MS, Math.random()) : null;
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
  const window = board.windows.find((candidate) => candidate.windowNo === entry.windowNo);
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
  board = await ask<Board>(`${round}/board`, shared);
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
    reachable: (yes) => {
      const place = byId("reach");
      if (place.hidden !== yes) place.hidden = yes;
    },
  },
  budget,
);
const refresh = () => follower.refresh();

if (keepLanguage()) {
  setInterval(everyHalfSecond, 500);
  follower.start();
}
