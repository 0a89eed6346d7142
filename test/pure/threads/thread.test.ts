import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { buffersOutgrown } from "../../../src/threads/memory.ts";
import { ThreadEnded } from "../../../src/threads/protocol.ts";
import { askThread, Thread, type ThreadOptions } from "../../../src/threads/thread.ts";
import type { TrialThread } from "../../helpers/children/trialThread.ts";

const FILE = new URL("../../helpers/children/trialThread.ts", import.meta.url);
const code = (text: string) => new URL(`data:text/javascript,${encodeURIComponent(text)}`);
const shared = () => new Int32Array(new SharedArrayBuffer(4));

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(started.splice(0).map((thread) => thread.stop()));
});

function trial(options: Partial<ThreadOptions<TrialThread>> = {}, file = FILE) {
  const thread = new Thread<TrialThread>(file, { setup: null, ...options });
  started.push(thread);
  return thread;
}

/** A request that keeps its thread busy for ever, once it does. */
async function spinning(thread: Thread<TrialThread>, options: { readonly signal?: AbortSignal }) {
  const beat = shared();
  const asked = thread.ask({ spin: beat }, options);
  asked.catch(() => undefined);
  while (Atomics.load(beat, 0) === 0) await sleep(5);
  const isOver = async () => {
    const seen = Atomics.load(beat, 0);
    await sleep(30);
    return Atomics.load(beat, 0) === seen;
  };
  return { asked, isOver };
}

describe("a thread that stays", () => {
  it("answers several requests at once, each with its own answer, in whatever order", async () => {
    const thread = trial();
    const gate = shared();
    const slow = thread.ask({ say: "slow", waitFor: gate });
    let isSlowOver = false;
    void slow.then(() => (isSlowOver = true));
    const quick = await Promise.all(["a", "b", "c"].map((say) => thread.ask({ say })));
    expect(quick).toEqual(["a", "b", "c"]);
    expect(isSlowOver).toBe(false);
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    expect(await slow).toBe("slow");
  });

  it("is told once what it needs to start", async () => {
    expect(await trial({ setup: "a database" }).ask({ setup: true })).toBe("a database");
  });

  it("rejects every open request when it crashes, logs it, and starts again", async () => {
    const logged: object[] = [];
    let endCount = 0;
    const thread = trial({
      onEnd: () => endCount++,
      log: { name: "trial", logger: { error: (fields) => void logged.push(fields) } },
    });
    const waiting = thread.ask({ say: "never", waitFor: shared() });
    const failing = thread.ask({ fail: "broken on purpose" });
    await expect(failing).rejects.toThrow(new TypeError("broken on purpose"));
    await expect(waiting).rejects.toThrow("broken on purpose");
    expect(endCount).toBe(1);
    expect(logged).toMatchObject([{ thread: "trial", err: { message: "broken on purpose" } }]);
    expect(await thread.ask({ say: "again" })).toBe("again");
  });

  it("rejects when it ends of itself, without an answer", async () => {
    const thread = trial();
    await expect(thread.ask({ exit: 0 })).rejects.toThrow("without an answer");
    await expect(trial({}, code("")).ask({ say: "" })).rejects.toThrow("without an answer");
    await expect(trial({}, code("throw 1")).ask({ say: "" })).rejects.toBe(1);
    expect(await thread.ask({ say: "again" })).toBe("again");
  });

  it("is ended in the middle of its work by a timeout, and the others with it", async () => {
    const thread = trial();
    const { asked, isOver } = await spinning(thread, {});
    expect(await isOver()).toBe(false);
    const late = thread.ask({ say: "late" }, { timeoutMs: 20 });
    await expect(late).rejects.toMatchObject({ why: "timeout", message: /longer than 0.02 s/ });
    await expect(asked).rejects.toMatchObject({ why: "stopped" });
    expect(thread.isBehind).toBe(false);
    await thread.stop();
    expect(await isOver()).toBe(true);
    expect(await thread.ask({ say: "again" })).toBe("again");
  });

  it("goes on after a timeout where it may, and is behind until it answers", async () => {
    const thread = trial({ afterTimeout: "go_on" });
    const gate = shared();
    expect(await thread.ask({ say: "up" })).toBe("up");
    const late = thread.ask({ say: "late", waitFor: gate }, { timeoutMs: 20 });
    await expect(late).rejects.toBeInstanceOf(ThreadEnded);
    expect(thread.isBehind).toBe(true);
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    await expect.poll(() => thread.isBehind).toBe(false);
  });

  it("is ended when a request is aborted, with the reason; and is not started for one that was", async () => {
    const thread = trial();
    const gone = new AbortController();
    const { asked, isOver } = await spinning(thread, { signal: gone.signal });
    gone.abort(new Error("the lease is lost"));
    await expect(asked).rejects.toThrow("the lease is lost");
    await thread.stop();
    expect(await isOver()).toBe(true);
    await expect(thread.ask({ say: "" }, { signal: gone.signal })).rejects.toThrow("the lease");
  });

  it("rejects what is open when it is stopped", async () => {
    const thread = trial();
    const { asked, isOver } = await spinning(thread, {});
    await thread.stop();
    await expect(asked).rejects.toMatchObject({ why: "stopped" });
    expect(await isOver()).toBe(true);
  });
});

