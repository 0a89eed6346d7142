import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UploadFolder } from "../../../src/http/uploadFolder.ts";

const MODULE = join(import.meta.dirname, "../../../src/http/uploadFolder.ts");

describe("the folder for uploads", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "giliran-test-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  /** A process that holds an export in its folder, and can be killed. */
  async function holder() {
    const code = `
      const { UploadFolder } = await import(${JSON.stringify(MODULE)});
      const { writeFileSync } = await import("node:fs");
      const folder = await new UploadFolder(${JSON.stringify(root)}).make();
      writeFileSync(folder + "/0", "Siti,0811");
      console.log(folder);
      setInterval(() => undefined, 1_000);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [path] = await once(child.stdout, "data");
    const kill = async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    };
    return { folder: String(path).trim(), kill };
  }

  it("is removed by the next start when its process was killed, and left alone while it lives", async () => {
    const [killed, living] = await Promise.all([holder(), holder()]);
    try {
      await killed.kill();
      expect(existsSync(join(killed.folder, "0"))).toBe(true);
      const next = new UploadFolder(root);
      const own = await next.make();
      expect(await next.sweep()).toBe(1);
      expect(existsSync(killed.folder)).toBe(false);
      expect(existsSync(join(living.folder, "0"))).toBe(true);
      expect(existsSync(own)).toBe(true);
      await living.kill();
      await next.close();
      expect(await new UploadFolder(root).sweep()).toBe(1);
      expect(readdirSync(root)).toEqual([]);
    } finally {
      await Promise.all([killed.kill(), living.kill()]);
    }
  });

  it("other folders stay, and where a link leads", async () => {
    const nowMs = Date.now();
    const old = (name: string, ageMs: number) => {
      mkdirSync(join(root, name));
      utimesSync(join(root, name), (nowMs - ageMs) / 1_000, (nowMs - ageMs) / 1_000);
    };
    old("elsewhere", 10 * 3_600_000);
    old("giliran-import-old", 2 * 3_600_000);
    old("giliran-import-new", 60_000);
    old("giliran-making-new", 60_000);
    old("giliran-making-old", 2 * 3_600_000);
    mkdirSync(join(root, "target"));
    writeFileSync(join(root, "target", "kept"), "");
    symlinkSync(join(root, "target"), join(root, "giliran-uploads-linked"));
    expect(await new UploadFolder(root).sweep(nowMs)).toBe(2);
    expect(readdirSync(root).toSorted()).toEqual([
      "elsewhere",
      "giliran-import-new",
      "giliran-making-new",
      "giliran-uploads-linked",
      "target",
    ]);
    expect(existsSync(join(root, "target", "kept"))).toBe(true);
  });
});
