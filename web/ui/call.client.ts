/** A refusal as the server words it. */
export class CallError extends Error {
  readonly status: number;
  readonly code: string;
  /** Field by field, where the server says so. */
  readonly errors: readonly { readonly field: string; readonly reason: string }[];

  constructor(status: number, code: string, title: string, errors: CallError["errors"] = []) {
    super(title);
    this.status = status;
    this.code = code;
    this.errors = errors;
  }
}

const RETRIES = 4;
const FIRST_WAIT_MS = 400;

/**
 * Calls the API. A POST gets one key and is repeated with it while the network or the server is in
 * trouble: the server gives the first answer again, so nothing happens twice.
 */
export async function call<T>(
  method: "GET" | "POST",
  path: string,
  options: { body?: unknown; language: string; failed: string },
): Promise<T> {
  const headers: Record<string, string> = { "accept-language": options.language };
  if (method === "POST") headers["idempotency-key"] = crypto.randomUUID?.() ?? randomKey();
  if (options.body !== undefined) headers["content-type"] = "application/json";
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await fetch(path, {
        method,
        headers,
        ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
      });
      const text = await response.text();
      const answer: unknown = text === "" ? null : JSON.parse(text);
      if (response.ok) return answer as T;
      const { code, title, errors } = answer as Pick<CallError, "code" | "errors"> & {
        title: string;
      };
      const again = response.status === 503 || code === "request_in_flight";
      if (!again || attempt >= RETRIES) throw new CallError(response.status, code, title, errors);
    } catch (error) {
      if (error instanceof CallError) throw error;
      if (attempt >= RETRIES) throw new CallError(0, "network", options.failed);
    }
    await new Promise((resume) => setTimeout(resume, FIRST_WAIT_MS * 2 ** attempt));
  }
}

/** The two ways that a page calls the API, in its language. */
export function caller(language: string, failed: string) {
  return {
    get: <T>(path: string) => call<T>("GET", path, { language, failed }),
    post: <T>(path: string, body?: unknown) =>
      call<T>("POST", path, { ...(body === undefined ? {} : { body }), language, failed }),
  };
}

/** `crypto.randomUUID` exists on secure pages only; a key need not be secret, just new. */
function randomKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
