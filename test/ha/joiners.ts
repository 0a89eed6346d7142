import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { simulatedPhone } from "../../sim/crowd/crowd.ts";
import { HttpClient, type Call, type Reply } from "../../sim/crowd/httpClient.ts";
import { solve } from "../helpers/server.ts";

const RETRY_MS = 50;

/** People who join one after the other and repeat each request until it is answered, as pages do. */
export class Joiners {
  readonly #client: HttpClient;
  readonly #brand: SimulatedBrand;
  readonly #path: string;
  readonly #connections: number;
  #person = 0;
  #stopped = false;
  #running: Promise<unknown> = Promise.resolve();
  /** Entries that were acknowledged, and when, in ms of `performance.now`. */
  readonly acknowledged = new Map<string, number>();
  /** Answers other than success, by status; 0: none. */
  readonly others = new Map<number, number>();

  constructor(address: string, brand: SimulatedBrand, slug: string, connections = 8) {
    this.#client = new HttpClient(address, connections);
    this.#brand = brand;
    this.#connections = connections;
    this.#path = `/v1/sales/${slug}/rounds/1`;
  }

  start(): void {
    this.#stopped = false;
    const one = async () => {
      while (!this.#stopped) await this.#join(this.#person++);
    };
    this.#running = Promise.all(Array.from({ length: this.#connections }, one));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  close(): void {
    this.#client.close();
  }

  /** The longest time without an acknowledged entry since a moment. */
  longestGapMs(sinceMs: number): number {
    const times = [...this.acknowledged.values()]
      .filter((ms) => ms >= sinceMs)
      .sort((a, b) => a - b);
    let longest = 0;
    for (const [index, ms] of times.entries()) {
      longest = Math.max(longest, ms - (times[index - 1] ?? sinceMs));
    }
    return longest;
  }

  async #join(index: number): Promise<void> {
    const customer = { subject: `h${index}`, phone: simulatedPhone(index) };
    const token = this.#brand.token(customer, Date.now() + 3_600_000);
    const signedIn = await this.#asked(200, {
      method: "POST",
      path: "/v1/sign-in/token",
      headers: { "idempotency-key": `sign-in-${index}-000000` },
      body: JSON.stringify({ token }),
    });
    const authorization = `Bearer ${JSON.parse(signedIn.body).session}`;
    const path = `${this.#path}/challenge`;
    const challenge = await this.#asked(200, { method: "GET", path, headers: { authorization } });
    const work = solve(JSON.parse(challenge.body));
    const joined = await this.#asked(201, {
      method: "POST",
      path: `${this.#path}/entries`,
      headers: { authorization, "idempotency-key": `join-${index}-000000` },
      body: JSON.stringify({ channel: "shop", preferences: ["RED"], work }),
    });
    this.acknowledged.set(JSON.parse(joined.body).entryId, performance.now());
  }

  /** Repeats a request until it is answered as it should be. */
  async #asked(status: number, call: Call): Promise<Reply> {
    for (;;) {
      const reply = await this.#client.call(call).catch(() => ({ status: 0, body: "" }));
      if (reply.status === status) return reply;
      this.others.set(reply.status, (this.others.get(reply.status) ?? 0) + 1);
      if (reply.status >= 400 && reply.status < 500 && reply.status !== 429) {
        throw new Error(`${call.path}: ${reply.status} ${reply.body}`);
      }
      await new Promise((resume) => setTimeout(resume, RETRY_MS));
    }
  }
}
