/*
 * `giliran rehearse`: a whole sale with a simulated crowd on real server processes, before real
 * people come. Reports faults, answer times and memory.
 */

import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { must } from "../../src/base/assert.ts";
import { SimulatedBrand } from "../crowd/brand.ts";
import { SeededChance } from "../../src/crowd/chance.ts";
import { Crowd, simulatedPhone } from "../crowd/crowd.ts";
import { sharedMemoryBytes } from "../crowd/memory.ts";
import { SimulatedPhones } from "../crowd/phones.ts";
import { simulatedSession } from "../crowd/session.ts";
import { stageSale } from "../crowd/stage.ts";
import { upsertAccounts, type AccountRow } from "../../src/access/io/accountStore.ts";
import { createSandbox } from "../../src/connectors/payments/sandbox/sandbox.ts";
import { processesInFolder } from "../../src/db/cluster/processTable.ts";
import type { StoredSale } from "../../src/sale/io/saleStore.ts";
import { reportCrowd, sayReport, type CrowdReport } from "./crowdReport.ts";
import { openDatabase, type Opened } from "../../src/cli/open.ts";
import { bar, count, type Output } from "../../src/cli/output.ts";
import { EXIT, type Register } from "../../src/cli/command.ts";
import { loadSaleFile } from "../../src/cli/saleCommand.ts";
import type { Settings } from "../../src/cli/settings.ts";
import { crowdSale, EXAMPLE, openStaged } from "./startCommand.ts";

const BIN = join(import.meta.dirname, "../../bin/giliran.js");
/**
 * Interval of memory samples in ms. A sample walks the pages of every process; more often, and it
 * costs the crowd a tenth of its time.
 */
const MEMORY_SAMPLE_MS = 5_000;
const ACCOUNTS_AT_ONCE = 5_000;

interface RehearsalPlan {
  readonly entrants: number;
  readonly units: number;
  readonly seed: number;
  readonly connections: number;
  /** People who sign in over HTTP; the others get a session. */
  readonly signIns: number;
  readonly saleFile: string;
  readonly keep: boolean;
}

/** A server process, started as an operator would. */
interface ServerProcess {
  readonly child: ChildProcess;
  readonly address: string;
}

async function startServer(environment: NodeJS.ProcessEnv): Promise<ServerProcess> {
  // With the flags of this process, which are those of `npm start`.
  const child = spawn(process.execPath, [...process.execArgv, BIN, "serve", "--json"], {
    env: { ...process.env, ...environment },
    // The IPC channel tells the server when this process is gone, however it ended; nothing else
    // would stop it.
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const address = await new Promise<string>((done, failed) => {
    let text = "";
    must(child.stdout, "its output is piped").on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const match = /"address": "([^"]+)"/.exec(text);
      if (match) done(match[1] as string);
    });
    child.once("exit", (code) => failed(new Error(`the server ended with ${code}`)));
  });
  return { child, address };
}

type MemoryParts = Readonly<Record<"crowd" | "server" | "database", number>>;

const MIB = 1024 ** 2;

/** Peak memory of crowd, server and database together, and each one's part of it. */
class MemoryWatch {
  readonly #pids: () => Readonly<Record<keyof MemoryParts, readonly number[]>>;
  readonly #timer: NodeJS.Timeout;
  peakMiB = 0;
  partsMiB: MemoryParts = { crowd: 0, server: 0, database: 0 };

  constructor(pids: () => Readonly<Record<keyof MemoryParts, readonly number[]>>) {
    this.#pids = pids;
    this.#timer = setInterval(() => this.#look(), MEMORY_SAMPLE_MS).unref();
  }

  #look(): void {
    const pids = this.#pids();
    const of = (part: keyof MemoryParts) => Math.round((sharedMemoryBytes(pids[part]) ?? 0) / MIB);
    const parts = { crowd: of("crowd"), server: of("server"), database: of("database") };
    const sum = parts.crowd + parts.server + parts.database;
    if (sum <= this.peakMiB) return;
    this.peakMiB = sum;
    this.partsMiB = parts;
  }

  stop(): void {
    this.#look();
    clearInterval(this.#timer);
  }
}

/**
 * Below this many sign-ins, their rate shows how a process starts rather than how fast the machine
 * is.
 */
const SIGN_INS_FOR_PACE = 5_000;
/** The rate of a machine for which the times below are right. */
const USUAL_SIGN_INS_PER_SECOND = 4_000;
const SLOWEST_PACE = 3;

/** How much slower than usual this machine is, at least 1, by its sign-in rate. */
function paceOf(signInCount: number, signInMs: number): number {
  if (signInCount < SIGN_INS_FOR_PACE) return 1;
  const perSecond = (1_000 * signInCount) / signInMs;
  return Math.min(SLOWEST_PACE, Math.max(1, USUAL_SIGN_INS_PER_SECOND / perSecond));
}

/**
 * Times of the rehearsal, in ms: a larger crowd or a slower machine gets a longer lobby and more
 * time to answer.
 */
