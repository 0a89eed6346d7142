import { Thread } from "../../../threads/thread.ts";
import type { Sql } from "../../../db/connect.ts";
import type { RootThread } from "./rootThread.ts";
import { READ_AT_ONCE, type WindowRoot, type RootTask, windowRoot } from "./windowRoot.ts";

/* Where roots are computed: small windows at once, large ones in a thread. */

const THREAD = new URL("./rootThread.ts", import.meta.url);

/** Where a worker has roots computed: small windows at once, large ones in a thread that stays. */
export class WindowRoots {
  readonly #sql: Sql;
  readonly #thread: Thread<RootThread>;
  readonly #mostHereCount: number;

  /**
   * `mostHereCount`: entries of a window that is computed on this thread, about 10 ms by default. `threadFile`:
   * another thread in its place; tests slow it down.
   */
  constructor(deps: {
    readonly sql: Sql;
    readonly threadFile?: URL;
    readonly mostHereCount?: number;
  }) {
    this.#sql = deps.sql;
    this.#thread = new Thread(deps.threadFile ?? THREAD, {
      setup: { target: deps.sql.target },
    });
    this.#mostHereCount = deps.mostHereCount ?? READ_AT_ONCE;
  }

  /** The root; rejects with the reason of `cancel` as soon as that is aborted. */
  async find(task: RootTask, cancel: AbortSignal): Promise<WindowRoot> {
    if (await this.#isSmall(task)) return await windowRoot(this.#sql, task);
    return await this.#thread.ask(task, { signal: cancel });
  }

  async #isSmall({ saleNo, round, windowNo }: RootTask): Promise<boolean> {
    const [row] = await this.#sql<{ count: number }[]>`
      select count(*)::int as count from (select 1 from entry
        where sale_no = ${saleNo} and round_no = ${round.roundNo} and window_no = ${windowNo}
        limit ${this.#mostHereCount + 1}) few`;
    return (row?.count ?? 0) <= this.#mostHereCount;
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }
}
