/* Checks of `doctor`: can this database sell safely, and how fast? */

import { must } from "../base/assert.ts";
import { connect, sqlState, type DatabaseTarget, type Sql } from "./connect.ts";
import {
  poolerFinding,
  readPooler,
  readRoom,
  readStandbys,
  roomFinding,
  standbyFinding,
  type Finding,
} from "./connections.ts";
import { OLDEST_MAJOR_VERSION } from "./cluster/binaries.ts";

export interface DoctorCheck extends Finding {
  readonly name: string;
}

interface DoctorContext {
  readonly nodeVersion: string;
  readonly migrationCount: number;
  /** The pool of a server with these settings. */
  readonly poolSize: number;
}

const check = (name: string, state: DoctorCheck["state"], detail: string): DoctorCheck => ({
  name,
  state,
  detail,
});

async function setting(sql: Sql, name: string): Promise<string> {
  const [row] = await sql<{ value: string }[]>`select current_setting(${name}) as value`;
  return row?.value ?? "";
}

function nodeCheck(version: string): DoctorCheck {
  const major = Number(version.split(".")[0]);
  return check("Node", major >= 24 ? "ok" : "bad", `${version} (24 or newer is needed)`);
}

async function versionCheck(sql: Sql): Promise<DoctorCheck> {
  const version = await setting(sql, "server_version");
  const major = Number.parseInt(version, 10);
  const state = major >= OLDEST_MAJOR_VERSION ? "ok" : "bad";
  return check("PostgreSQL", state, `${version} (${OLDEST_MAJOR_VERSION} or newer is needed)`);
}

async function durabilityCheck(sql: Sql): Promise<DoctorCheck> {
  const fsync = await setting(sql, "fsync");
  const commit = await setting(sql, "synchronous_commit");
  const durable = fsync === "on" && commit !== "off";
  const detail = durable
    ? `fsync ${fsync}, synchronous_commit ${commit}: what is acknowledged is on the disk`
    : `fsync ${fsync}, synchronous_commit ${commit}: a crash would lose acknowledged entries`;
  return check("durability", durable ? "ok" : "bad", detail);
}

async function migrationCheck(sql: Sql, expected: number): Promise<DoctorCheck> {
  const [row] = await sql<{ count: number }[]>`select count(*)::int as count from schema_migration`;
  const count = row?.count ?? 0;
  return check("schema", count === expected ? "ok" : "bad", `${count} of ${expected} migrations`);
}

async function clockCheck(sql: Sql): Promise<DoctorCheck> {
  const before = Date.now();
  const [row] = await sql<{ ms: number }[]>`
    select (extract(epoch from clock_timestamp()) * 1000)::float8 as ms`;
  const offset = Math.round(
    must(row, "select without from has a row").ms - (before + Date.now()) / 2,
  );
  const state = Math.abs(offset) < 1_000 ? "ok" : "warn";
  return check("clock", state, `the database is ${offset} ms ahead of this machine`);
}

/**
 * Two sessions contend for a lock, and the second must be refused. Engines that only look like
 * PostgreSQL confirm locks that they did not take; nothing can be sold safely on them.
 */
async function lockCheck(target: DatabaseTarget): Promise<DoctorCheck> {
  const session = (n: number) => connect(target, { poolSize: 1, name: `giliran doctor ${n}` });
  const [one, two] = [session(1), session(2)];
  try {
    await one`create table if not exists doctor_probe (id integer primary key, seen integer)`;
    await one`insert into doctor_probe values (1, 0) on conflict do nothing`;
    const refused = await one.begin(async (tx) => {
      await tx`select 1 from doctor_probe where id = 1 for update`;
      return await two`select 1 from doctor_probe where id = 1 for update nowait`.then(
        () => false,
        (error: unknown) => sqlState(error) === "55P03",
      );
    });
    const [skipped] = await one.begin(async (tx) => {
      await tx`select 1 from doctor_probe where id = 1 for share`;
      return [(await two`select 1 from doctor_probe where id = 1 for update skip locked`).length];
    });
    await one`drop table doctor_probe`;
    const good = refused && skipped === 0;
    return check(
      "row locks",
      good ? "ok" : "bad",
      good ? "two sessions exclude each other" : "locks do not hold: do not sell on this database",
    );
  } finally {
    await Promise.all([one.end(), two.end()]);
  }
}

/** Single-row commits in sequence: the delay of a single order. */
async function commitCheck(sql: Sql): Promise<DoctorCheck> {
  const commits = 40;
  await sql`create table if not exists doctor_commit (at timestamptz)`;
  const times: number[] = [];
  for (let i = 0; i < commits; i++) {
    const start = performance.now();
    await sql`insert into doctor_commit values (clock_timestamp())`;
    times.push(performance.now() - start);
  }
  await sql`drop table doctor_commit`;
  times.sort((a, b) => a - b);
  const median = times[commits / 2] as number;
  const worst = times.at(-1) as number;
  const state = median < 20 ? "ok" : "warn";
  return check(
    "commit time",
    state,
    `half within ${median.toFixed(1)} ms, the slowest of ${commits} took ${worst.toFixed(1)} ms`,
  );
}

export async function runDoctor(
  target: DatabaseTarget,
  context: DoctorContext,
): Promise<DoctorCheck[]> {
  const sql = connect(target, { poolSize: 1, name: "giliran doctor" });
  try {
    return [
      nodeCheck(context.nodeVersion),
      await versionCheck(sql),
      await durabilityCheck(sql),
      { name: "replicas", ...standbyFinding(await readStandbys(sql)) },
      { name: "connections", ...roomFinding(context.poolSize, await readRoom(sql)) },
      { name: "pooler", ...poolerFinding(await readPooler(target)) },
      await migrationCheck(sql, context.migrationCount),
      await clockCheck(sql),
      await lockCheck(target),
      await commitCheck(sql),
    ];
  } finally {
    await sql.end();
  }
}
