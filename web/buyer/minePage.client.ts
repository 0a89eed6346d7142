import { caller, CallError } from "../ui/call.client.ts";
import { byId, element, pageData } from "../ui/dom.client.ts";
import { busy, showProblem } from "../ui/form.client.ts";
import type { DecisionShown } from "./decisionPage.ts";
import type { RightsTexts } from "./rightsTexts.ts";

type Owed = NonNullable<DecisionShown["entitlement"]> & { readonly entitlementId: string };
type Own = DecisionShown & { readonly decisionId: string; readonly entitlement: Owed | null };
/** A unit that is owed for a failure of ours, without any decision about her. */
type Credit = Owed & { readonly decisionId: string | null; readonly reason: string | null };

const { language, texts } = pageData<{ language: "id" | "en"; texts: RightsTexts }>();
const root = byId("mine");
const { get, post } = caller(language, texts.failed);

const moment = (iso: string) =>
  new Date(iso).toLocaleString(language === "id" ? "id-ID" : "en-GB", {
    dateStyle: "long",
    timeStyle: "short",
  });

function appealForm(own: Own): HTMLFormElement {
  const id = `statement-${own.decisionId}`;
  const form = element(
    "form",
    {},
    element("label", { for: id }, texts.statement),
    element("textarea", { id, name: "statement", rows: "4", minlength: "10", required: true }),
    element(
      "label",
      { class: "choice" },
      element("input", { type: "checkbox", name: "isFamily" }),
      texts.family,
    ),
    element("div", { class: "row" }, element("button", {}, texts.send)),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = new FormData(form);
    const body = {
      statement: String(values.get("statement")),
      isFamily: values.get("isFamily") === "on",
    };
    void busy(
      form,
      (error) => showProblem(form, texts.failed, error),
      async () => {
        await post(`/v1/me/decisions/${own.decisionId}/appeal`, body);
        await draw();
      },
    );
  });
  return form;
}

function entitlementPart(entitlement: Owed): HTMLElement {
  const money = new Intl.NumberFormat(language === "id" ? "id-ID" : "en-GB", {
    style: "currency",
    currency: entitlement.currency,
    maximumFractionDigits: 0,
  }).format(entitlement.priceMinorUnits / 100);
  const line = texts.entitlement[entitlement.state]
    .replace("{price}", money)
    .replace("{time}", moment(entitlement.expiresAt))
    .replace("{sale}", entitlement.sale ?? "");
  const waive = element("button", { type: "button", class: "quiet" }, texts.waive);
  waive.addEventListener("click", () => {
    void post(`/v1/me/entitlements/${entitlement.entitlementId}/waiver`).then(draw);
  });
  return element(
    "div",
    {},
    element("h3", {}, texts.entitlementTitle),
    element("p", { class: "note" }, line),
    entitlement.sale !== null &&
      element("p", {}, element("a", { href: `/s/${entitlement.sale}` }, entitlement.sale)),
    entitlement.state === "standing" && element("div", { class: "row" }, waive),
  );
}

function appealLine(own: Own): string | null {
  const { appeal } = own;
  if (!appeal) return null;
  if (appeal.state === "pending") return texts.pending.replace("{time}", moment(appeal.dueAt));
  return appeal.byDefault ? texts.byDefault : texts[appeal.state];
}

function decisionCard(own: Own): HTMLElement {
  const { record, state, appeal } = own;
  const line = appealLine(own);
  const mayAppeal = state === "in_force" && !appeal && Date.parse(record.appeal_until) > Date.now();
  return element(
    "section",
    { class: "card" },
    element("h2", {}, `${texts.order} ${record.order_id.slice(0, 8)}`),
    element("p", {}, texts.states[state]),
    element(
      "ol",
      { class: "reasons" },
      ...record.reasons.map((reason) => element("li", {}, reason[language])),
    ),
    element("p", {}, `${texts.counterfactual}: ${record.counterfactual[language]}`),
    line !== null && element("p", { class: "note" }, line),
    appeal?.answer ? element("p", {}, appeal.answer[language]) : null,
    own.entitlement && entitlementPart(own.entitlement),
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

function dataCard(): HTMLElement {
  const erase = element("button", { type: "button", class: "quiet" }, texts.erase);
  const card = element(
    "section",
    { class: "card" },
    element("h2", {}, texts.data),
    element(
      "div",
      { class: "row" },
      element("a", { href: "/v1/me/data", download: "giliran-data.json" }, texts.download),
      erase,
    ),
  );
  erase.addEventListener("click", () => {
    void busy(
      erase,
      (error) => showProblem(card, texts.failed, error),
      async () => {
        const { erasedNow } = await post<{ erasedNow: boolean }>("/v1/me/erasure");
        const line = erasedNow ? texts.erased : texts.eraseAsked;
        card.append(element("p", { class: "note", role: "status" }, line));
      },
    );
  });
  return card;
}

async function draw(): Promise<void> {
  try {
    const { decisions } = await get<{ decisions: Own[] }>("/v1/me/decisions");
    const { entitlements } = await get<{ entitlements: Credit[] }>("/v1/me/entitlements");
    const credits = entitlements.filter((one) => one.decisionId === null);
    root.replaceChildren(
      ...(decisions.length === 0
        ? [element("p", { class: "note" }, texts.noDecisions)]
        : decisions.map(decisionCard)),
      ...credits.map((credit) =>
        element("section", { class: "card" }, credit.reason, entitlementPart(credit)),
      ),
      dataCard(),
    );
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

void draw();
