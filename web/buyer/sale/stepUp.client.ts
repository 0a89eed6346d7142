/* The question before a doubtful order: why it is asked, and the ways to answer. */

import type { Answer } from "../../../src/api/contract.ts";
import type { buyerRoutes } from "../../../src/api/routes.ts";
import { said } from "../../ui/said.client.ts";
import { fill } from "../../../src/base/language.ts";
import { caller } from "../../ui/call.client.ts";
import { element, pageData } from "../../ui/dom.client.ts";
import { codeField } from "../../ui/form.client.ts";
import { answerWithPasskey, hasPasskeys } from "../passkey.client.ts";
import type { OwnStatus } from "./ownStatus.ts";
import type { SalePageClientData } from "./salePage.ts";

const { texts, language, showCodes } = pageData<SalePageClientData>();

type StepUp = NonNullable<NonNullable<OwnStatus["offer"]>["stepUp"]>;

interface Tools {
  readonly form: (
    action: (values: FormData) => Promise<void>,
    ...children: (Node | null)[]
  ) => HTMLFormElement;
  readonly button: (
    label: string,
    action: () => Promise<void>,
    quiet: boolean,
  ) => HTMLButtonElement;
  /** Posts to the question's address or below it. */
  readonly post: <T>(below: "" | "/code" | "/passkey", content?: object) => Promise<T>;
  /** Shows the state after an answer. */
  readonly refresh: () => Promise<void>;
  readonly change: () => Promise<void>;
}

const { get } = caller(language, texts.failed);

/** The code itself, only in a trial on the reader's own machine. */
export const shownCode = (code: string): HTMLElement =>
  element(
    "p",
    { class: "note" },
    `${texts.shownCode} `,
    element("strong", { class: "mono" }, code),
  );

/** Fills in the newest code of a kind sent to this buyer. */
export function shownCodeOf(kind: "cod_code" | "step_up_code"): HTMLElement | null {
  if (!showCodes) return null;
  const place = element("div");
  get<Answer<typeof buyerRoutes.listOwnCodes>>("/v1/me/codes").then(
    ({ codes }) => {
      const newest = codes.find((one) => one.kind === kind);
      if (newest) place.replaceChildren(shownCode(newest.code));
    },
    () => undefined, // not on this machine: the code is where it was sent
  );
  return place;
}

/** The question and its answers. */
export function stepUpParts(stepUp: StepUp, tools: Tools): (Node | null | false)[] {
  const { form, button, post, refresh, change } = tools;
  const answer = async (content: object) => {
    await post("", content);
    await refresh();
  };
  const sendAgain = async () => {
    await post("/code");
    await refresh();
  };
  const withPasskey = async () => {
    const question = await post<Parameters<typeof answerWithPasskey>[0]>("/passkey");
    const credential = await answerWithPasskey(question, texts.passkeyNotUsed);
    await answer({ kind: "passkey", credential });
  };
  return [
    element("h3", {}, texts.stepUpTitle),
    element("p", {}, texts.stepUpWhy),
    element("ul", {}, ...stepUp.reasons.map((reason) => element("li", {}, said(reason)))),
    stepUp.kinds.includes("code") &&
      form(
        async (values) => answer({ kind: "code", code: values.get("code") }),
        stepUp.sentTo === null
          ? null
          : element("p", { class: "small" }, fill(texts.codeSent, { to: stepUp.sentTo })),
        shownCodeOf("step_up_code"),
        ...codeField("code", texts.code),
        element(
          "div",
          { class: "row" },
          element("button", {}, texts.stepUpCode),
          button(texts.stepUpAgain, sendAgain, true),
        ),
      ),
    stepUp.kinds.includes("passkey") &&
      hasPasskeys() &&
      form(
        withPasskey,
        element("p", { class: "small" }, texts.stepUpPasskeyLead),
        element("div", { class: "row" }, element("button", {}, texts.stepUpPasskey)),
      ),
    stepUp.kinds.includes("address") &&
      form(
        async () => answer({ kind: "address" }),
        element("p", { class: "small" }, texts.stepUpAddressLead),
        element("p", {}, stepUp.address),
        element(
          "div",
          { class: "row" },
          element("button", { class: "quiet" }, texts.stepUpAddress),
        ),
      ),
    element("div", { class: "row" }, button(texts.stepUpChange, change, true)),
  ];
}
