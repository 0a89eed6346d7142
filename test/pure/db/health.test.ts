import { describe, expect, it } from "vitest";
import type { Sql } from "../../../src/db/connect.ts";
import { DatabaseHealth } from "../../../src/db/health.ts";

/** A database whose answers a test gives by hand. */
function database() {
  const asked: { answer: () => void; fail: (error: unknown) => void }[] = [];
  const begin = () =>
    new Promise<void>((resolve, reject) => asked.push({ answer: resolve, fail: reject }));
  const sql = { within: () => ({ begin }) } as unknown as Sql;
  return { sql, asked };
}

const withState = (code: string) => Object.assign(new Error("said the database"), { code });

describe("whether the database takes writes", () => {
  it("is asked once for many who want to know, and twice a second at most", async () => {
    const { sql, asked } = database();
    let nowMs = 0;
    const health = new DatabaseHealth(sql, () => nowMs);
    const many = Array.from({ length: 100 }, () => health.trouble());
    expect(asked).toHaveLength(1);
    asked[0]!.answer();
    expect(new Set(await Promise.all(many))).toEqual(new Set([null]));
    nowMs = 499;
    expect(await health.trouble()).toBeNull();
    expect(asked).toHaveLength(1);
    nowMs = 501;
    const later = health.trouble();
    expect(asked).toHaveLength(2);
    asked[1]!.fail(withState("25006"));
    expect(await later).toBe("database_read_only");
  });

  it("says what is wrong in words of a closed set", async () => {
    const told: Record<string, unknown> = {};
    for (const code of ["53100", "25006", "57P03", "08006", "53300", "XX000", "55P03"]) {
      const { sql, asked } = database();
      const trouble = new DatabaseHealth(sql, () => 0).trouble();
      asked[0]!.fail(withState(code));
      told[code] = await trouble;
    }
    expect(told).toEqual({
      "53100": "disk_full",
      "25006": "database_read_only",
      "57P03": "database_away",
      "08006": "database_away",
      "53300": "database_failing",
      XX000: "database_failing",
      // Somebody else beats just now.
      "55P03": null,
    });
  });

  it("answers without the database where that one does not", async () => {
    const { sql } = database();
    expect(await new DatabaseHealth(sql, () => 0).trouble()).toBe("database_silent");
  });

  it("believes work that found the disk full, for five seconds", async () => {
    const { sql, asked } = database();
    let nowMs = 0;
    const health = new DatabaseHealth(sql, () => nowMs);
    health.saw(withState("23505"));
    const first = health.trouble();
    asked[0]!.answer();
    expect(await first).toBeNull();
    health.saw(withState("53100"));
    expect(await health.trouble()).toBe("disk_full");
    nowMs = 5_001;
    const after = health.trouble();
    asked[1]!.answer();
    expect(await after).toBeNull();
  });
});
