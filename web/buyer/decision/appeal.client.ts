/*
 * Sends an appeal with its files. Photos are made smaller first: on a mobile network the upload is
 * the wait.
 */

import { fill } from "../../../src/base/language.ts";
import { CallError } from "../../ui/call.client.ts";
import { element } from "../../ui/dom.client.ts";
import { upload } from "../../ui/upload.client.ts";
import type { DecisionTexts } from "./words.ts";

const MOST_FILES = 3;
const MOST_FILE_BYTES = 3_000_000;
/** Longest side of a photo; a photographed letter stays readable. */
const LONGEST_SIDE_PIXELS = 2_400;
const JPEG_QUALITY = 0.85;

/** The photo made smaller, or the file itself if that is not possible. */
async function shrunk(file: File): Promise<File> {
  if (file.size <= MOST_FILE_BYTES || !file.type.startsWith("image/")) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE_PIXELS / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    const blob = await new Promise<Blob | null>((resolve) =>
      canvas.toBlob(resolve, "image/jpeg", JPEG_QUALITY),
    );
    return blob ? new File([blob], file.name, { type: blob.type }) : file;
  } catch {
    return file; // no picture that this browser knows: the server says what it thinks of it
  }
}

/** The form as the route takes it; throws a sentence about files that the route would refuse. */
async function readAppeal(form: HTMLFormElement, texts: DecisionTexts): Promise<FormData> {
  const values = new FormData(form);
  const chosen = values
    .getAll("files")
    .filter((file) => file instanceof File)
    .filter((file) => file.size > 0);
  if (chosen.length > MOST_FILES) throw new CallError(0, "too_many_files", texts.tooManyFiles);
  values.delete("files");
  for (const file of await Promise.all(chosen.map(shrunk))) {
    if (file.size > MOST_FILE_BYTES) {
      const megabytes = (file.size / 1_000_000).toFixed(1);
      const text = fill(texts.fileTooLarge, { name: file.name, size: megabytes });
      throw new CallError(0, "file_too_large", text);
    }
    values.append("files", file);
  }
  return values;
}

/** Sends the form and shows the progress. */
export async function sendAppeal(
  form: HTMLFormElement,
  path: string,
  { language, texts }: { readonly language: string; readonly texts: DecisionTexts },
): Promise<void> {
  const body = await readAppeal(form, texts);
  const bar = element("progress", { "aria-label": texts.sending, max: "1" });
  const place = element("p", { role: "status" }, texts.sending, " ", bar);
  form.append(place);
  try {
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
