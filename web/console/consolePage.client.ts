import { byId, element, pageData } from "../ui/dom.client.ts";
import { caller, CallError } from "../ui/call.client.ts";
import type { ConsoleTexts } from "./texts.ts";

interface SaleInfo {
  slug: string;
  state: "draft" | "live" | "paused" | "closed";
  title: Record<"id" | "en", string>;
  rounds: { roundNo: number; lobbyOpensAt: string }[];
}
type StockColumn = keyof ConsoleTexts["columns"];
type StockLine = { channel: string; sku: string } & Record<StockColumn, number>;
interface LiveRound {
  roundNo: number;
  entryCount: number;
  withdrawnCount: number;
  waitingCount: number;
  offers: Record<string, number>;
  orders: Record<string, number>;
  backfilledUnits: number;
  stock: StockLine[];
}
interface OutboxMessage {
  kind: string;
  to: string;
  text: string;
  createdAt: string;
}

const { language, texts } = pageData<{ language: "id" | "en"; texts: ConsoleTexts }>();
const root = byId("console");
const REFRESH_MS = 1_500;
const SVG = "http://www.w3.org/2000/svg";
const COLUMNS: readonly StockColumn[] = [
  "allotted",
  "free",
  "offered",
  "ordered",
  "sold",
  "held",
  "returned",
];
let timer: ReturnType<typeof setInterval> | null = null;

const number = new Intl.NumberFormat(language === "id" ? "id-ID" : "en-GB");
const { get, post } = caller(language, texts.failed);

function problem(where: HTMLElement, error: unknown): void {
  where.querySelector(".bad")?.remove();
  const text = error instanceof CallError ? error.message : texts.failed;
  where.append(element("p", { class: "note bad", role: "alert" }, text));
}

function credentials(
  title: string,
  lead: string | null,
  submit: string,
  action: (name: string, password: string) => Promise<void>,
  fresh: boolean,
): void {
  const node = element(
    "form",
    { class: "card" },
    element("h2", {}, title),
    lead && element("p", {}, lead),
    element("label", { for: "name" }, texts.name),
    element("input", {
      id: "name",
      name: "name",
      required: true,
      minlength: "2",
      autocomplete: "username",
    }),
    element("label", { for: "password" }, fresh ? texts.password : texts.passwordShort),
    element("input", {
      id: "password",
      name: "password",
      type: "password",
      required: true,
      ...(fresh ? { minlength: "10" } : {}),
      autocomplete: fresh ? "new-password" : "current-password",
    }),
    element("div", { class: "row" }, element("button", {}, submit)),
  );
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = new FormData(node);
    action(String(values.get("name")), String(values.get("password"))).catch((error: unknown) =>
      problem(node, error),
    );
  });
  root.replaceChildren(node);
}

async function signIn(name: string, password: string): Promise<void> {
  const who = await post<{ name: string; role: string }>("/v1/operators/session", {
    name,
    password,
  });
  sessionStorage.setItem(
    "operator",
    texts.signedInAs.replace("{name}", who.name).replace("{role}", who.role),
  );
  await showSales();
}

function showSignIn(): void {
  if (timer) clearInterval(timer);
  credentials(texts.signIn, null, texts.signIn, signIn, false);
}

/** The invitation comes after the #, which no server and no log ever sees. */
function showInvitation(invitation: string): void {
  credentials(
    texts.welcome,
    texts.firstRun,
    texts.create,
    async (name, password) => {
      await post("/v1/operators/invitation", { invitation, name, password });
      history.replaceState(null, "", location.pathname);
      await signIn(name, password);
    },
    true,
  );
}

function kpi(label: string, value: number): HTMLElement {
  return element(
    "div",
    { class: "kpi" },
    element("b", {}, number.format(value)),
    element("span", {}, label),
  );
}

/** Sold and on the way to be sold, as parts of what was allotted. */
function bar(line: StockLine): HTMLElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 1");
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("aria-hidden", "true");
  const part = (from: number, units: number, name: string) => {
    const rect = document.createElementNS(SVG, "rect");
    rect.setAttribute("x", String((100 * from) / line.allotted));
    rect.setAttribute("width", String((100 * units) / line.allotted));
    rect.setAttribute("height", "1");
    rect.setAttribute("class", name);
    svg.append(rect);
  };
  part(0, line.sold, "sold");
  part(line.sold, line.offered + line.ordered, "moving");
  return element(
    "div",
    { class: "bar" },
    element("span", {}, `${line.channel} · ${line.sku}`),
    element("span", { class: "track" }, svg as unknown as Node),
    element("span", {}, `${number.format(line.sold)} / ${number.format(line.allotted)}`),
  );
}

function stockTable(stock: readonly StockLine[]): HTMLElement {
  const sum = (column: StockColumn) => stock.reduce((total, line) => total + line[column], 0);
  return element(
    "div",
    { class: "scroll" },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "col" }, ""),
          ...COLUMNS.map((column) => element("th", { scope: "col" }, texts.columns[column])),
        ),
      ),
      element(
        "tbody",
        {},
        ...stock.map((line) =>
          element(
            "tr",
            {},
            element("th", { scope: "row" }, `${line.channel} · ${line.sku}`),
            ...COLUMNS.map((column) => element("td", {}, number.format(line[column]))),
          ),
        ),
      ),
      element(
        "tfoot",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "row" }, texts.total),
          ...COLUMNS.map((column) => element("td", {}, number.format(sum(column)))),
        ),
      ),
    ),
  );
}

