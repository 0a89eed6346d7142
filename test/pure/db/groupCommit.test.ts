import { describe, expect, it } from "vitest";
import { ConnectionError } from "../../../src/db/connect.ts";
import { groupCommit } from "../../../src/db/groupCommit.ts";

interface Item {
  readonly name: string;
  readonly about: string;
}

/** Work of a crowd in one transaction; one item's failure does not fail the others. */
describe("group commit", () => {
  const item = (name: string, about = name): Item => ({ name, about });
  const named = (items: readonly Item[]) => items.map(({ name }) => name);

  /** Records each batch; the item `broken` fails its batch. */
  function counter(broken: string | null, error: Error = new Error("a bug")) {
    const batches: string[][] = [];
    const put = groupCommit<Item, string>({
      about: (one) => one.about,
      flush: async (items) => {
        batches.push(named(items));
        if (items.some(({ name }) => name === broken)) throw error;
        return items.map(({ name }) => `${name} done`);
      },
    });
    const all = (items: readonly Item[]) =>
      Promise.all(items.map((one) => put(one).catch((reason: Error) => reason.message)));
    return { batches, all };
  }

  it("what comes at once goes in one batch, each with its own outcome", async () => {
    const { batches, all } = counter(null);
    expect(await all(["a", "b", "c"].map((name) => item(name)))).toEqual([
      "a done",
      "b done",
      "c done",
    ]);
    expect(batches).toEqual([["a", "b", "c"]]);
  });

  it("two about the same thing follow each other", async () => {
    const { batches, all } = counter(null);
    const items = [item("a1", "a"), item("b"), item("a2", "a"), item("a3", "a")];
    expect(await all(items)).toEqual(["a1 done", "b done", "a2 done", "a3 done"]);
    expect(batches).toEqual([["a1", "b"], ["a2"], ["a3"]]);
  });

  it("where a batch fails each is tried by itself, and only the broken one fails", async () => {
    const { batches, all } = counter("b");
    expect(await all(["a", "b", "c"].map((name) => item(name)))).toEqual([
      "a done",
      "a bug",
      "c done",
    ]);
    expect(batches).toEqual([["a", "b", "c"], ["a"], ["b"], ["c"]]);
  });

  it("where the database is away, or a row is held for long, nobody tries again one by one", async () => {
    const held = Object.assign(new Error("held"), { code: "55P03" });
    for (const error of [new ConnectionError("gone"), held]) {
      const { batches, all } = counter("a", error);
      const { message } = error;
      const outcomes = await all(["a", "b", "c"].map((name) => item(name)));
      expect(outcomes).toEqual([message, message, message]);
      expect(batches).toEqual([["a", "b", "c"]]);
    }
  });
});
