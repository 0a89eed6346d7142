import { beforeAll, expect, it } from "vitest";
import { connect, sqlState } from "../../../src/db/connect.ts";
import {
  createTestDatabase,
  describeOnDatabase,
  type TestDatabase,
} from "../../helpers/database.ts";

/** The last work of a transaction: after everything else, and with it or not at all. */
describeOnDatabase("the last work of a transaction", () => {
  let database: TestDatabase;
  const values = async () =>
    (await database.sql<{ n: number }[]>`select n from noted order by id`).map(({ n }) => n);

  beforeAll(async () => {
    database = await createTestDatabase();
    await database.sql`create table noted (id integer generated always as identity, n integer)`;
    await database.sql`create table wanted (id integer primary key, units integer check (units >= 0))`;
    await database.sql`insert into wanted values (1, 3)`;
  });

  it("comes after all other work, and is committed with it", async () => {
    await database.sql.begin(async (tx) => {
      tx.last(["wanted 1"], () => tx`insert into noted (n) values (2)`);
      await tx`insert into noted (n) values (1)`;
    });
    expect(await values()).toEqual([1, 2]);
  });

  it("takes everything back when it fails, and so does everything else", async () => {
    const before = await values();
    const fails = database.sql.begin(async (tx) => {
      tx.last(["wanted 1"], () => tx`update wanted set units = units - 9`);
      await tx`insert into noted (n) values (3)`;
    });
    await expect(fails).rejects.toThrow(/check/);
    let done = false;
    const earlier = database.sql.begin(async (tx) => {
      tx.last(["wanted 1"], async () => void (done = true));
      await tx`insert into noted (n) values (4)`;
      throw new Error("changed my mind");
    });
    await expect(earlier).rejects.toThrow("changed my mind");
    expect(done).toBe(false);
    expect(await values()).toEqual(before);
  });

  it("is one row: a second one could wait for somebody who waits for the first", async () => {
    const two = database.sql.begin(async (tx) => {
      tx.last(["wanted 1"], async () => undefined);
      tx.last(["wanted 2"], async () => undefined);
    });
    await expect(two).rejects.toThrow(/one last work/);
  });

  it("waits in the process for the row, with the timeout of a lock", async () => {
    const impatient = connect(database.target, { poolSize: 2, name: "test", lockTimeoutMs: 300 });
    let open = () => undefined as void;
    const held = new Promise<void>((resolve) => (open = resolve));
    let began = () => undefined as void;
    const has = new Promise<void>((resolve) => (began = resolve));
    const first = impatient.begin(async (tx) => {
      tx.last(["wanted 2"], () => {
        began();
        return held;
      });
    });
    await has;
    let reached = false;
    const second = impatient.begin(async (tx) => {
      tx.last(["wanted 2"], async () => void (reached = true));
    });
    const error: unknown = await second.catch((reason: unknown) => reason);
    expect(sqlState(error)).toBe("55P03");
    expect(reached).toBe(false);
    open();
    await first;
    await impatient.begin(async (tx) => {
      tx.last(["wanted 2"], async () => void (reached = true));
    });
    expect(reached).toBe(true);
    await impatient.end();
  });

  it("of a hundred that want one row, each takes one unit, and none more than there are", async () => {
    await database.sql`update wanted set units = 60`;
    const tries = Array.from({ length: 100 }, () =>
      database.sql
        .begin(async (tx) => {
          tx.last(["wanted 1"], () => tx`update wanted set units = units - 1 where id = 1`);
          await tx`insert into noted (n) values (5)`;
        })
        .then(
          () => 1,
          () => 0,
        ),
    );
    const taken = (await Promise.all(tries)).reduce<number>((sum, one) => sum + one, 0);
    expect(taken).toBe(60);
    expect((await values()).filter((n) => n === 5)).toHaveLength(60);
  });

  it("a statement that fails costs no connection, one that breaks the connection does", async () => {
    const one = connect(database.target, { poolSize: 1, name: "one" });
    const pid = async () => {
      const [row] = await one<{ pid: number }[]>`select pg_backend_pid() as pid`;
      return row!.pid;
    };
    const first = await pid();
    await expect(one`insert into wanted values (1, ${1})`).rejects.toMatchObject({ code: "23505" });
    expect(await pid()).toBe(first);
    await expect(one`select pg_terminate_backend(${first})`).rejects.toThrow();
    expect(await pid()).not.toBe(first);
    await one.end();
  });
});
