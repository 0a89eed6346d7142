/*
 * `giliran doctor`: checks machine, settings and database, and says what to do. It changes nothing
 * and exits with 1 if something must be fixed.
 */

import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { crowdFinding, type CrowdLimits } from "../sale/entry/crowdLimits.ts";
import { logOperatorAction } from "../access/io/operatorStore.ts";
import { findingText } from "../access/origin.ts";
import { listFindings } from "../access/io/proxyFindingStore.ts";
import { drandSource } from "../connectors/drand.ts";
import { DatabaseClock } from "../db/clock.ts";
import { runDoctor, type DoctorCheck } from "../db/doctor.ts";
import { listOpenSetbacks, setbackWords, settleSetbacks } from "../db/fence.ts";
import { readMigrations } from "../db/migrate.ts";
import { listServers } from "../http/io/serverStore.ts";
import { checkBeacon } from "../sale/beacon/io/beaconCheck.ts";
import { QUEUED_COUNT } from "../sale/entry/io/intake.ts";
import { listSales } from "../sale/io/saleStore.ts";
import { openDatabase, type Opened } from "./open.ts";
import { checkServers } from "./processes/checkServers.ts";
import { EXIT, type Register } from "./command.ts";
import { codesFrom, drandUrlsFrom, paymentWords, setupFrom, type Settings } from "./settings.ts";

/**
 * Checks the beacons of sales that are not closed. Sales without a beacon cause no request to the
 * internet.
 */
async function beaconChecks(opened: Opened, settings: Settings): Promise<DoctorCheck[]> {
  const source = drandSource(drandUrlsFrom(settings));
  const checks: DoctorCheck[] = [];
  for (const { sale, state } of await listSales(opened.sql)) {
    const { beacon, slug } = sale.definition;
    if (beacon === undefined || state === "closed") continue;
    checks.push({ name: `beacon of ${slug}`, ...(await checkBeacon(source, beacon, Date.now())) });
  }
  return checks;
}

/** The limits of this machine; null where the system does not tell. */
async function readCrowdLimits(): Promise<CrowdLimits> {
  const read = (path: string) => readFile(path, "utf8").catch(() => "");
  const limits = await read("/proc/self/limits");
  const descriptors = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  const somaxconn = /^\d+/.exec(await read("/proc/sys/net/core/somaxconn"))?.[0];
  return {
    descriptors: descriptors === undefined ? null : Number(descriptors),
    somaxconn: somaxconn === undefined ? null : Number(somaxconn),
    queued: QUEUED_COUNT,
  };
}

/** How long findings of a running server are reported, in ms. */
const FINDING_MS = 86_400_000;

/** Proxy headers that do not fit the settings, as a running server recorded them. */
async function proxyChecks({ sql }: Opened, nowMs: number): Promise<DoctorCheck[]> {
  const findings = await listFindings(sql, nowMs - FINDING_MS);
  const checks = findings.map(({ finding, seenAtMs }) => ({
    name: "proxy",
    state: "warn" as const,
    detail: `${findingText(finding)} (last seen ${new Date(seenAtMs).toISOString()})`,
  }));
  const none = "no request of the last 24 hours came through a proxy that the settings do not fit";
  return checks.length > 0 ? checks : [{ name: "proxy", state: "ok", detail: none }];
}

/** The servers that run on this database now. */
async function serverChecks({ sql }: Opened): Promise<DoctorCheck[]> {
  const clock = await DatabaseClock.start(sql);
  clock.stop();
  return checkServers(await listServers(sql, clock.nowMs()));
}

/** Whether the database went back while a server watched; only an operator can settle that. */
async function setbackCheck({ sql }: Opened): Promise<DoctorCheck> {
  const open = await listOpenSetbacks(sql);
  const words = setbackWords(open);
  if (open.length === 0) return { name: "setback", state: "ok", detail: words };
  return { name: "setback", state: "bad", detail: `${words}. \`giliran go-on\` opens sales again` };
}

export function addDoctor(program: Command, register: Register): void {
  const command = program
    .command("doctor")
    .description("check this machine and its database; exit 1 when something must be mended");
  register(command, async ({ settings, output }) => {
    const opened = await openDatabase({ settings, purpose: "doctor", as: "guest" });
    try {
      const checks: DoctorCheck[] = await runDoctor(opened.backend.target, {
        nodeVersion: process.versions.node,
        migrationCount: readMigrations().length,
        poolSize: settings.GILIRAN_DATABASE_POOL,
      });
      const codes = codesFrom(settings);
      const texts = `by text to +${codes.phoneCountries.join(", +")}, ${codes.textsPerHour} an hour at most`;
      checks.push({ name: "sign-in codes", state: "ok", detail: texts });
      checks.push({ name: "rush", ...crowdFinding(await readCrowdLimits()) });
      const payments = paymentWords(setupFrom(settings, false));
      checks.push({ name: "payments", state: payments.state, detail: payments.words });
      // A database of another version is reported by its own check; its sales are not read.
      const sound = checks.every((one) => one.state !== "bad");
      const newest = checks.every((one) => one.name !== "schema" || one.state === "ok");
      if (newest) checks.push(...(await proxyChecks(opened, Date.now())));
      if (newest) checks.push(...(await serverChecks(opened)));
      if (newest) checks.push(await setbackCheck(opened));
      if (sound) checks.push(...(await beaconChecks(opened, settings)));
      output.say(opened.backend.description);
      for (const { name, state, detail } of checks)
        output.say(`${state.padEnd(5)}  ${name}: ${detail}`);
      output.result({ database: opened.backend.description, checks });
      return checks.some((check) => check.state === "bad") ? EXIT.wrong : EXIT.done;
    } finally {
      await opened.close();
    }
  });
}

/** The name of the command line in the operator log. */
const COMMAND_LINE = "command line";

/** Adds `go-on`, which opens sales again after the database went back. */
export function addGoOn(program: Command, register: Register): void {
  const command = program
    .command("go-on")
    .description("go on selling after the database went back; what is lost stays lost");
  register(command, async ({ settings, output }) => {
    const opened = await openDatabase({ settings, purpose: "go-on", as: "guest" });
    try {
      const open = await listOpenSetbacks(opened.sql);
      const subject = setbackWords(open);
      output.say(subject);
      await opened.sql.begin(async (tx) => {
        if ((await settleSetbacks(tx, COMMAND_LINE)) === 0) return;
        const line = { operatorName: COMMAND_LINE, action: "went on after a setback", subject };
        await logOperatorAction(tx, { ...line, nowMs: Date.now() });
      });
      if (open.length > 0) output.say("Sales go on: servers take joins again within a second.");
      output.result({ settledCount: open.length });
      return EXIT.done;
    } finally {
      await opened.close();
    }
  });
}
