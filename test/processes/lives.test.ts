import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { connect as connectSocket, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { simulatedPhone } from "../../sim/crowd/crowd.ts";
import { HttpClient, type Call } from "../../sim/crowd/httpClient.ts";
import { createKeyring } from "../../src/access/io/keyring.ts";
import { ensureDatabase, openBackend, type Backend } from "../../src/db/backend.ts";
import { connect, type Sql } from "../../src/db/connect.ts";
import { migrate, readMigrations } from "../../src/db/migrate.ts";
import { processesInFolder, processState } from "../../src/db/cluster/processTable.ts";
import { createOpenSale } from "../helpers/openSale.ts";
import { solve } from "../helpers/server.ts";
import { SECRET, serverEnvironment, startServerProcess } from "../helpers/serverProcess.ts";
import { pause, until } from "../helpers/outside/waiting.ts";

/* How servers end, and what they live through: signals, kills, and connections that do as they like. */

const BIN = join(import.meta.dirname, "../../bin/giliran.js");
/** Named are ten seconds; the machine may be busy. Without the guards it took 78. */
const MOST_END_MS = 20_000;
const IN_FLIGHT = 60;

const folders: string[] = [];
function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "giliran-lives-"));
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A sale that is open for an hour, on whatever database. */
async function stage(sql: Sql, slug: string): Promise<void> {
  await createOpenSale(sql, createKeyring(Buffer.from(SECRET, "hex")), slug);
}

/** A person with everything that joining needs. */
async function joinCall(
  client: HttpClient,
  brand: SimulatedBrand,
  slug: string,
  person: number,
): Promise<Call> {
  const token = brand.token(
    { subject: `${slug} ${person}`, phone: simulatedPhone(person) },
    Date.now() + 3_600_000,
  );
  const signedIn = await client.call({
    method: "POST",
    path: "/v1/sign-in/token",
    headers: { "idempotency-key": `sign-in-${slug}-${person}` },
    body: JSON.stringify({ token }),
  });
  const authorization = `Bearer ${JSON.parse(signedIn.body).session}`;
  const path = `/v1/sales/${slug}/rounds/1`;
  const challenge = await client.call({
    method: "GET",
    path: `${path}/challenge`,
    headers: { authorization },
  });
  const work = solve(JSON.parse(challenge.body));
  return {
    method: "POST",
    path: `${path}/entries`,
    headers: { authorization, "idempotency-key": `join-${slug}-${person}` },
    body: JSON.stringify({ channel: "shop", preferences: ["RED"], work }),
  };
}

/** A connection on which a test says what it likes. */
async function rawSocket(address: string): Promise<{ socket: Socket; closed: Promise<void> }> {
  const { hostname, port } = new URL(address);
  const socket = connectSocket(Number(port), hostname);
  await new Promise<void>((resume) => socket.once("connect", resume));
  socket.on("error", () => undefined);
  const closed = new Promise<void>((resume) => socket.once("close", () => resume()));
  return { socket, closed };
}

async function firstBytes(socket: Socket): Promise<string> {
  return await new Promise((resume) => socket.once("data", (chunk) => resume(chunk.toString())));
}

const ready = async (address: string): Promise<{ ok: boolean; reason?: string }> =>
  (await (await fetch(`${address}/readyz`)).json()) as { ok: boolean; reason?: string };

