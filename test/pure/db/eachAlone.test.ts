import { expect, it } from "vitest";
import { ConnectionError } from "../../../src/db/connect.ts";
import { eachAlone } from "../../../src/db/eachAlone.ts";

/** Runs items of which some fail; returns those that were begun, and what was thrown. */
async function run(failing: ReadonlyMap<number, Error>) {
  const begun: number[] = [];
  const work = async (item: number) => {
    begun.push(item);
    const error = failing.get(item);
    if (error) throw error;
  };
  const thrown: unknown = await eachAlone([1, 2, 3, 4], work).catch((error: unknown) => error);
  return { begun, thrown };
}

it("goes on after a failure, and says in the end what failed", async () => {
  const [first, second] = [new Error("first"), new Error("second")];
  expect(await run(new Map())).toEqual({ begun: [1, 2, 3, 4], thrown: undefined });
  expect(await run(new Map([[2, first]]))).toEqual({ begun: [1, 2, 3, 4], thrown: first });
  const both = new Map([
    [1, first],
    [3, second],
  ]);
  const { begun, thrown } = await run(both);
  expect(begun).toEqual([1, 2, 3, 4]);
  expect((thrown as AggregateError).errors).toEqual([first, second]);
});

it("ends at once where the database is away", async () => {
  const away = new ConnectionError("away");
  expect(await run(new Map([[2, away]]))).toEqual({ begun: [1, 2], thrown: away });
});
