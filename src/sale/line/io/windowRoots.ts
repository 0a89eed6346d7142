import { Thread } from "../../../threads/thread.ts";
import type { Sql } from "../../../db/connect.ts";
import type { RootThread } from "./rootThread.ts";
import { hasMoreEntries } from "./sealStore.ts";
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
    const { saleNo, round, windowNo } = task;
    const window = { saleNo, roundNo: round.roundNo, windowNo };
    const isLarge = await hasMoreEntries(this.#sql, window, this.#mostHereCount);
    if (!isLarge) return await windowRoot(this.#sql, task);
    return await this.#thread.ask(task, { signal: cancel });
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }
}
