/*
 * The script of a buyer's own page: orders with their timelines, decisions and appeals, units owed,
 * passkeys, her data.
 */

import type { Answer } from "../../../src/api/contract.ts";
import type { rightsRoutes } from "../../../src/api/rightsRoutes.ts";
import { said } from "../../ui/said.client.ts";
import { fill, localeOf } from "../../../src/base/language.ts";
import { caller, CallError } from "../../ui/call.client.ts";
import { formatMoney } from "../../../src/base/money.ts";
import { entitlementAfter } from "../../../src/cases/remedy/entitlement.ts";
import { byId, element, pageData } from "../../ui/dom.client.ts";
import { busy, showProblem } from "../../ui/form.client.ts";
import { askTwice } from "../../ui/twice.client.ts";
import { forgetTyped, keepTyped, restoreTyped } from "../../ui/typed.client.ts";
import { appealKept, sendAppeal } from "../decision/appeal.client.ts";
import type { DecisionShown } from "../decision/decisionPage.ts";
import { passkeysCard } from "./passkeysCard.client.ts";
import { substitutesPart } from "./substitutes.client.ts";
import type { MinePageClientData } from "./minePage.ts";
import { moneyLines, standingLines } from "../standing/standingText.ts";
import { takeBackPart } from "../standing/takeBack.client.ts";
import { receipt } from "../sale/receipt.client.ts";
import { keepLanguage } from "../../ui/language.client.ts";
import { CallBudget } from "../../ui/pace.ts";

type Own = DecisionShown;
type Owed = NonNullable<Own["entitlement"]>;
type Orders = Answer<typeof rightsRoutes.listOwnOrders>;
type OwnOrder = Orders["orders"][number];
type Looks = Answer<typeof rightsRoutes.listOwnLooks>;
/** Units that are owed for a failure of ours, too, without any decision about her. */
type Credits = Answer<typeof rightsRoutes.listOwnEntitlements>;

const { language, texts, receiptTexts } = pageData<MinePageClientData>();
const root = byId("mine");
/** The units owed, with the products that she may choose instead. */
let owed: Credits["entitlements"] = [];
const { get, post } = caller(language, texts.failed, { budget: new CallBudget() });

const moment = (iso: string) =>
  new Date(iso).toLocaleString(localeOf(language), {
    dateStyle: "long",
    timeStyle: "short",
  });

const spoken = { texts, language, time: moment };

const problem = (error: unknown, part: HTMLElement) => showProblem(part, texts.failed, error);

const FILES = "image/jpeg,image/png,image/webp,application/pdf";

/** The form for an appeal against one of her decisions. */
function appealForm(own: Own): HTMLFormElement {
  const name = appealKept(own.record.order_id);
  const id = `statement-${own.decisionId}`;
  const files = `files-${own.decisionId}`;
  const tick = (name: string, label: string) =>
    element("label", { class: "choice" }, element("input", { type: "checkbox", name }), label);
  const form = element(
    "form",
    {},
    element("label", { for: id }, texts.statement),
    element("textarea", { id, name: "statement", rows: "4", minlength: "10", required: true }),
    tick("isFamily", texts.family),
    tick("wantsHuman", texts.human),
    element("label", { for: files }, texts.files),
    element("input", { id: files, name: "files", type: "file", multiple: true, accept: FILES }),
    element("p", { class: "small" }, texts.filesHelp),
    element("div", { class: "row" }, element("button", {}, texts.send)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void busy(
      form,
      (error) => showProblem(form, texts.failed, error),
      async () => {
        await sendAppeal(form, `/v1/me/decisions/${own.decisionId}/appeal`, { language, texts });
        forgetTyped(name);
        await draw();
      },
    );
  });
  return keepTyped(name, form);
}

/** A unit owed, and the button to give it up while it is standing. */
function entitlementPart(entitlement: Owed): HTMLElement {
  const { priceMinorUnits: minorUnits, currency } = entitlement;
  const line = fill(texts.entitlement[entitlement.state], {
    price: formatMoney({ minorUnits, currency }, language),
    time: moment(entitlement.expiresAt),
    sale: entitlement.sale ?? "",
  });
  const waive = askTwice({
    words: {
      first: texts.waive,
      means: texts.waiveMeans,
      sure: texts.waiveSure,
      not: texts.notNow,
    },
    act: async () => {
      await post(`/v1/me/entitlements/${entitlement.entitlementId}/waiver`);
      await draw();
    },
    problem,
  });
  const choices = owed.find((one) => one.entitlementId === entitlement.entitlementId);
  return element(
    "div",
    {},
    element("h3", {}, texts.entitlementTitle),
    element("p", { class: "note" }, line),
    entitlement.sale !== null &&
      element("p", {}, element("a", { href: `/s/${entitlement.sale}` }, entitlement.sale)),
    choices
      ? substitutesPart(choices, {
          texts,
          language,
          said,
          post,
          draw,
          problem: (error) => problem(error, root),
        })
      : null,
    entitlementAfter(entitlement.state, "waive").ok && waive,
  );
}

/** The state of an appeal in a sentence; null without one. */
function appealLine(own: Own): string | null {
  const { appeal } = own;
  if (!appeal) return null;
  if (appeal.state === "pending") return fill(texts.pending, { time: moment(appeal.dueAt) });
  return appeal.byDefault ? texts.byDefault : texts[appeal.state];
}

