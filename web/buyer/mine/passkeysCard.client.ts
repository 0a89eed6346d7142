/*
 * The card for a buyer's passkeys. Made before a sale, a passkey answers a question when no text
 * message arrives.
 */

import type { Answer } from "../../../src/api/contract.ts";
import type { buyerPasskeyRoutes } from "../../../src/api/passkeyRoutes.ts";
import { fill } from "../../../src/base/language.ts";
import type { caller } from "../../ui/call.client.ts";
import { element } from "../../ui/dom.client.ts";
import { busy, showProblem } from "../../ui/form.client.ts";
import { askTwice } from "../../ui/twice.client.ts";
import { hasPasskeys, makePasskey } from "../passkey.client.ts";
import type { MineTexts } from "./words.ts";

type Passkeys = Answer<typeof buyerPasskeyRoutes.listOwnPasskeys>;

interface Tools extends ReturnType<typeof caller> {
  readonly texts: MineTexts;
  readonly moment: (iso: string) => string;
}

/** The card. */
export async function passkeysCard(tools: Tools): Promise<HTMLElement> {
  const { texts, get, post, moment } = tools;
  const card = element("section", { class: "card", id: "passkeys" });
  const act = (control: HTMLButtonElement, action: () => Promise<unknown>) =>
    control.addEventListener("click", () => {
      void busy(
        control,
        (error) => showProblem(card, texts.failed, error),
        async () => {
          await action();
          await draw();
        },
      );
    });

  function line(passkey: Passkeys["passkeys"][number]): HTMLElement {
    const { credentialId, name, createdAt, lastUsedAt } = passkey;
    const made = fill(texts.passkeyMade, { time: moment(createdAt) });
    const used = lastUsedAt && fill(texts.passkeyUsed, { time: moment(lastUsedAt) });
    const remove = askTwice({
      words: {
        first: texts.passkeyRemove,
        means: texts.passkeyRemoveMeans,
        sure: texts.passkeyRemoveSure,
        not: texts.notNow,
      },
      label: `${texts.passkeyRemove}: ${name}, ${moment(createdAt)}`,
      act: async () => {
        await post("/v1/me/passkeys/removal", { credentialId });
        await draw();
      },
      problem: (error, part) => showProblem(part, texts.failed, error),
    });
    return element(
      "li",
      {},
      element("strong", {}, name || texts.passkeyNameless),
      element("p", { class: "small" }, [made, used].filter(Boolean).join(" · ")),
      remove,
    );
  }

  async function draw(): Promise<void> {
    const { passkeys } = await get<Passkeys>("/v1/me/passkeys");
    const add = element("button", { type: "button" }, texts.passkeyAdd);
    act(add, async () => {
      const question = await post<Parameters<typeof makePasskey>[0]>("/v1/me/passkeys/question");
      const credential = await makePasskey(question, texts.passkeyNotMade);
      await post("/v1/me/passkeys", { credential });
    });
    card.replaceChildren(
      element("h2", {}, texts.passkeys),
      element("p", { class: "small" }, texts.passkeysLead),
      ...(passkeys.length > 0 ? [element("ul", {}, ...passkeys.map((one) => line(one)))] : []),
      hasPasskeys()
        ? element("div", { class: "row" }, add)
        : element("p", { class: "note" }, texts.passkeysUnknown),
    );
  }
  await draw();
  return card;
}
