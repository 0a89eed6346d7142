import { CallError } from "../ui/call.client.ts";
import { element } from "../ui/dom.client.ts";
import { drawAppeals } from "./appealView.client.ts";
import { drawBatches } from "./batchView.client.ts";
import { openCase, type CaseActions, type CaseSummary } from "./caseView.client.ts";
import { get, number, root, texts, timeLeft, trouble } from "./desk.client.ts";

/* The trust desk: a queue that moves on by itself, keys for everything, batches and appeals beside it. */

let cases: readonly CaseSummary[] = [];
let at = 0;
let open: CaseActions | null = null;

function queueRow(one: CaseSummary, index: number): HTMLElement {
  const button = element(
    "button",
    { type: "button", class: "line", ...(index === at ? { "aria-current": "true" } : {}) },
    element("b", {}, `${one.sale} · ${one.caseNo}`),
    element(
      "span",
      { class: "small" },
      `${one.orderCount} ${texts.orders} · ${number.format(one.topBits)} ${texts.bits} · ${
        one.state === "open" ? timeLeft(one.dueAt) : texts.state[one.state]
      }`,
    ),
  );
  button.addEventListener("click", () => void showCase(index).catch(trouble));
  return element("li", {}, button);
}

async function showCase(index: number): Promise<void> {
  at = Math.max(0, Math.min(cases.length - 1, index));
  const one = cases[at];
  if (!one) {
    open = null;
    root.replaceChildren(element("p", { class: "note" }, texts.empty.queue));
    return;
  }
  open = await openCase(one, async (next) => {
    await loadQueue();
    const nextOpen = cases.findIndex((candidate) => candidate.state === "open");
    await showCase(next && nextOpen >= 0 ? nextOpen : at);
  });
  root.replaceChildren(
    element(
      "div",
      { class: "desk" },
      element("ol", { class: "queue", "aria-label": texts.queue }, ...cases.map(queueRow)),
      element(
        "section",
        { class: "card" },
        element("h2", {}, `${one.sale} · ${one.caseNo}`),
        open.node,
      ),
    ),
  );
  root.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

async function loadQueue(): Promise<void> {
  ({ cases } = await get<{ cases: CaseSummary[] }>("/v1/operator/cases?limit=500"));
}

const VIEWS: Readonly<Record<string, () => Promise<void>>> = {
  queue: async () => {
    await loadQueue();
    await showCase(0);
  },
  batches: drawBatches,
  appeals: drawAppeals,
};

const KEYS: Readonly<Record<string, () => Promise<void> | undefined>> = {
  j: () => showCase(at + 1),
  k: () => showCase(at - 1),
  c: () => open?.claim(),
  x: () => open?.decide("cancel"),
  r: () => open?.decide("release"),
  u: () => open?.undo(),
};

function viewName(): string {
  const name = location.hash.slice(1);
  return name in VIEWS ? name : "queue";
}

async function draw(): Promise<void> {
  const name = viewName();
  open = null;
  for (const tab of document.querySelectorAll<HTMLElement>("[data-tab]")) {
    if (tab.dataset.tab === name) tab.setAttribute("aria-current", "page");
    else tab.removeAttribute("aria-current");
  }
  try {
    await VIEWS[name]!();
  } catch (error) {
    if (error instanceof CallError && error.status === 401) {
      root.replaceChildren(
        element(
          "p",
          { class: "note warm" },
          texts.signIn,
          " ",
          element("a", { href: "/console" }, texts.toConsole),
        ),
      );
    } else trouble(error);
  }
}

document.addEventListener("keydown", (event) => {
  const typing =
    event.target instanceof HTMLTextAreaElement || event.target instanceof HTMLInputElement;
  if (typing || event.metaKey || event.ctrlKey || event.altKey || viewName() !== "queue") return;
  if (event.key === "?") alert(texts.help);
  KEYS[event.key.toLowerCase()]?.()?.catch(trouble);
});
window.addEventListener("hashchange", () => void draw());
void draw();