/** A decision about an order, its reasons, and what can be done about it. */
function decisionPart(own: Own): HTMLElement {
  const { record, appeal, mayAppeal } = own;
  const line = appealLine(own);
  return element(
    "div",
    {},
    element("h3", {}, texts.what),
    element(
      "ol",
      { class: "reasons" },
      ...record.reasons.map((reason) => element("li", {}, said(reason))),
    ),
    element("p", {}, `${texts.counterfactual}: ${said(record.counterfactual)}`),
    line !== null && element("p", { class: "note" }, line),
    appeal?.answer ? element("p", {}, said(appeal.answer)) : null,
    own.entitlement && entitlementPart(own.entitlement),
    own.mayTakeMoneyBack &&
      takeBackPart({
        texts,
        send: async () => {
          await post(`/v1/me/decisions/${own.decisionId}/refund`, { understood: true });
          await draw();
        },
      }),
    mayAppeal &&
      element(
        "details",
        {},
        element("summary", {}, texts.appealTitle),
        element("p", {}, texts.appealLead),
        appealForm(own),
      ),
  );
}

/** Everything that happened to an order, in order. */
function timelinePart(order: OwnOrder): HTMLElement {
  const lines = order.timeline.map(({ what, at }) =>
    element("li", {}, element("time", { datetime: at }, moment(at)), " ", texts.events[what]),
  );
  return element(
    "details",
    {},
    element("summary", {}, texts.timeline),
    element("ol", { class: "timeline" }, ...lines),
  );
}

/** States in which nothing is left to do for the buyer. */
const SETTLED = ["paid", "cod_confirmed", "under_review", "handed_over", "delivered"];

/** One order: its state, the decision about it, its timeline and receipt. */
function orderCard(order: OwnOrder, decision: Own | undefined): HTMLElement {
  const { orderId, priceMinorUnits: minorUnits, currency, paymentMethod } = order;
  const variant = said(order.variant);
  const price = formatMoney({ minorUnits, currency }, language);
  const money = moneyLines(order.standing, spoken);
  return element(
    "section",
    { class: "card" },
    element("h2", {}, variant),
    element(
      "p",
      { class: "small" },
      element("a", { href: `/s/${order.sale}` }, said(order.saleTitle)),
      ` · ${order.channel} · ${price} · ${texts.order} ${orderId.slice(0, 8)}`,
    ),
    element(
      "p",
      { class: SETTLED.includes(order.status) ? "note" : "note warm" },
      standingLines(order.standing, spoken).join(" "),
    ),
    ...money.map((line) => element("p", {}, line)),
    decision && decisionPart(decision),
    timelinePart(order),
    SETTLED.includes(order.status) &&
      receipt(receiptTexts, { orderId, variant, price, paymentMethod }),
  );
}

/** The looks at her data. */
function looksCard({ looks }: Looks): HTMLElement {
  const line = ({ what, subject, role, purpose, lookedAt }: Looks["looks"][number]) =>
    element(
      "li",
      {},
      element("time", { datetime: lookedAt }, moment(lookedAt)),
      ` · ${(role && texts.lookRoles[role as keyof typeof texts.lookRoles]) ?? texts.lookRoles.unknown}: `,
      `${texts.looked[what]} ${subject.slice(0, 8)}`,
      purpose !== null && element("p", { class: "small" }, `${texts.lookPurpose}: ${purpose}`),
    );
  return element(
    "section",
    { class: "card", id: "looks" },
    element("h2", {}, texts.looks),
    element("p", { class: "small" }, texts.looksLead),
    looks.length === 0
      ? element("p", { class: "note" }, texts.noLooks)
      : element("ol", { class: "timeline" }, ...looks.map(line)),
  );
}

/** Her data: download and erasure. */
function dataCard(): HTMLElement {
  const erase = askTwice({
    words: {
      first: texts.erase,
      means: texts.eraseMeans,
      sure: texts.eraseSure,
      not: texts.notNow,
    },
    act: async () => {
      const { erasedNow } = await post<Answer<typeof rightsRoutes.askErasure>>("/v1/me/erasure");
      const line = erasedNow ? texts.erased : texts.eraseAsked;
      erase.replaceChildren(element("p", { class: "note", role: "status" }, line));
    },
    problem,
  });
  return element(
    "section",
    { class: "card" },
    element("h2", {}, texts.data),
    element(
      "div",
      { class: "row" },
      element("a", { href: "/v1/me/data", download: "giliran-data.json" }, texts.download),
    ),
    erase,
  );
}

/** Reads everything again and draws the page. */
async function draw(): Promise<void> {
  try {
    const [{ orders }, { decisions }, { entitlements }, passkeys, looks] = await Promise.all([
      get<Orders>("/v1/me/orders"),
      get<{ decisions: Own[] }>("/v1/me/decisions"),
      get<Credits>("/v1/me/entitlements"),
      passkeysCard({ texts, get, post, moment }),
      get<Looks>("/v1/me/looks"),
    ]);
    owed = entitlements;
    const credits = entitlements.filter((one) => one.decisionId === null);
    root.replaceChildren(
      ...(orders.length === 0 ? [element("p", { class: "note" }, texts.noOrders)] : []),
      ...orders.map((order) =>
        orderCard(
          order,
          decisions.find((one) => one.decisionId === order.decisionId),
        ),
      ),
      ...credits.map((credit) =>
        element(
          "section",
          { class: "card" },
          credit.reason && said(credit.reason),
          entitlementPart(credit),
        ),
      ),
      passkeys,
      looksCard(looks),
      dataCard(),
    );
    restoreTyped(root);
  } catch (error) {
    const signedOut = error instanceof CallError && error.status === 401;
    root.replaceChildren(
      element(
        "p",
        { class: "note warm" },
        signedOut ? element("a", { href: "/" }, texts.signInFirst) : texts.failed,
      ),
    );
  }
}

// The card that the address names did not exist yet when the page loaded.
if (keepLanguage())
  void draw().then(() => document.getElementById(location.hash.slice(1))?.scrollIntoView());
