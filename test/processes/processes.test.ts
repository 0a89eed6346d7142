import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, expect, inject, it } from "vitest";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { serverEnvironment } from "../helpers/serverProcess.ts";
import { pause, until } from "../helpers/outside/waiting.ts";

/* A supervisor and its servers on one port. */

const BIN = join(import.meta.dirname, "../../bin/giliran.js");
const folder = mkdtempSync(join(tmpdir(), "giliran-processes-"));
chmodSync(folder, 0o755);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ready {
  readonly ok: boolean;
  readonly server: string;
  readonly childNo: number;
  readonly serverCount: number;
}

/** Asks on a connection of its own, so that any of the servers may answer. */
async function ready(address: string): Promise<Ready> {
  const reply = await fetch(`${address}/readyz`, { headers: { connection: "close" } });
  return (await reply.json()) as Ready;
}

interface Started {
  readonly child: ChildProcess;
  readonly address: string;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

async function start(environment: Record<string, string>, more: string[] = []): Promise<Started> {
  const child = spawn(process.execPath, [BIN, "serve", "--processes", "2", ...more], {
    env: { ...process.env, DATABASE_URL: "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (text += chunk.toString()));
  }
  const ended = new Promise<number | null>((done) => child.once("exit", done));
  const address = () => /Sale page\s+(http\S+?)\/\n/.exec(text)?.[1];
  await Promise.race([
    until("it listens", () => address() !== undefined),
    ended.then((code) => {
      throw new Error(`ended with ${code}: ${text}`);
    }),
  ]);
  return { child, address: address()!, said: () => text, ended };
}

/** The processes that a process started. */
async function childrenOf(pid: number): Promise<number[]> {
  const { readFileSync } = await import("node:fs");
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

const isServer = async (pid: number) => {
  const { readFileSync } = await import("node:fs");
  return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("--child");
};

async function serversOf(pid: number): Promise<number[]> {
  const pids = await childrenOf(pid);
  const servers: number[] = [];
  for (const one of pids) if (await isServer(one).catch(() => false)) servers.push(one);
  return servers;
}

const alive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe.skipIf(process.platform !== "linux" || inject("socketFolder") === null)(
  "serve --processes",
  () => {
    const brand = new SimulatedBrand();
    const running: Started[] = [];
    afterEach(() => {
      for (const { child } of running.splice(0)) child.kill("SIGKILL");
    });

    const begin = async () => {
      const environment = {
        ...serverEnvironment(brand, folder),
        GILIRAN_DATA: join(folder, "data"),
      };
      const started = await start(environment);
      running.push(started);
      return started;
    };

    it("starts a killed server again while the other answers, and ends with all of them", async () => {
      const { child, address, said, ended } = await begin();
      const seen = new Set<number>();
      await until("both answer", async () => {
        seen.add((await ready(address)).childNo);
        return seen.size === 2;
      });
      await until("each knows the other", async () => (await ready(address)).serverCount === 2);
      const before = await serversOf(child.pid!);
      expect(before).toHaveLength(2);

      let stop = false;
      const refused: unknown[] = [];
      const asking = (async () => {
        while (!stop) {
          // A request that the killed one had taken fails; the port itself is never refused.
          await ready(address).catch((error: { cause?: { code?: string } }) => {
            if (error.cause?.code === "ECONNREFUSED") refused.push(error);
          });
          await pause(5);
        }
      })();
      process.kill(before[0]!, "SIGKILL");
      const killedAtMs = performance.now();
      await until("a new one runs", async () => {
        const now = await serversOf(child.pid!);
        return now.length === 2 && !now.includes(before[0]!);
      });
      // Its start is asked for within a second; the margin is the machine's.
      expect(performance.now() - killedAtMs).toBeLessThan(5_000);
      const known = new Set<string>();
      await until("two servers answer again", async () => {
        const reply = await ready(address).catch(() => null);
        if (reply?.ok) known.add(reply.server);
        return known.size === 3 || (known.size === 2 && reply?.serverCount === 2);
      });
      stop = true;
      await asking;
      expect(refused).toEqual([]);
      expect(said()).toContain("ended: SIGKILL. Its next start is now.");

      const last = await serversOf(child.pid!);
      child.kill("SIGTERM");
      expect(await ended).toBe(0);
      expect(last.filter(alive)).toEqual([]);
      await expect(ready(address)).rejects.toThrow();
    });

    it("leaves no server behind when it is killed itself", async () => {
      const { child, address } = await begin();
      const servers = await serversOf(child.pid!);
      expect(servers).toHaveLength(2);
      child.kill("SIGKILL");
      await until("they end", () => !servers.some(alive), 30_000);
      await expect(ready(address)).rejects.toThrow();
    });

    it("refuses a port that another program has", async () => {
      const first = await begin();
      const port = new URL(first.address).port;
      const environment = {
        ...serverEnvironment(brand, folder),
        GILIRAN_DATA: join(folder, "other"),
        PORT: port,
      };
      await expect(start(environment)).rejects.toThrow(/in use by another program/);
    });
  },
);
