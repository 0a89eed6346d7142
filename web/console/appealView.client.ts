import { element } from "../ui/dom.client.ts";
import { action, card, get, language, moment, post, root, texts, timeLeft } from "./desk.client.ts";

/* Appeals, what we said beside what she says. */

interface Appeal {
  readonly appealId: string;
  readonly decisionId: string;
  readonly sale: string;
  readonly orderId: string;
  readonly state: "pending" | "upheld" | "rejected";
  readonly filedAt: string;
  readonly dueAt: string;
  readonly overdue: boolean;
  readonly wantsHuman: boolean;
  readonly isFamily: boolean;
  readonly decidedBy: string | null;
}

interface AppealDetail extends Appeal {
  readonly statement: string;
  readonly record: { readonly reasons: readonly { id: string; en: string; rule_id: string }[] };
  readonly deciders: readonly string[];
  readonly files: readonly { fileNo: number; mediaType: string; byteCount: number }[];
  readonly answer: { id: string; en: string } | null;
}

/** A file is a download, never shown inside the page. */
function fileLink(appeal: AppealDetail, fileNo: number, mediaType: string): HTMLElement {
  return action(
    `${texts.files} ${fileNo} (${mediaType})`,
    async () => {
      const file = await get<{ name: string; content: string; mediaType: string }>(
        `/v1/operator/appeals/${appeal.appealId}/files/${fileNo}`,
      );
      const bytes = Uint8Array.from(atob(file.content), (letter) => letter.charCodeAt(0));
      const url = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
      element("a", { href: url, download: file.name }).click();
      URL.revokeObjectURL(url);
    },
    "quiet",
  );
}

function answerForm(appeal: AppealDetail): HTMLElement {
  const own = element("textarea", { id: "answer", rows: "4", minlength: "20" });
  const english = element("textarea", { id: "answer-en", rows: "3" });
  const decide = (outcome: "upheld" | "rejected") => async () => {
    const answer = { id: own.value, en: english.value.trim() === "" ? own.value : english.value };
    await post(`/v1/operator/appeals/${appeal.appealId}/decision`, { outcome, answer });
    await drawAppeals();
  };
  return element(
    "div",
    {},
    element("label", { for: "answer" }, texts.answer),
    own,
    element("label", { for: "answer-en" }, texts.answerEn),
    english,
    element(
      "div",
      { class: "row" },
      action(texts.uphold, decide("upheld")),
      action(texts.reject, decide("rejected"), "quiet"),
    ),
  );
}

async function showAppeal(one: Appeal): Promise<void> {
  const appeal = await get<AppealDetail>(`/v1/operator/appeals/${one.appealId}`);
  root.replaceChildren(
    element("p", {}, action(`← ${texts.appeals}`, drawAppeals, "quiet")),
    element(
      "div",
      { class: "grid two" },
      card(
        texts.weSaid,
        element(
          "ol",
          { class: "reasons" },
          ...appeal.record.reasons.map((reason) =>
            element(
              "li",
              {},
              reason[language],
              element("span", { class: "small" }, reason.rule_id),
            ),
          ),
        ),
        element("p", { class: "small" }, appeal.deciders.join(", ")),
        element(
          "p",
          {},
          element(
            "a",
            {
              href: `/v1/operator/decisions/${appeal.decisionId}/dossier`,
              download: `dossier-${appeal.decisionId}.json`,
            },
            texts.dossier,
          ),
        ),
      ),
      card(
        texts.sheSays,
        element("p", {}, appeal.statement),
        appeal.isFamily && element("span", { class: "pill" }, texts.saysFamily),
        appeal.wantsHuman && element("span", { class: "pill warm" }, texts.wantsHuman),
        element(
          "div",
          { class: "row" },
          ...appeal.files.map((file) => fileLink(appeal, file.fileNo, file.mediaType)),
        ),
      ),
    ),
    card(
      texts.appealState[appeal.state],
      appeal.answer ? element("p", {}, appeal.answer[language]) : null,
      appeal.state === "pending" ? answerForm(appeal) : null,
    ),
  );
}

export async function drawAppeals(): Promise<void> {
  const { appeals } = await get<{ appeals: Appeal[] }>("/v1/operator/appeals");
  const row = (one: Appeal) => {
    const open = element("button", { type: "button", class: "line" }, one.orderId.slice(0, 8));
    open.addEventListener("click", () => void showAppeal(one));
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, open),
      element("td", {}, one.sale),
      element("td", {}, texts.appealState[one.state]),
      element("td", {}, one.state === "pending" ? timeLeft(one.dueAt) : moment(one.filedAt)),
      element("td", {}, one.decidedBy ?? ""),
    );
  };
  root.replaceChildren(
    appeals.length === 0
      ? element("p", { class: "note" }, texts.empty.appeals)
      : element(
          "div",
          { class: "scroll", tabindex: "0" },
          element("table", {}, element("tbody", {}, ...appeals.map(row))),
        ),
  );
}
