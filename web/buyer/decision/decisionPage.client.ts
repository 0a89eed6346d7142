/* The script of a decision's page: sends the appeal, and takes the money back. */

import type { Language } from "../../../src/base/language.ts";
import { byId, pageData } from "../../ui/dom.client.ts";
import { busy, showProblem } from "../../ui/form.client.ts";
import { caller } from "../../ui/call.client.ts";
import { CallBudget } from "../../ui/pace.ts";
import { takeBackPart } from "../standing/takeBack.client.ts";
import { sendAppeal } from "./appeal.client.ts";
import type { DecisionTexts } from "./words.ts";
import { keepLanguage } from "../../ui/language.client.ts";

const { language, apiPath, texts } = pageData<{
  language: Language;
  apiPath: string;
  texts: DecisionTexts;
}>();

const { post } = caller(language, texts.failed, new CallBudget());

/** Sends the appeal; the typed text stays on the page until it has arrived. */
async function send(form: HTMLFormElement): Promise<void> {
  await sendAppeal(form, `${apiPath}/appeal`, { language, texts });
  location.reload();
}

const form = document.getElementById("appeal") as HTMLFormElement | null;
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
