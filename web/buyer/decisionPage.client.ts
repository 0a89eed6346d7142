import { call } from "../ui/call.client.ts";
import { byId, pageData } from "../ui/dom.client.ts";
import { busy, showProblem } from "../ui/form.client.ts";
import type { RightsTexts } from "./rightsTexts.ts";

const { language, apiPath, texts } = pageData<{
  language: "id" | "en";
  apiPath: string;
  texts: RightsTexts;
}>();

const base64 = (file: File): Promise<string> =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("error", () => reject(reader.error));
    reader.addEventListener("load", () => resolve(String(reader.result).split(",")[1] ?? ""));
    reader.readAsDataURL(file);
  });

/** Sends the appeal; what was typed stays on the page until it has arrived. */
async function send(form: HTMLFormElement): Promise<void> {
  const values = new FormData(form);
  const files = values
    .getAll("files")
    .filter((file) => file instanceof File)
    .filter((file) => file.size > 0);
  const body = {
    statement: String(values.get("statement")),
    isFamily: values.get("isFamily") === "on",
    wantsHuman: values.get("wantsHuman") === "on",
    files: await Promise.all(
      files.map(async (file) => ({ name: file.name, content: await base64(file) })),
    ),
  };
  await call("POST", `${apiPath}/appeal`, { body, language, failed: texts.failed });
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
