import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Sql } from "../../src/db/connect.ts";
import { PlainPostgres } from "../helpers/outside/plainPostgres.ts";

/* Two hosts in DATABASE_URL: writes find the primary, before and after a change-over. */

describe("two hosts in DATABASE_URL", () => {
  let primary: PlainPostgres;
  let standby: PlainPostgres;
  const pools: Sql[] = [];

  const open = (query = "") => {
    const hosts = `127.0.0.1:${standby.port},127.0.0.1:${primary.port}`;
    const url = `postgres://giliran@${hosts}/postgres${query}`;
    const sql = connect({ url }, { poolSize: 3, name: "test hosts" });
    pools.push(sql);
    return sql;
  };
  const portOf = async (sql: Sql) =>
    (await sql<{ port: number }[]>`select current_setting('port')::int as port`)[0]!.port;

  beforeAll(async () => {
    primary = await PlainPostgres.create();
    const copy = primary.copyData();
    primary.start();
    standby = await primary.standby(copy);
    standby.start();
    const admin = connect({ url: primary.url() }, { poolSize: 1, name: "test admin" });
    await admin`create table kept (value integer)`;
    await admin.end();
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end({ timeout: 1 })));
    standby.remove();
    primary.remove();
  });

  it("a replica that is named first is passed over", async () => {
    const sql = open();
    expect(await portOf(sql)).toBe(primary.port);
    await sql`insert into kept values (1)`;
    expect(await portOf(sql.within("work"))).toBe(primary.port);
    // Without the choice the first host takes the statement, and refuses it.
    const first = open("?target_session_attrs=any");
    expect(await portOf(first)).toBe(standby.port);
    const refused = { code: "25006" };
    await expect(first`insert into kept values (2)`).rejects.toMatchObject(refused);
    // That write has shown that the host takes none.
    await first`insert into kept values (3)`;
    expect(await portOf(first)).toBe(primary.port);
  });

  it("the primary goes: reading goes on at the replica, and writing once it is promoted", async () => {
    const sql = open("?target_session_attrs=primary");
    await sql`insert into kept values (4)`;
    primary.stop("immediate");
    const eventually = async (work: () => PromiseLike<unknown>) => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await work();
        } catch (error) {
          if (attempt > 20) throw error;
        }
      }
    };
    expect(await eventually(() => portOf(sql))).toBe(standby.port);
    const refused = { code: "25006" };
    await expect(sql`insert into kept values (5)`).rejects.toMatchObject(refused);
    standby.promote();
    await eventually(() => sql`insert into kept values (6)`);
    expect(await portOf(sql)).toBe(standby.port);
  });
});