function liveRound(live: LiveRound): HTMLElement {
  const of = (counts: Record<string, number>, ...states: string[]) =>
    states.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  return element(
    "section",
    {},
    element("h3", {}, `${texts.round} ${live.roundNo}`),
    element(
      "div",
      { class: "kpis" },
      kpi(texts.entries, live.entryCount),
      kpi(texts.waiting, live.waitingCount),
      kpi(texts.offersOpen, of(live.offers, "open")),
      kpi(texts.ordersOpen, of(live.orders, "awaiting_payment", "awaiting_confirmation")),
      kpi(texts.sold, of(live.orders, "paid", "cod_confirmed")),
      kpi(texts.expired, of(live.offers, "expired")),
      kpi(texts.backfilled, live.backfilledUnits),
      kpi(texts.withdrawn, live.withdrawnCount),
    ),
    element("div", { class: "bars" }, ...live.stock.map(bar)),
    element("details", {}, element("summary", {}, texts.stock), stockTable(live.stock)),
  );
}

const ACTIONS = {
  draft: ["open"],
  live: ["pause", "close"],
  paused: ["resume", "close"],
  closed: [],
} as const;

async function saleCard(sale: SaleInfo): Promise<HTMLElement> {
  const live = await get<{ rounds: LiveRound[] }>(`/v1/operator/sales/${sale.slug}/live`);
  const card = element(
    "section",
    { class: "card" },
    element(
      "p",
      {},
      element(
        "span",
        { class: sale.state === "live" ? "pill" : "pill warm" },
        texts.states[sale.state],
      ),
    ),
    element("h2", {}, sale.title[language]),
    element(
      "p",
      {},
      element("a", { href: `/s/${sale.slug}` }, texts.public),
      " · ",
      element("a", { href: `/s/${sale.slug}/policy` }, texts.policy),
      " · ",
      element("a", { href: `/s/${sale.slug}/report` }, texts.report),
    ),
    ...live.rounds.map(liveRound),
  );
  const row = element("div", { class: "row" });
  for (const action of ACTIONS[sale.state]) {
    const node = element(
      "button",
      { type: "button", ...(action === "close" ? { class: "quiet" } : {}) },
      texts.actions[action],
    );
    node.addEventListener("click", () => {
      if (action === "close" && !confirm(texts.confirmClose)) return;
      post(`/v1/operator/sales/${sale.slug}/${action}`)
        .then(draw)
        .catch((error: unknown) => problem(card, error));
    });
    row.append(node);
  }
  row.append(...remedyButtons(sale, card));
  card.append(row);
  return card;
}

/** A draft needs a policy before it opens; a round that is still to open may owe units to people. */
function remedyButtons(sale: SaleInfo, card: HTMLElement): HTMLElement[] {
  const button = (label: string, work: () => Promise<void>) => {
    const node = element("button", { type: "button", class: "quiet" }, label);
    node.addEventListener(
      "click",
      () => void work().catch((error: unknown) => problem(card, error)),
    );
    return node;
  };
  const path = `/v1/operator/sales/${sale.slug}`;
  const usePolicy = button(texts.usePolicy, async () => {
    await post(`${path}/policy`, {});
    await draw();
  });
  const upcoming = sale.rounds.find((round) => Date.parse(round.lobbyOpensAt) > Date.now());
  const carve = button(texts.carveOut, async () => {
    const done = await post<{ carved: number; leftStanding: number }>(
      `${path}/rounds/${upcoming!.roundNo}/carve-out`,
    );
    const line = texts.carved
      .replace("{n}", String(done.carved))
      .replace("{left}", String(done.leftStanding));
    card.append(element("p", { class: "note", role: "status" }, line));
  });
  return [sale.state === "draft" ? usePolicy : null, upcoming ? carve : null].filter(
    (node) => node !== null,
  );
}

function outboxCard(messages: readonly OutboxMessage[]): HTMLElement {
  return element(
    "section",
    { class: "card" },
    element("h2", {}, texts.outbox),
    messages.length === 0 ? element("p", { class: "small" }, texts.outboxEmpty) : null,
    ...messages
      .slice(0, 12)
      .map((message) => element("p", { class: "small" }, `${message.to}: ${message.text}`)),
  );
}

async function draw(): Promise<void> {
  const open = [...root.querySelectorAll("details")].map((node) => node.open);
  const { sales } = await get<{ sales: SaleInfo[] }>("/v1/operator/sales");
  const outbox = await get<{ messages: OutboxMessage[] }>("/v1/operator/outbox").catch(() => ({
    messages: [],
  }));
  const cards = await Promise.all(sales.map(saleCard));
  const out = element("button", { type: "button", class: "quiet" }, texts.signOut);
  out.addEventListener(
    "click",
    () => void post("/v1/operators/sign-out").then(showSignIn, showSignIn),
  );
  root.replaceChildren(
    element(
      "div",
      { class: "row" },
      element("span", { class: "small" }, sessionStorage.getItem("operator") ?? ""),
      out,
    ),
    element("h2", {}, texts.sales),
    sales.length === 0 ? element("p", {}, texts.none) : "",
    ...cards,
    outboxCard(outbox.messages),
  );
  root.querySelectorAll("details").forEach((node, index) => (node.open = open[index] ?? false));
}

async function showSales(): Promise<void> {
  await draw();
  if (timer) clearInterval(timer);
  timer = setInterval(() => {
    // A page in which somebody is reading or choosing is left alone while its window is hidden.
    if (document.visibilityState !== "visible") return;
    draw().catch((error: unknown) => {
      if (error instanceof CallError && error.status === 401) showSignIn();
    });
  }, REFRESH_MS);
}

const invitation = /^#invitation=([0-9a-f]{64})$/.exec(location.hash)?.[1];
if (invitation) showInvitation(invitation);
else showSales().catch(showSignIn);
