/* Uploads forms with files, with progress and cancellation. */

import { call, CallError } from "./call.client.ts";

export interface UploadOptions {
  readonly language: string;
  readonly failed: string;
  /** Called with the share sent, 0 to 1; at 1 the server works on it. */
  readonly progress?: (share: number) => void;
  /** Cancels the upload; the server stops as well. */
  readonly signal?: AbortSignal;
}

/** Status for a cancelled upload; the server never sends it. */
const CANCELLED = 499;

/** Calls the API with a form. */
export function upload<T>(path: string, form: FormData, options: UploadOptions): Promise<T> {
  const { language, failed } = options;
  const send = (headers: Readonly<Record<string, string>>) => sent(path, form, headers, options);
  return call<T>("POST", path, { language, failed, send });
}

/** With XMLHttpRequest, since `fetch` does not report upload progress. */
function sent(
  path: string,
  form: FormData,
  headers: Readonly<Record<string, string>>,
  { failed, progress, signal }: UploadOptions,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const cancel = () => reject(new CallError(CANCELLED, "cancelled", failed));
    if (signal?.aborted) return cancel();
    const request = new XMLHttpRequest();
    request.open("POST", path);
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.addEventListener("progress", ({ loaded, total }) => progress?.(loaded / total));
    request.addEventListener("load", () => {
      const { status, responseText } = request;
      const again = request.getResponseHeader("retry-after");
      resolve(
        new Response(responseText, { status, headers: again ? { "retry-after": again } : {} }),
      );
    });
    request.addEventListener("error", () => reject(new TypeError("the network failed")));
    request.addEventListener("abort", cancel);
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}