describe("what a thread tells on its way", () => {
  it("comes in order, before its answer, and never far ahead of its reader", async () => {
    const told = shared();
    const stream = trial().stream({ tell: 50, told });
    const seen: number[] = [];
    for (;;) {
      const next = await stream.next();
      if (next.done) {
        expect(next.value).toBe("told");
        break;
      }
      seen.push(next.value);
      await sleep(2);
      expect(Atomics.load(told, 0) - seen.length).toBeLessThanOrEqual(5);
    }
    expect(seen).toEqual(Array.from({ length: 50 }, (_, step) => step));
  });

  it("ends with the thread when nobody reads on", async () => {
    const told = shared();
    for await (const step of trial().stream({ tell: 1_000, told })) if (step === 3) break;
    const last = Atomics.load(told, 0);
    await sleep(30);
    expect(Atomics.load(told, 0)).toBe(last);
    expect(last).toBeLessThan(20);
  });

  it("throws what the thread throws", async () => {
    const reading = trial().stream({ fail: "broken on purpose" }).next();
    await expect(reading).rejects.toThrow("broken on purpose");
  });
});

describe("a thread's memory", () => {
  it("is limited, in its heap and beside it", async () => {
    const outgrown = { why: "memory" };
    const heap = trial({ limits: { heapMb: 32 } }).ask({ fillHeap: true });
    await expect(heap).rejects.toMatchObject(outgrown);
    const buffers = trial({ limits: { buffersMb: 64 } }).ask({ fillBuffers: true });
    await expect(buffers).rejects.toMatchObject(outgrown);
  });

  it("is watched from its start, though it cannot be asked before it runs", async () => {
    const answers = [
      () => Promise.reject(new Error("Worker instance not running")),
      () => Promise.resolve({ external_memory: 1_048_576 }),
      () => Promise.resolve({ external_memory: 2_097_153 }),
    ];
    type Measured = Parameters<typeof buffersOutgrown>[0];
    const worker = { getHeapStatistics: () => answers.shift()?.() } as unknown as Measured;
    await buffersOutgrown(worker, 2, new AbortController().signal);
    expect(answers).toEqual([]);
  });
});

describe("a thread for one task", () => {
  type OneTask = TrialThread & { readonly setup: null };

  it("answers, or throws what it throws, and is over", async () => {
    expect(await askThread<OneTask>(FILE, { say: "once" }, { timeoutMs: 30_000 })).toBe("once");
    const failing = askThread<OneTask>(FILE, { fail: "broken on purpose" });
    await expect(failing).rejects.toThrow("broken on purpose");
  });

  it("holds nothing any more when it is aborted", async () => {
    const beat = shared();
    const gone = new AbortController();
    const asked = askThread<OneTask>(FILE, { spin: beat }, { signal: gone.signal });
    asked.catch(() => undefined);
    while (Atomics.load(beat, 0) === 0) await sleep(5);
    gone.abort(new Error("gone"));
    await expect(asked).rejects.toThrow("gone");
    const last = Atomics.load(beat, 0);
    await sleep(30);
    expect(Atomics.load(beat, 0)).toBe(last);
  });
});
