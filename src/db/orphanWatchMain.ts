/*
 * Runs after a process that owned a database server has died. Stops the server unless somebody else
 * uses it: the next start may have adopted it (with a watch of its own), or a command works on it.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { isServerRunning, stopServer, type RunningServer } from "./cluster/cluster.ts";
import { connect, type Sql } from "./connect.ts";
import { OWNER_LOCK } from "./ownerLock.ts";

/** A supervisor restarts a killed server within moments. */
const GRACE_MS = 1_500;
const LOOK_EVERY_MS = 500;
/** A recovering server refuses connections; one that refuses for this long is left alone. */
const MOST_REFUSALS = 120;

interface Use {
  readonly owned: boolean;
  readonly clients: number;
}

async function useOf(sql: Sql): Promise<Use | null> {
  try {
    const [row] = await sql<Use[]>`
      select exists (select 1 from pg_locks where locktype = 'advisory' and granted
          and objid = ${OWNER_LOCK}::bigint::oid) as owned,
        (select count(*)::int from pg_stat_activity
          where backend_type = 'client backend' and pid <> pg_backend_pid()) as clients`;
    return row ?? null;
  } catch {
    return null;
  }
}

async function watch(server: RunningServer): Promise<void> {
  await sleep(GRACE_MS);
  const target = { socketFolder: server.socketFolder, database: "postgres" };
  let quietLooks = 0;
  for (let refusals = 0; refusals < MOST_REFUSALS;) {
    if (!isServerRunning(server)) return;
    const sql = connect(target, { poolSize: 1, name: "giliran orphan watch", deadline: "probe" });
    const use = await useOf(sql);
    await sql.end({ timeout: 1 });
    if (use === null) refusals++;
    else if (use.owned) return;
    else quietLooks = use.clients === 0 ? quietLooks + 1 : 0;
    // Twice: a server that is starting now has a connection by the second check.
    if (quietLooks === 2) {
      await stopServer(server);
      return;
    }
    await sleep(LOOK_EVERY_MS);
  }
}

await watch(JSON.parse(process.argv[2] ?? "") as RunningServer).catch(() => {
  process.exitCode = 1;
});
