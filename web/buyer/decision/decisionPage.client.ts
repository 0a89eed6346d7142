/* The script of a decision's page: sends the appeal, and takes the money back. */

import type { Language } from "../../../src/base/language.ts";
import { byId, pageData } from "../../ui/dom.client.ts";
import { busy, showProblem } from "../../ui/form.client.ts";
import { caller } from "../../ui/call.client.ts";
import { CallBudget } from "../../ui/pace.ts";
import { takeBackPart } from "../standing/takeBack.client.ts";
import { forgetTyped, keepTyped, restoreTyped } from "../../ui/typed.client.ts";
import { appealKept, sendAppeal } from "./appeal.client.ts";
import type { DecisionTexts } from "./words.ts";
import { keepLanguage } from "../../ui/language.client.ts";

const { language, apiPath, orderId, texts } = pageData<{
  language: Language;
  apiPath: string;
  orderId: string;
  texts: DecisionTexts;
}>();

const { post } = caller(language, texts.failed, { budget: new CallBudget() });

/** Sends the appeal; the typed text stays on the page until it has arrived. */
async function send(form: HTMLFormElement): Promise<void> {
  await sendAppeal(form, `${apiPath}/appeal`, { language, texts });
  forgetTyped(appealKept(orderId));
  location.reload();
}

const form = document.getElementById("appeal") as HTMLFormElement | null;
if (form) {
  keepTyped(appealKept(orderId), form);
  restoreTyped(document);
}
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  void busy(
    form,
    (error) => showProblem(byId("appeal"), texts.failed, error),
    () => send(form),
  );
});

document.getElementById("take-back")?.replaceChildren(
  takeBackPart({
    texts,
    send: async () => {
      await post(`${apiPath}/refund`, { understood: true });
      location.reload();
    },
  }),
);

keepLanguage();