function planTimes(
  plan: { readonly entrants: number; readonly units: number },
  pace: number,
): {
  readonly lobbyMs: number;
  readonly openMs: number;
  readonly offerMs: number;
  readonly paymentMs: number;
} {
  // Two cores may do twice as much in a quiet hour; anybody not served at closing is too late.
  const lobbyMs = Math.max(6_000, plan.entrants / 13) * pace;
  const openMs = Math.max(14_000, plan.entrants / 8) * pace;
  // About as long as this crowd needs to answer all offers while it still joins (a real crowd has
  // minutes). Longer, and the sale waits for people who never answer; much shorter, and offers
  // expire and are made again until the machine does nothing else. Orders are paid at once or
  // never.
  const offerMs = Math.max(15_000, plan.units * 1.2) * pace;
  return { lobbyMs, openMs, offerMs, paymentMs: Math.max(15_000, offerMs / 5) };
}

/** Creates accounts and sessions as signing in some hours ago would have. */
async function bringSessions(
  opened: Opened,
  crowd: Crowd,
  fromIndex: number,
  toIndex: number,
): Promise<void> {
  const { sql, keyring } = opened;
  const nowMs = Date.now();
  const accountOf = (index: number) => keyring.identityKey("account", `earlier ${index}`);
  for (let from = fromIndex; from < toIndex; from += ACCOUNTS_AT_ONCE) {
    const count = Math.min(ACCOUNTS_AT_ONCE, toIndex - from);
    const rows = Array.from({ length: count }, (_, i): AccountRow => {
      const contact = { kind: "phone", value: simulatedPhone(from + i) };
      const contactCipher = keyring.encrypt(JSON.stringify(contact));
      return {
        accountKey: accountOf(from + i),
        contactCipher,
        profileCipher: null,
        domainKey: null,
        language: "id",
      };
    });
    await upsertAccounts(sql, rows, nowMs);
  }
  const time = { nowMs, expiresAtMs: nowMs + 6 * 3_600_000 };
  crowd.bringSessions((phone, index) => {
    const phoneKey = keyring.identityKey("phone", phone);
    return simulatedSession(keyring, { accountKey: accountOf(index), phoneKey }, time);
  });
}

type Phase = (
  label: string,
  people: number,
  work: (progress: (done: number) => void) => Promise<void>,
) => Promise<number>;

/** Runs a step for everybody with a progress line; returns its duration in ms. */
function phasesOf(output: Output): Phase {
  return async (label, people, work) => {
    const startMs = performance.now();
    await work((done) => output.progress(`  ${label} ${bar({ done, total: people })}`));
    const ms = performance.now() - startMs;
    const rate = count(Math.round((1000 * people) / ms));
    output.say(
      `  ${label} ${count(people)} people took ${(ms / 1000).toFixed(0)} s, ${rate} a second`,
    );
    return ms;
  };
}

async function rehearse(
  output: Output,
  plan: RehearsalPlan,
  server: ServerProcess,
  opened: Opened,
  brand: SimulatedBrand,
): Promise<{ sale: StoredSale; crowd: Crowd; report: CrowdReport }> {
  const file = loadSaleFile(plan.saleFile);
  if (!file.ok) throw new Error(`${plan.saleFile}: ${JSON.stringify(file.issues)}`);
  const nowMs = () => Date.now();
  const sandbox = createSandbox(opened.keyring, () => server.address);
  const crowd = new Crowd({
    address: server.address,
    brand,
    nowMs,
    entrantCount: plan.entrants,
    connectionCount: plan.connections,
    chance: new SeededChance(plan.seed),
    phones: new SimulatedPhones(opened.sql, opened.keyring),
    signPayment: sandbox.sign,
  });
  const phase = phasesOf(output);
  const signInCount = Math.min(plan.signIns, plan.entrants);
  const signInMs = await phase("signing in  ", signInCount, (progress) =>
    crowd.signIn(signInCount, progress),
  );
  if (signInCount < plan.entrants) {
    await bringSessions(opened, crowd, signInCount, plan.entrants);
    output.say(
      `  ${count(plan.entrants - signInCount)} people signed in earlier in the day: they bring a session.`,
    );
  }
  const times = planTimes(plan, paceOf(signInCount, signInMs));
  const lobbyOpensAtMs = nowMs();
  const definition = stageSale(file.definition, {
    slug: "rehearsal",
    lobbyOpensAtMs,
    opensAtMs: Math.round(lobbyOpensAtMs + times.lobbyMs),
    // Closing late costs nothing; closing early shuts out people who waited through a busy phase.
    openMs: Math.round(2 * times.openMs),
    unitCount: plan.units,
    offerMs: Math.round(times.offerMs),
    paymentMs: Math.round(times.paymentMs),
    // One machine solves everybody's proof of work: each is checked in full, but cheap to find.
    workCost: 20,
    synthetic: "Gladi dengan orang-orang simulasi. / A rehearsal with simulated people.",
  });
  const sale = await openStaged(opened, definition, nowMs());
  crowd.comeTo(crowdSale(sale));
  await phase("in the lobby", plan.entrants, (progress) => crowd.solveWork(progress));
  let joining = true;
  const followed = crowd.followBoard((board) => {
    if (joining) return;
    const sold = board.stock.reduce((sum, line) => sum + line.sold, 0);
    output.progress(`  units sold   ${bar({ done: sold, total: plan.units })}`);
  }, nowMs() + 900_000);
  const curve = { lobbyShare: 0.4, burstShare: 0.3, lobbyMs: times.lobbyMs, openMs: times.openMs };
  await phase("joining     ", plan.entrants, (progress) => crowd.arrive(curve, progress));
  joining = false;
  await followed;
  crowd.goHome();
  output.progress("  checking every draw, place, unit and limit");
  const report = await reportCrowd(opened.sql, sale, crowd);
  return { sale, crowd, report };
}

