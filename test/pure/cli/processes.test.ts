import { describe, expect, it } from "vitest";
import { checkServers } from "../../../src/cli/processes/checkServers.ts";
import { pauseMs } from "../../../src/cli/processes/processes.ts";
import type { LiveServer } from "../../../src/http/io/serverStore.ts";

const server = (more: Partial<LiveServer> = {}): LiveServer => ({
  serverId: "00000000-0000-0000-0000-000000000001",
  host: "left",
  pid: 12,
  childNo: null,
  version: "0.1.0",
  codeDigest: "aaa",
  runsWorker: true,
  startedAtMs: 0,
  beatAtMs: 0,
  figures: { perSecond: 0, buckets: [], errorCount: 0, sinceMs: 0 },
  ...more,
});

const states = (servers: LiveServer[]) => checkServers(servers).map(({ state }) => state);

describe("several processes", () => {
  it("are named by doctor, which warns of different code and of work that nobody does", () => {
    expect(states([])).toEqual(["ok"]);
    const [named] = checkServers([server(), server({ childNo: 2, runsWorker: false })]);
    expect(named!.detail).toBe(
      "left process 12, version 0.1.0 (aaa); left process 12 number 2, version 0.1.0 (aaa), without a worker",
    );
    expect(states([server(), server({ codeDigest: "bbb" })])).toEqual(["ok", "warn"]);
    expect(states([server({ runsWorker: false })])).toEqual(["ok", "warn"]);
  });

  it("start again at once, and after growing pauses if they end at once again and again", () => {
    expect([1, 2, 3, 4, 20].map(pauseMs)).toEqual([0, 200, 400, 800, 15_000]);
  });
});
