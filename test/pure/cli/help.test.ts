import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it, vi } from "vitest";
import { addRehearse } from "../../../sim/commands/rehearseCommand.ts";
import { addReplay } from "../../../sim/commands/replayCommand.ts";
import { addStart } from "../../../sim/commands/startCommand.ts";
import { runProgram } from "../../../src/cli/program.ts";
import { SECRET } from "../../helpers/serverProcess.ts";

const BIN = join(import.meta.dirname, "../../../bin/giliran.js");
const folder = mkdtempSync(join(tmpdir(), "giliran-help-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A command's help, printed in this process: sixty processes would take half a minute. */
async function helpOf(path: readonly string[]): Promise<{ status: number; stdout: string }> {
  let stdout = "";
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  try {
    const argv = ["node", "giliran", ...path, "--help"];
    return { status: await runProgram(argv, [addStart, addRehearse, addReplay]), stdout };
  } finally {
    spy.mockRestore();
  }
}

/** Every command there is, read from the help of the commands themselves. */
async function commandsOf(path: readonly string[] = []): Promise<string[][]> {
  const { stdout } = await helpOf(path);
  const list = stdout.split("Commands:")[1] ?? "";
  const names = [...list.matchAll(/^ {2}([a-z-]+)/gm)]
    .map((match) => match[1]!)
    .filter((name) => name !== "help");
  const found: string[][] = [];
  for (const name of names) {
    const within = await commandsOf([...path, name]);
    found.push(...(within.length > 0 ? within : [[...path, name]]));
  }
  return found;
}

/** One command as an operator types it. */
function giliran(args: readonly string[], environment: Record<string, string> = {}) {
  return spawnSync(process.execPath, [BIN, ...args], {
    env: { ...process.env, GILIRAN_SECRET: SECRET, GILIRAN_DATA: folder, ...environment },
    encoding: "utf8",
    timeout: 50_000,
  });
}

describe("help", () => {
  it("is there for every command, in words, with --json and --data", async () => {
    const commands = await commandsOf();
    const known = commands.map((path) => path.join(" "));
    expect(known).toEqual(
      expect.arrayContaining(["start", "serve", "rehearse", "verify", "fsck", "doctor", "migrate"]),
    );
    for (const action of ["create", "open", "pause", "resume", "close", "show", "list"]) {
      expect(known).toContain(`sale ${action}`);
    }
    for (const path of commands) {
      const { status, stdout } = await helpOf(path);
      expect({ path, status }).toEqual({ path, status: 0 });
      expect(stdout).toMatch(/--json/);
      expect(stdout).toMatch(/--data/);
    }
  });

  it("is what the installed program prints", async () => {
    const { status, stdout } = giliran(["sale", "--help"]);
    expect({ status, stdout }).toEqual(await helpOf(["sale"]));
    expect(stdout).toContain("giliran sale");
  });

  it("a command that does not exist, or an option too many, is exit 2 with a sentence", () => {
    for (const args of [["sell"], ["fsck", "--faster"], ["sale", "open"]]) {
      const { status, stderr } = giliran(args);
      expect({ args, status }).toEqual({ args, status: 2 });
      expect(stderr).toMatch(/^error: /);
    }
  });

  it("a setting that cannot be used is exit 2 and names it", () => {
    const { status, stderr } = giliran(["fsck"], { PORT: "many" });
    expect(status).toBe(2);
    expect(stderr).toContain("PORT");
  });
});
