import { element } from "../ui/dom.client.ts";
import {
  action,
  card,
  get,
  moment,
  number,
  post,
  texts,
  timeLeft,
  language,
} from "./desk.client.ts";

/* One case: what speaks for and against, who is in it, and the reviewer's word. */

export interface CaseSummary {
  readonly sale: string;
  readonly caseNo: number;
  readonly state: "open" | "decided" | "closed";
  readonly version: number;
  readonly topBits: number;
  readonly orderCount: number;
  readonly accountCount: number;
  readonly dueAt: string;
  readonly claimedBy: string | null;
  readonly claimedUntil: string | null;
}

interface Reason {
  readonly id: string;
  readonly en: string;
  readonly bits?: number;
}

interface CaseOrder {
  readonly orderId: string;
  readonly account: string;
  readonly personNo: number;
  readonly bits: number;
  readonly placedAt: string;
  readonly channel: string;
  readonly sku: string;
  readonly paymentMethod: string;
  readonly ordersOfAccount: number;
  readonly verdict: "cancel" | "release" | null;
  readonly reasons: readonly Reason[];
}

interface CaseDetail extends CaseSummary {
  readonly document: {
    readonly speaks_for_a_ring: readonly Reason[];
    readonly speaks_against: readonly Reason[];
    readonly shared_evidence: readonly { attribute: string; value: string; orders: number }[];
    readonly would_release: Reason;
  };
  readonly orders: readonly CaseOrder[];
  readonly events: readonly {
    kind: keyof typeof texts.events;
    actor: string;
    at: string;
    detail: { note?: string };
  }[];
  readonly similar: readonly number[];
}

export const casePath = (one: { sale: string; caseNo: number }) =>
  `/v1/operator/sales/${one.sale}/cases/${one.caseNo}`;

const SVG = "http://www.w3.org/2000/svg";

/** When the orders came: a tick each, over the time that the case spans. */
function timeStrip(orders: readonly CaseOrder[]): SVGSVGElement {
  const times = orders.map((order) => Date.parse(order.placedAt));
  const from = Math.min(...times);
  const width = Math.max(1, Math.max(...times) - from);
  const strip = document.createElementNS(SVG, "svg");
  strip.setAttribute("viewBox", "0 0 1000 40");
  strip.setAttribute("preserveAspectRatio", "none");
  strip.setAttribute("class", "strip");
  strip.setAttribute("role", "img");
  strip.setAttribute("aria-label", `${texts.times}: ${number.format(width / 1000)} s`);
  for (const at of times) {
    const tick = document.createElementNS(SVG, "rect");
    tick.setAttribute("x", String(((at - from) / width) * 994));
    tick.setAttribute("width", "4");
    tick.setAttribute("height", "40");
    strip.append(tick);
  }
  return strip;
}

function reasonList(reasons: readonly Reason[]): HTMLElement {
  const most = Math.max(1, ...reasons.map((reason) => reason.bits ?? 0));
  return element(
    "ul",
    { class: "evidence" },
    ...reasons.map((reason) => {
      const meter = element("meter", {
        min: "0",
        max: String(most),
        value: String(reason.bits ?? 0),
      });
      const bits = `${number.format(reason.bits ?? 0)} ${texts.bits}`;
      return element(
        "li",
        {},
        reason.bits === undefined ? null : meter,
        ` ${reason[language]} `,
        reason.bits === undefined ? null : element("span", { class: "small" }, bits),
      );
    }),
  );
}

/** Orders that the reviewer lets stand although the case is cancelled, and accounts that were picked. */
interface Choice {
  readonly stand: Set<string>;
  readonly accounts: Set<string>;
}

function orderRow(detail: CaseDetail, order: CaseOrder, choice: Choice): HTMLTableRowElement {
  const tickBox = (set: Set<string>, value: string, label: string) => {
    const box = element("input", { type: "checkbox", "aria-label": label });
    box.addEventListener("change", () => {
      if (box.checked) set.add(value);
      else set.delete(value);
    });
    return box;
  };
  const verdict = order.verdict === "release" ? texts.stands : "";
  return element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      element(
        "label",
        { class: "pick" },
        tickBox(choice.accounts, order.account, order.account),
        order.account,
      ),
    ),
    element("td", {}, order.channel),
    element("td", {}, order.sku),
    element("td", {}, order.paymentMethod),
    element("td", {}, moment(order.placedAt)),
    element("td", {}, number.format(order.bits)),
    element(
      "td",
      {},
      detail.state === "open"
        ? tickBox(choice.stand, order.orderId, `${texts.stands} ${order.account}`)
        : verdict,
    ),
    element("td", {}, unmaskButton(detail, order)),
  );
}

function unmaskButton(detail: CaseDetail, order: CaseOrder): HTMLElement {
  return action(
    texts.unmask,
    async () => {
      const purpose = prompt(texts.unmaskWhy);
      if (!purpose) return;
      const { facts } = await post<{ facts: Record<string, string> }>(
        `${casePath(detail)}/unmasked`,
        { orderId: order.orderId, purpose },
      );
      alert(
        Object.entries(facts)
          .map(([name, value]) => `${name}: ${value}`)
          .join("\n"),
      );
    },
    "quiet",
  );
}

