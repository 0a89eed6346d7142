import pino from "pino";
import type { Keyring } from "../../../src/access/io/keyring.ts";
import type { Clock } from "../../../src/base/clock.ts";
import type { Sql } from "../../../src/db/connect.ts";
import { Worker } from "../../../src/sale/line/io/worker.ts";
import type { RootTask } from "../../../src/sale/line/io/windowRoot.ts";
import type { SlowRootTask } from "./slowRootThread.ts";
import { WindowRoots } from "../../../src/sale/line/io/windowRoots.ts";

const THREAD = new URL("./slowRootThread.ts", import.meta.url);

/** Counts how often a root was asked for, and has its thread wait before it begins. */
class SlowRoots extends WindowRoots {
  readonly #slowMs: number;
  askedCount = 0;
  onAsk: () => void = () => undefined;

  constructor(sql: Sql, slowMs: number) {
    super({ sql, threadFile: THREAD, mostHereCount: 0 });
    this.#slowMs = slowMs;
  }

  override find(task: RootTask, cancel: AbortSignal) {
    this.askedCount++;
    this.onAsk();
    const slow: SlowRootTask = { ...task, slowMs: this.#slowMs };
    return super.find(slow, cancel);
  }
}

export interface SlowWorker {
  readonly worker: Worker;
  readonly roots: SlowRoots;
}

/** A worker whose roots take at least `rootMs`, in their thread, however few entries there are. */
export function slowWorker(options: {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly rootMs: number;
  readonly lease: { readonly lengthMs: number; readonly beatMs: number };
}): SlowWorker {
  const { sql, keyring, clock, rootMs, lease } = options;
  const roots = new SlowRoots(sql, rootMs);
  const worker = new Worker({
    sql,
    keyring,
    clock,
    roots,
    lease,
    logger: pino({ level: "silent" }),
    notices: false,
    turns: null,
    beacons: null,
  });
  return { worker, roots };
}
