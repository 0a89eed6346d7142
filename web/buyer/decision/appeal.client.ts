/* Sends an appeal with its files, photos small and without where they were taken. */

import { fill, localeOf, type Language } from "../../../src/base/language.ts";
import { CallError } from "../../ui/call.client.ts";
import { element } from "../../ui/dom.client.ts";
import { upload } from "../../ui/upload.client.ts";
import { smallPhoto } from "./photo.client.ts";
import type { DecisionTexts } from "./words.ts";

interface Spoken {
  readonly language: Language;
  readonly texts: DecisionTexts;
}

const MOST_FILES = 3;
const MOST_FILE_BYTES = 3_000_000;

/** The form as the route takes it; throws a sentence about files that the route would refuse. */
async function readAppeal(form: HTMLFormElement, { language, texts }: Spoken): Promise<FormData> {
  const values = new FormData(form);
  const chosen = values
    .getAll("files")
    .filter((file) => file instanceof File)
    .filter((file) => file.size > 0);
  if (chosen.length > MOST_FILES) throw new CallError(0, "too_many_files", texts.tooManyFiles);
  values.delete("files");
  // One after the other: a phone has no memory for three large pictures at once.
  for (const given of chosen) {
    const file = await smallPhoto(given);
    if (file.size > MOST_FILE_BYTES) {
      const megabytes = (file.size / 1_000_000).toLocaleString(localeOf(language), {
        maximumFractionDigits: 1,
      });
      const text = fill(texts.fileTooLarge, { name: file.name, size: megabytes });
      throw new CallError(0, "file_too_large", text);
    }
    values.append("files", file);
  }
  return values;
}

/** The name under which an appeal is kept until it was sent, on both of its pages. */
export const appealKept = (orderId: string): string => `appeal ${orderId}`;

/** Sends the form and shows the progress. */
export async function sendAppeal(
  form: HTMLFormElement,
  path: string,
  spoken: Spoken,
): Promise<void> {
  const { language, texts } = spoken;
  const bar = element("progress", { "aria-label": texts.sending, max: "1" });
  const label = element("span", {}, texts.preparing);
  const place = element("p", { role: "status" }, label, " ", bar);
  form.append(place);
  try {
    const body = await readAppeal(form, spoken);
    label.textContent = texts.sending;
    await upload(path, body, {
      language,
      failed: texts.failed,
      progress: (share) => {
        // After the upload the remaining time is unknown.
        if (share < 1) bar.value = share;
        else bar.removeAttribute("value");
      },
    });
  } finally {
    place.remove();
  }
}
