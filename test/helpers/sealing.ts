import type { Keyring } from "../../src/access/io/keyring.ts";
import type { Sql } from "../../src/db/connect.ts";
import type { Lease } from "../../src/sale/lease/io/leaseStore.ts";
import type { SealDeps } from "../../src/sale/line/io/seal.ts";
import { WindowRoots } from "../../src/sale/line/io/windowRoots.ts";

/** Dependencies of a seal where nobody else wants the lease. */
export function sealing(sql: Sql, keyring: Keyring, lease: Lease): SealDeps {
  const { signal: lost } = new AbortController();
  const roots = new WindowRoots({ sql });
  return { sql, keyring, lease, lost, roots, turns: null, beacon: null };
}