async function runRehearsal(
  output: Output,
  settings: Settings,
  plan: RehearsalPlan,
): Promise<number> {
  const startMs = performance.now();
  const folder = mkdtempSync(join(resolve(settings.GILIRAN_DATA, ".."), ".giliran-rehearsal-"));
  const brand = new SimulatedBrand();
  const jwksFile = join(folder, "brand.jwks.json");
  writeFileSync(jwksFile, JSON.stringify(brand.login.jwks));
  output.say(
    `Rehearsal: ${count(plan.entrants)} simulated people, ${count(plan.units)} units, seed ${plan.seed}, on ${cpus().length} cores.`,
  );
  output.say(
    "The crowd signs in, works, joins, orders and pays over HTTP against a server process.",
  );
  const server = await startServer({
    GILIRAN_DATA: folder,
    PORT: "0",
    HOST: "127.0.0.1",
    BRAND_JWKS: jwksFile,
    BRAND_ISSUER: brand.login.issuer,
    BRAND_AUDIENCE: brand.login.audience,
    GILIRAN_SANDBOX: "on",
    // The whole crowd comes from one address.
    GILIRAN_ADDRESS_BURST: "1000000000",
    GILIRAN_ADDRESS_PER_SECOND: "1000000",
    DATABASE_URL: "",
    SMTP_URL: "",
  });
  const guest = { ...settings, GILIRAN_DATA: folder, DATABASE_URL: undefined };
  const opened = await openDatabase({ settings: guest, purpose: "rehearse", as: "guest" });
  const dataFolder = opened.backend.cluster?.dataFolder ?? "";
  const memory = new MemoryWatch(() => ({
    crowd: [process.pid],
    server: [server.child.pid as number],
    database: processesInFolder(dataFolder),
  }));
  try {
    const { sale, crowd, report } = await rehearse(output, plan, server, opened, brand);
    memory.stop();
    crowd.close();
    await sayReport(output, opened.sql, sale, crowd, report);
    const seconds = (performance.now() - startMs) / 1000;
    const { peakMiB, partsMiB } = memory;
    output.say(
      `Took ${seconds.toFixed(0)} s; all processes together used ${count(peakMiB)} MiB at most ` +
        `(crowd ${count(partsMiB.crowd)}, server ${count(partsMiB.server)}, database ${count(partsMiB.database)}).`,
    );
    output.result({ ...report, ...crowd.tally, seed: plan.seed, seconds, peakMiB, partsMiB });
    return report.faults.length === 0 ? EXIT.done : EXIT.wrong;
  } finally {
    memory.stop();
    await opened.close();
    const ended = new Promise((done) => server.child.once("exit", done));
    server.child.kill("SIGTERM");
    await ended;
    if (!plan.keep) rmSync(folder, { recursive: true, force: true });
    else output.say(`Kept in ${folder}`);
  }
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1)
    throw new Error(`"${text}" is not a whole number above 0`);
  return value;
}

export function addRehearse(program: Command, register: Register): void {
  const command = program
    .command("rehearse")
    .description("play a whole sale with a simulated crowd over HTTP, and check every invariant")
    .option("--entrants <n>", "people who join", "6050")
    .option("--units <n>", "units to sell", "500")
    .option("--seed <n>", "seed of the crowd; the same seed behaves alike", "20210126")
    .option("--connections <n>", "connections of the crowd", "128")
    .option("--sign-ins <n>", "people who sign in over HTTP; the others bring a session", "50000")
    .option("--sale <file>", "sale file to scale and move to now", EXAMPLE)
    .option("--keep", "keep the rehearsal's database");
  register<{ [name: string]: string } & { keep?: boolean }>(command, async (context, options) => {
    const plan = {
      entrants: wholeNumber(options.entrants as string),
      units: wholeNumber(options.units as string),
      seed: wholeNumber(options.seed as string),
      connections: wholeNumber(options.connections as string),
      signIns: wholeNumber(options.signIns as string),
      saleFile: options.sale as string,
      keep: options.keep === true,
    };
    return await runRehearsal(context.output, context.settings, plan);
  });
}