describe("asked to end", () => {
  const brand = new SimulatedBrand();
  let backend: Backend;
  let sql: Sql;
  let environment: Record<string, string> = {};
  const children: ChildProcess[] = [];

  beforeAll(async () => {
    const folder = newFolder();
    backend = await openBackend({ homeFolder: folder, purpose: "lives test", as: "alone" });
    await ensureDatabase(backend);
    sql = connect(backend.target, { poolSize: 6, name: "lives test" });
    await migrate(sql, readMigrations());
    const { socketFolder } = backend.target as { socketFolder: string };
    environment = {
      ...serverEnvironment(brand, folder),
      DATABASE_URL: `postgres://giliran@localhost/giliran?host=${socketFolder}`,
    };
    await stage(sql, "ending");
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
  });
  afterAll(async () => {
    await sql?.end();
    await backend?.close();
  });

  async function start(more: Record<string, string> = {}) {
    const server = await startServerProcess({ ...environment, ...more });
    children.push(server.child);
    return server;
  }

  it("ends within seconds, whatever connections do, and answers every join in flight", async () => {
    const { child, address, ended } = await start();
    const client = new HttpClient(address, IN_FLIGHT);
    const calls: Call[] = [];
    for (let person = 0; person < IN_FLIGHT; person++) {
      calls.push(await joinCall(client, brand, "ending", person));
    }
    const silent = await rawSocket(address);
    silent.socket.write("GET /livez HTTP/1.1\r\nhost: x\r\n\r\n");
    expect(await firstBytes(silent.socket)).toContain("200 OK");
    const head = "POST /v1/sign-in/token HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n";
    const half = await rawSocket(address);
    half.socket.write(`${head}content-length: 100\r\n\r\n{"token":`);
    const halfHead = await rawSocket(address);
    halfHead.socket.write("GET /livez HTTP/1.1\r\nho");
    const loris = await rawSocket(address);
    loris.socket.write(`${head}content-length: 10000\r\n\r\n`);
    const drip = setInterval(() => loris.socket.write(" "), 200);
    // An answer of a megabyte that nobody reads.
    const deaf = await rawSocket(address);
    deaf.socket.pause();
    deaf.socket.write("GET /v1/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(50));
    const untouched = await rawSocket(address);
    const look = () => client.call({ method: "GET", path: "/livez" });
    // All connections are there before: what the signal meets is requests, not connections.
    await Promise.all(Array.from({ length: IN_FLIGHT }, look));

    let answers: Promise<{ status: number }[]> = Promise.resolve([]);
    await sql.begin(async (tx) => {
      // So that all of them are in hand when the signal comes.
      await tx`select 1 from sale_window for update`;
      await tx`lock table entry in share row exclusive mode`;
      answers = Promise.all(calls.map((call) => client.call(call)));
      // Everything after them was read after them.
      for (let n = 0; n < 3; n++) expect((await fetch(`${address}/livez`)).status).toBe(200);
      await pause(200);
      child.kill("SIGTERM");
      await pause(500);
    });
    const startMs = performance.now();
    expect((await answers).map((answer) => answer.status)).toEqual(
      Array.from({ length: IN_FLIGHT }, () => 201),
    );
    await ended;
    const tookMs = performance.now() - startMs;
    console.log(`ended ${Math.round(tookMs)} ms after SIGTERM`);
    expect(tookMs).toBeLessThan(MOST_END_MS);
    expect([child.exitCode, child.signalCode]).toEqual([0, null]);
    clearInterval(drip);
    deaf.socket.resume();
    await Promise.all([silent, half, halfHead, loris, untouched].map((one) => one.closed));
    client.close();
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from entry`;
    expect(row!.count).toBe(IN_FLIGHT);
  });

  it("says that it drains first, and takes everything meanwhile", async () => {
    const { child, address, ended } = await start({ GILIRAN_DRAIN_MS: "4000" });
    const client = new HttpClient(address, 4);
    const call = await joinCall(client, brand, "ending", IN_FLIGHT + 1);
    client.close();
    expect(await ready(address)).toMatchObject({ ok: true });
    child.kill("SIGTERM");
    await until("draining", async () => (await ready(address)).reason === "draining");
    const live = await fetch(`${address}/livez`);
    expect([live.status, live.headers.get("connection")]).toEqual([200, "close"]);
    const joined = await fetch(address + call.path, {
      method: "POST",
      headers: { ...call.headers, "content-type": "application/json" },
      body: call.body!,
    });
    expect([joined.status, joined.headers.get("connection")]).toEqual([201, "close"]);
    await ended;
    expect(child.exitCode).toBe(0);
  });

  it("a second signal ends it at once", async () => {
    const { child, address, ended } = await start({ GILIRAN_DRAIN_MS: "60000" });
    child.kill("SIGTERM");
    await until("draining", async () => (await ready(address)).reason === "draining");
    child.kill("SIGTERM");
    await ended;
    expect([child.exitCode, child.signalCode]).toEqual([143, null]);
  });
});

describe("a database of one's own", () => {
  const brand = new SimulatedBrand();

  /** First process of the folder's database server; null while there is none. */
  function serverPid(folder: string): number | null {
    const file = join(folder, "database/data/postmaster.pid");
    if (!existsSync(file)) return null;
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10);
    return processState(pid) === "running" ? pid : null;
  }

  /** As the system does when it is out of memory: all of its processes, none of which can say anything. */
  function killDatabase(folder: string): void {
    const pids = processesInFolder(join(folder, "database/data"));
    expect(pids.length).toBeGreaterThan(1);
    for (const pid of pids) {
      try {
        process.kill(pid, "SIGKILL");
      } catch {
        // gone with the others
      }
    }
  }

  const ownEnvironment = (folder: string) => ({
    ...serverEnvironment(brand, folder),
    GILIRAN_DATA: folder,
  });

  it("that is killed comes back by itself, twice; joins go on and none is lost", async () => {
    const folder = newFolder();
    const { child, address, ended } = await startServerProcess(ownEnvironment(folder));
    const guest = await openBackend({ homeFolder: folder, purpose: "lives test", as: "guest" });
    const stageSql = connect(guest.target, { poolSize: 1, name: "lives test" });
    await stage(stageSql, "comes-back");
    await stageSql.end();
    await guest.close();
    const client = new HttpClient(address, 8);
    const acknowledged: { call: Call; entryId: string }[] = [];
    const statuses = new Set<number>();
    const joinSoon = async (call: Call) => {
      await until("a join", async () => {
        const reply = await client.call(call).catch(() => null);
        if (reply !== null) statuses.add(reply.status);
        if (reply?.status !== 201) return false;
        acknowledged.push({ call, entryId: JSON.parse(reply.body).entryId });
        return true;
      });
    };
    const calls: Call[] = [];
    for (let person = 0; person < 24; person++) {
      calls.push(await joinCall(client, brand, "comes-back", person));
    }
    for (let round = 0; round < 2; round++) {
      await Promise.all(calls.slice(round * 12, round * 12 + 6).map(joinSoon));
      const before = serverPid(folder);
      const startMs = performance.now();
      killDatabase(folder);
      await Promise.all(calls.slice(round * 12 + 6, round * 12 + 12).map(joinSoon));
      console.log(
        `killed database: joins again after ${Math.round(performance.now() - startMs)} ms`,
      );
      expect(serverPid(folder)).not.toBe(before);
    }
    await until("ready", async () => (await ready(address)).ok);
    expect([...statuses].sort()).toEqual([201, 503]);
    expect(acknowledged).toHaveLength(24);
    for (const { call, entryId } of acknowledged) {
      expect(JSON.parse((await client.call(call)).body).entryId).toBe(entryId);
    }
    client.close();
    child.kill("SIGTERM");
    await ended;
    expect(child.exitCode).toBe(0);
    expect(serverPid(folder)).toBeNull();
  });

  it("ends with a server that is killed, and not under one that takes it over", async () => {
    const folder = newFolder();
    const first = await startServerProcess(ownEnvironment(folder));
    const database = serverPid(folder);
    expect(database).not.toBeNull();
    first.child.kill("SIGKILL");
    await first.ended;
    const second = await startServerProcess(ownEnvironment(folder));
    expect(serverPid(folder)).toBe(database);
    // Longer than the watch of the first one waits.
    await pause(6_000);
    expect(serverPid(folder)).toBe(database);
    expect((await ready(second.address)).ok).toBe(true);
    second.child.kill("SIGKILL");
    const startMs = performance.now();
    await until("the end of the database", () => serverPid(folder) === null);
    console.log(`orphan ended after ${Math.round(performance.now() - startMs)} ms`);
    await until("no process of it", () => watchers(folder).length === 0);
  });

  it("ends, with its server, when only the npm that started them is killed", async () => {
    const folder = newFolder();
    // As npm starts scripts: its name in the environment, and a shell that stays between.
    const npm = spawn(
      process.execPath,
      [
        "-e",
        `require("node:child_process").spawn("sh", ["-c", ${JSON.stringify(
          `"${process.execPath}" "${BIN}" serve --json; true`,
        )}], { stdio: "inherit" });`,
      ],
      {
        env: {
          ...process.env,
          DATABASE_URL: "",
          ...ownEnvironment(folder),
          npm_lifecycle_event: "start",
        },
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    let text = "";
    npm.stdout!.on("data", (chunk: Buffer) => (text += chunk.toString()));
    await until("an address", () => /"address"/.test(text));
    const address = /"address": "([^"]+)"/.exec(text)![1]!;
    expect((await ready(address)).ok).toBe(true);
    npm.kill("SIGKILL");
    await until("the end of the server", async () =>
      fetch(`${address}/livez`).then(
        () => false,
        () => true,
      ),
    );
    await until("the end of the database", () => serverPid(folder) === null);
    await until("no process of it", () => watchers(folder).length === 0);
  });
});

/** Processes that name the folder in their command line. */
function watchers(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
      } catch {
        return "";
      }
    })
    .filter((command) => command.includes(folder));
}
