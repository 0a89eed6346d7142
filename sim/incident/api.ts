/* The API as an outsider uses it: over HTTP, with an idempotency key for each request. */

import { randomUUID } from "node:crypto";
import { HttpClient } from "../crowd/httpClient.ts";

/** A refusal in the API's words. */
export class ApiRefusal extends Error {
  override name = "ApiRefusal";
  readonly code: string;
  readonly title: string;
  readonly errors: readonly { readonly field: string; readonly reason: string }[];

  constructor(path: string, problem: { code: string; title: string; errors?: [] }) {
    super(`${path}: ${problem.code}`);
    this.code = problem.code;
    this.title = problem.title;
    this.errors = problem.errors ?? [];
  }
}

export interface ApiOptions {
  readonly session?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The client. */
export class Api {
  readonly #http: HttpClient;

  constructor(address: string, connectionCount = 16) {
    this.#http = new HttpClient(address, connectionCount);
  }

  async call<T>(method: "GET" | "POST", path: string, options: ApiOptions = {}): Promise<T> {
    const { session, body } = options;
    const reply = await this.#http.call({
      method,
      path,
      headers: {
        "accept-language": "en",
        ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
        ...(method === "POST" ? { "idempotency-key": randomUUID() } : {}),
        ...options.headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = JSON.parse(reply.body) as T & { code: string; title: string; errors?: [] };
    if (reply.status >= 400) throw new ApiRefusal(path, answer);
    return answer;
  }

  get = <T>(path: string, session?: string) =>
    this.call<T>("GET", path, session === undefined ? {} : { session });

  post = <T>(path: string, session: string, body?: unknown) =>
    this.call<T>("POST", path, { session, ...(body === undefined ? {} : { body }) });

  /** The refusal that a request must get; throws if it succeeds. */
  async refused(path: string, session: string, body?: unknown): Promise<ApiRefusal> {
    try {
      await this.post(path, session, body);
    } catch (error) {
      if (error instanceof ApiRefusal) return error;
      throw error;
    }
    throw new Error(`${path} was let through`);
  }

  close(): void {
    this.#http.close();
  }
}