function ordersTable(detail: CaseDetail, choice: Choice): HTMLElement {
  const heads = [
    texts.account,
    texts.channel,
    "SKU",
    texts.paid,
    texts.placed,
    texts.bits,
    texts.stands,
    texts.unmask,
  ];
  return element(
    "div",
    { class: "scroll", tabindex: "0" },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element("tr", {}, ...heads.map((head) => element("th", { scope: "col" }, head))),
      ),
      element("tbody", {}, ...detail.orders.map((order) => orderRow(detail, order, choice))),
    ),
  );
}

/** What the keys and buttons of an open case do. */
export interface CaseActions {
  readonly node: HTMLElement;
  claim(): Promise<void>;
  decide(verdict: "cancel" | "release"): Promise<void>;
  undo(): Promise<void>;
}

function deciding(detail: CaseDetail, choice: Choice, changed: (next: boolean) => Promise<void>) {
  const path = casePath(detail);
  return {
    claim: async () => {
      await post(`${path}/claim`);
      await changed(false);
    },
    decide: async (verdict: "cancel" | "release") => {
      const except = verdict === "cancel" ? [...choice.stand] : [];
      await post(`${path}/decision`, { version: detail.version, verdict, except });
      await changed(true);
    },
    undo: async () => {
      await post(`${path}/undo`);
      await changed(false);
    },
  };
}

function notes(detail: CaseDetail, changed: (next: boolean) => Promise<void>): HTMLElement {
  const area = element("textarea", { id: "note", rows: "2", maxlength: "2000" });
  return card(
    texts.timeline,
    element(
      "ol",
      { class: "timeline" },
      ...detail.events.map((event) =>
        element(
          "li",
          {},
          `${moment(event.at)} · ${texts.events[event.kind]} · ${event.actor} `,
          event.detail.note ? element("q", {}, event.detail.note) : null,
        ),
      ),
    ),
    element("label", { for: "note" }, texts.note),
    area,
    element(
      "div",
      { class: "row" },
      action(
        texts.addNote,
        async () => {
          await post(`${casePath(detail)}/notes`, { note: area.value });
          await changed(false);
        },
        "quiet",
      ),
    ),
  );
}

function summaryLine(detail: CaseDetail): HTMLElement {
  const { claimedBy, claimedUntil } = detail;
  const claimed =
    claimedBy !== null && claimedUntil !== null && Date.parse(claimedUntil) > Date.now();
  return element(
    "p",
    { class: "small" },
    `${detail.orderCount} ${texts.orders} · ${detail.accountCount} ${texts.accounts} · ` +
      `${number.format(detail.topBits)} ${texts.bits} · ${texts.due}: ${timeLeft(detail.dueAt)}`,
    claimed ? ` · ${texts.claimedBy.replace("{who}", claimedBy)}` : null,
  );
}

/** What speaks for a ring, what against, what would release it, when they came, what they share. */
function evidenceParts(detail: CaseDetail): (Node | false)[] {
  const { document: found } = detail;
  return [
    element("h3", {}, texts.speaksFor),
    reasonList(found.speaks_for_a_ring),
    found.speaks_against.length > 0 && element("h3", {}, texts.speaksAgainst),
    found.speaks_against.length > 0 && reasonList(found.speaks_against),
    element("h3", {}, texts.release),
    element("p", {}, found.would_release[language]),
    element("h3", {}, texts.times),
    timeStrip(detail.orders),
    element("h3", {}, texts.shared),
    element("p", { class: "small" }, texts.sharedHelp),
    element(
      "p",
      {},
      ...found.shared_evidence.map((one) =>
        element("span", { class: "pill" }, `${one.attribute} ${one.value} × ${one.orders}`),
      ),
    ),
  ];
}

function familyButton(
  detail: CaseDetail,
  choice: Choice,
  changed: (next: boolean) => Promise<void>,
): HTMLElement {
  return action(
    texts.family,
    async () => {
      await post(`${casePath(detail)}/family`, { accounts: [...choice.accounts] });
      alert(texts.familyDone);
      await changed(false);
    },
    "quiet",
  );
}

/** Loads a case and draws it; `changed(true)` when it is decided and the next one should come. */
export async function openCase(
  one: CaseSummary,
  changed: (next: boolean) => Promise<void>,
): Promise<CaseActions> {
  const detail = await get<CaseDetail>(casePath(one));
  const choice: Choice = { stand: new Set(), accounts: new Set() };
  const act = deciding(detail, choice, changed);
  const node = element(
    "div",
    {},
    summaryLine(detail),
    detail.state !== "open" && element("p", { class: "note" }, texts[detail.state]),
    element(
      "div",
      { class: "row" },
      ...(detail.state === "open"
        ? [
            action(texts.cancelAll, () => act.decide("cancel")),
            action(texts.releaseAll, () => act.decide("release"), "quiet"),
            action(texts.claim, act.claim, "quiet"),
          ]
        : []),
      detail.state === "decided" && action(texts.undo, act.undo, "quiet"),
    ),
    ...evidenceParts(detail),
    element("h3", {}, texts.list),
    ordersTable(detail, choice),
    element("div", { class: "row" }, familyButton(detail, choice, changed)),
    detail.similar.length > 0 &&
      element("p", { class: "small" }, `${texts.similar}: ${detail.similar.join(", ")}`),
    notes(detail, changed),
  );
  return { node, ...act };
}
