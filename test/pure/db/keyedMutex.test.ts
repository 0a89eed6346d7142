import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { sqlState } from "../../../src/db/connect.ts";
import { KeyedMutex } from "../../../src/db/keyedMutex.ts";

/** Long enough for whatever is not waited for. */
const PATIENT_MS = 60_000;

function gate(): { readonly open: () => void; readonly passed: Promise<void> } {
  let open = () => undefined as void;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { open, passed };
}

describe("rows that everybody wants", () => {
  it("are had by one at a time, in the order in which they were wanted", async () => {
    const queue = new KeyedMutex();
    const events: string[] = [];
    const first = gate();
    const work = (name: string, until: Promise<unknown>) => async () => {
      events.push(`${name} begins`);
      await until;
      events.push(`${name} ends`);
      return name;
    };
    const all = [
      queue.run(["a"], PATIENT_MS, work("1", first.passed)),
      queue.run(["a"], PATIENT_MS, work("2", Promise.resolve())),
      queue.run(["a"], PATIENT_MS, work("3", Promise.resolve())),
    ];
    // Another row is nobody's business.
    await queue.run(["b"], PATIENT_MS, work("other row", Promise.resolve()));
    expect(events).toEqual(["1 begins", "other row begins", "other row ends"]);
    first.open();
    expect(await Promise.all(all)).toEqual(["1", "2", "3"]);
    expect(events.slice(3)).toEqual(["1 ends", "2 begins", "2 ends", "3 begins", "3 ends"]);
  });

  it("go to the next when the work of one fails", async () => {
    const queue = new KeyedMutex();
    const failed = queue.run(["a"], PATIENT_MS, () => Promise.reject(new Error("no")));
    const next = queue.run(["a"], PATIENT_MS, () => Promise.resolve("yes"));
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("yes");
  });

  it("time out like a lock of the database, and later waiters do not wait for the one that left", async () => {
    const queue = new KeyedMutex();
    const first = gate();
    const held = queue.run(["a"], PATIENT_MS, () => first.passed);
    const impatient = queue.run(["a"], 1, () => Promise.resolve("never"));
    const patient = queue.run(["a"], PATIENT_MS, () => Promise.resolve("in time"));
    const error: unknown = await impatient.catch((reason: unknown) => reason);
    expect(sqlState(error)).toBe("55P03");
    first.open();
    await held;
    expect(await patient).toBe("in time");
    // The row has been released: the next caller need not wait at all.
    expect(await Promise.race([queue.run(["a"], 1, async () => "free"), sleep(5_000)])).toBe(
      "free",
    );
  });

  it("several are taken in one order, whatever order they come in, so there is no deadlock", async () => {
    const queue = new KeyedMutex();
    const events: string[] = [];
    const first = gate();
    const one = queue.run(["a", "b"], PATIENT_MS, async () => {
      events.push("one begins");
      await first.passed;
      events.push("one ends");
    });
    const two = queue.run(["b", "a", "b"], PATIENT_MS, async () => void events.push("two"));
    // A caller that waits for its first row has not taken its second one from others.
    await queue.run(["c"], PATIENT_MS, async () => void events.push("other row"));
    expect(events.toSorted()).toEqual(["one begins", "other row"]);
    first.open();
    await Promise.all([one, two]);
    expect(events.slice(2)).toEqual(["one ends", "two"]);
  });

  it("those that were taken are given back when a further one takes too long", async () => {
    const queue = new KeyedMutex();
    const first = gate();
    const held = queue.run(["b"], PATIENT_MS, () => first.passed);
    await expect(queue.run(["a", "b"], 1, async () => "never")).rejects.toThrow(/too long/);
    expect(await queue.run(["a"], 1, async () => "free")).toBe("free");
    first.open();
    await held;
  });
});
