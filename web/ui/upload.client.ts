import { call, CallError } from "./call.client.ts";

export interface UploadOptions {
  readonly language: string;
  readonly failed: string;
  /** Told how much has been sent, 0 to 1. At 1 the server looks at it. */
  readonly progress?: (share: number) => void;
  /** Breaks it off: the server stops, too. */
  readonly signal?: AbortSignal;
}

/** Nobody waits for the answer any more; no status of the server's. */
const CANCELLED = 499;

/** Calls the API with a form that has files in it. */
export function upload<T>(path: string, form: FormData, options: UploadOptions): Promise<T> {
  const { language, failed } = options;
  const send = (headers: Readonly<Record<string, string>>) => sent(path, form, headers, options);
  return call<T>("POST", path, { language, failed, send });
}

/** By an XMLHttpRequest, for `fetch` does not tell how much has been sent. */
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
