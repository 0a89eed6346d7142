import type { Logger } from "pino";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Sql } from "../../../src/db/connect.ts";
import { FailureRecorder } from "../../../src/sale/failure/io/failureRecorder.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A recorder at a database that is away until it is told otherwise. */
function recorder() {
  const state = { isAway: true, written: [] as number[] };
  const sql = ((_texts: TemplateStringsArray, saleNos: number[]) => {
    if (state.isAway) return Promise.reject(new Error("the database is away"));
    state.written.push(saleNos.length);
    return Promise.resolve([]);
  }) as unknown as Sql;
  const warn = vi.fn();
  const failures = new FailureRecorder(sql, { warn } as unknown as Logger);
  return { state, warn, failures };
}

const join = (person: number) => ({
  saleNo: 1,
  roundNo: 1,
  accountKey: `account ${person}`,
  phoneKey: null,
  emailKey: null,
  channelNo: 1,
  variantNo: 1,
});

it("says that failures could not be written, keeps them, and writes them later", async () => {
  const { state, warn, failures } = recorder();
  for (let person = 0; person < 1_200; person++) failures.join(join(person), 1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(warn).toHaveBeenCalledTimes(1);
  expect(warn.mock.calls[0]?.[0]).toMatchObject({ err: { message: "the database is away" } });
  state.isAway = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(state.written).toEqual([500, 500, 200]);
  expect(warn).toHaveBeenCalledTimes(1);
  await failures.stop();
});
