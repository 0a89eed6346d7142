/* Signing in by code: asks for one, does the work that it costs, and enters it. */

import type { Answer } from "../../../src/api/contract.ts";
import type { buyerRoutes } from "../../../src/api/routes.ts";
import { fill, localeOf } from "../../../src/base/language.ts";
import { element, pageData } from "../../ui/dom.client.ts";
import { codeField, field } from "../../ui/form.client.ts";
import { postWithWork } from "../../ui/work.client.ts";
import { shownCode } from "./stepUp.client.ts";
import { button, form, show } from "./turnCard.client.ts";
import type { SalePageClientData } from "./salePage.ts";

const { texts, language, timeZone } = pageData<SalePageClientData>();

type Sent = Answer<typeof buyerRoutes.requestCode>;

interface Tools {
  readonly post: <T>(path: string, body?: unknown) => Promise<T>;
  /** Called when the session is there. */
  readonly entered: () => Promise<void>;
}

/** Asks for a code. Where many are asked for, the page first does the work that the server names. */
const askForCode = ({ post }: Tools, contact: string) =>
  postWithWork<Sent>(post, "/v1/sign-in/codes", { contact, language });

export function showSignIn(tools: Tools): void {
  const working = element("p", { class: "small", role: "status" });
  const ask = form(
    async (values) => {
      const contact = String(values.get("contact"));
      working.textContent = texts.askingCode;
      const sent = await askForCode(tools, contact).finally(() => (working.textContent = ""));
      showCode(tools, contact, sent);
    },
    ...field("contact", texts.contact, { autocomplete: "email", inputmode: "email" }),
    element("div", { class: "row" }, element("button", {}, texts.sendCode)),
    working,
  );
  show("sign-in", ask);
}

const timeText = (iso: string) =>
  new Intl.DateTimeFormat(localeOf(language), { timeStyle: "short", timeZone }).format(
    new Date(iso),
  );

/** Where the code is: sent now, sent before, or shown in a trial. */
function sentText({ sentTo: to, nextAt, code }: Sent): HTMLElement {
  if (code !== undefined) return shownCode(code);
  const text =
    nextAt === null
      ? fill(texts.codeSent, { to })
      : fill(texts.codeSentBefore, { to, time: timeText(nextAt) });
  return element("p", { class: "note" }, text);
}

function showCode(tools: Tools, contact: string, sent: Sent): void {
  const { digits } = sent;
  const label = digits === 6 ? texts.code : fill(texts.longCode, { n: digits });
  const enter = form(
    async (values) => {
      await tools.post("/v1/sign-in", { contact, code: values.get("code"), asker: sent.asker });
      await tools.entered();
    },
    sentText(sent),
    ...codeField("code", label),
    element(
      "div",
      { class: "row" },
      element("button", {}, texts.signIn),
      button(
        texts.sendAgain,
        async () => showCode(tools, contact, await askForCode(tools, contact)),
        true,
      ),
      button(texts.otherContact, async () => showSignIn(tools), true),
    ),
  );
  // The token differs for each answer, so the card is drawn again.
  show(`code ${sent.asker}`, enter);
  enter.querySelector("input")?.focus();
}
