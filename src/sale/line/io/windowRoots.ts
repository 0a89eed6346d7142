/*
 * Computes roots of windows: small ones on the main thread, large ones in a thread that stays. The
 * requests of the main thread must never wait for a large window.
 */

import { Thread } from "../../../threads/thread.ts";
import type { Sql } from "../../../db/connect.ts";
import type { RootThread } from "./rootThread.ts";
import { hasMoreEntries } from "./sealStore.ts";
import { READ_AT_ONCE, type WindowRoot, type RootTask, windowRoot } from "./windowRoot.ts";

const THREAD = new URL("./rootThread.ts", import.meta.url);

/** The root computer of a worker. */
export class WindowRoots {
  readonly #sql: Sql;
  readonly #thread: Thread<RootThread>;
  readonly #mostHereCount: number;

  /**
   * `mostHereCount`: entries of a window that the main thread computes, about 10 ms by default.
   * `threadFile`: another thread file; tests slow it down.
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

  /** The root; rejects with the reason of `cancel` as soon as that aborts. */
  async find(task: RootTask, cancel: AbortSignal): Promise<WindowRoot> {
    const { saleNo, round, fromWindowNo, windowNo } = task;
    const group = { saleNo, roundNo: round.roundNo, fromWindowNo, windowNo };
    const isLarge = await hasMoreEntries(this.#sql, group, this.#mostHereCount);
    if (!isLarge) return await windowRoot(this.#sql, task);
    return await this.#thread.ask(task, { signal: cancel });
  }

  stop(): Promise<void> {
    return this.#thread.stop();
  }
}
