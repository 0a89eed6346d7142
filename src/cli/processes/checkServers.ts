/* What `doctor` says of the servers that run on a database. */

import type { DoctorCheck } from "../../db/doctor.ts";
import type { LiveServer } from "../../http/io/serverStore.ts";

function nameOf({ host, pid, childNo, version, codeDigest, runsWorker }: LiveServer): string {
  const child = childNo === null ? "" : ` number ${childNo}`;
  const without = runsWorker ? "" : ", without a worker";
  return `${host} process ${pid}${child}, version ${version} (${codeDigest})${without}`;
}

/** Names them; servers with different code are a warning, and ones that all leave the work undone. */
export function checkServers(servers: readonly LiveServer[]): DoctorCheck[] {
  const name = "servers";
  if (servers.length === 0) return [{ name, state: "ok", detail: "none runs now" }];
  const checks: DoctorCheck[] = [{ name, state: "ok", detail: servers.map(nameOf).join("; ") }];
  if (new Set(servers.map(({ codeDigest }) => codeDigest)).size > 1) {
    const detail = "they run different code: end and start the older ones, one after the other";
    checks.push({ name, state: "warn", detail });
  }
  if (servers.every(({ runsWorker }) => !runsWorker)) {
    const detail = "none of them runs a worker: no window is sealed, nothing is offered or sent";
    checks.push({ name, state: "warn", detail });
  }
  return checks;
}
