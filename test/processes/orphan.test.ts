import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { serverEnvironment, startServerProcess } from "../helpers/serverProcess.ts";

/* A server that a rehearsal started for itself must not outlive it: it would sell to nobody for ever. */

describe("a server that another process started for itself", () => {
  let folder: string;
  let environment: Record<string, string>;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "giliran-orphan-"));
    chmodSync(folder, 0o755);
    environment = {
      ...serverEnvironment(new SimulatedBrand(), folder),
      GILIRAN_DATA: join(folder, "data"),
    };
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("ends when that process is gone, and in good order", async () => {
    const { child, address, ended } = await startServerProcess(environment, true);
    expect((await fetch(`${address}/livez`)).status).toBe(200);
    // The operating system's handling of the channel of a killed process.
    child.disconnect();
    await ended;
    expect([child.exitCode, child.signalCode]).toEqual([0, null]);
  });

  it("ends, too, when it is asked: the channel does not keep it", async () => {
    const { child, ended } = await startServerProcess(environment, true);
    child.kill("SIGTERM");
    await ended;
    expect([child.exitCode, child.signalCode]).toEqual([0, null]);
  });
});
