/*
 * The form to join. Must never happen: something is wished for that its buyer did not choose, since an offer of it
 * would use up her turn.
 */

import type { Board } from "../../../src/sale/board.ts";
import { element, pageData } from "../../ui/dom.client.ts";
import { AT_ONCE_MS } from "../../ui/pace.ts";
import { forgetTyped, keepTyped } from "../../ui/typed.client.ts";
import { solveWork, type Challenge } from "../../ui/work.client.ts";
import { preferenceFields, wishes } from "./saleFields.client.ts";
import { form, show } from "./turnCard.client.ts";
import type { SalePageClientData } from "./salePage.ts";

const { texts, slug, roundNo, channels } = pageData<SalePageClientData>();
const round = `/v1/sales/${slug}/rounds/${roundNo}`;
/** The name under which wishes are kept until they were sent. */
const WISHES = `wishes ${slug} ${roundNo}`;

let work: Promise<string> | null = null;

interface Tools {
  readonly get: <T>(path: string) => Promise<T>;
  readonly post: <T>(path: string, body: unknown, patient?: boolean) => Promise<T>;
  readonly refresh: () => Promise<void>;
  /** The newest board; null before the first. */
  readonly board: () => Board | null;
}

/** Fetches and solves the proof of work once; a failure starts over. */
function prepareWork({ get }: Tools): Promise<string> {
  work ??= get<Challenge>(`${round}/challenge`).then(solveWork);
  work.catch(() => (work = null));
  return work;
}

/** The choice of a channel, and below it the wishes; the function says that one is missing. */
function channelFields(board: Tools["board"]) {
  const wanted = element("div");
  let missing = () => {};
  const channel = element(
    "select",
    { id: "channel", name: "channel", required: true },
    element("option", { value: "" }, texts.choose),
    ...channels.map((one) => element("option", { value: one.code }, one.name)),
  );
  channel.addEventListener("change", () => {
    const skus = channels.find((one) => one.code === channel.value)?.skus ?? [];
    wanted.replaceChildren();
    if (skus.length === 0) return;
    const [fields, say] = preferenceFields(channel.value, skus, board());
    wanted.append(fields);
    missing = say;
  });
  return { channel, wanted, missing: () => missing() };
}

export function showJoinForm(tools: Tools): void {
  if (work === null) setTimeout(() => void prepareWork(tools), Math.random() * AT_ONCE_MS);
  const { channel, wanted, missing } = channelFields(tools.board);
  const state = element("p", { class: "small", role: "status" });
  const join = form(
    async (values) => {
      const preferences = wishes(values);
      if (preferences.length === 0) return missing();
      state.textContent = texts.solving;
      const solved = await prepareWork(tools);
      state.textContent = texts.joining;
      work = null;
      const body = { channel: channel.value, preferences, work: solved };
      await tools.post(`${round}/entries`, body, true);
      forgetTyped(WISHES);
      await tools.refresh();
    },
    element("label", { for: "channel" }, texts.channel),
    channel,
    wanted,
    element("div", { class: "row" }, element("button", {}, texts.join)),
    state,
  );
  show("join", keepTyped(WISHES, join));
}
