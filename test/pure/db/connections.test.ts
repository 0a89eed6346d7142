import { describe, expect, it } from "vitest";
import {
  connectionsOf,
  poolerFinding,
  roomFinding,
  signsOf,
  standbyFinding,
} from "../../../src/db/connections.ts";
import { text } from "../../house/tree.ts";

describe("room for connections", () => {
  const room = { usableCount: 97, limitedBy: "max_connections" as const, usedCount: 3 };

  it("a server that does not fit is refused, and says which limit and which setting", () => {
    const { state, detail } = roomFinding(80, room);
    expect(state).toBe("bad");
    for (const word of [connectionsOf(80), 97, "GILIRAN_DATABASE_POOL", "max_connections"]) {
      expect(detail).toContain(String(word));
    }
    const role = roomFinding(20, { usableCount: 10, limitedBy: "role", usedCount: 0 });
    expect([role.state, role.detail.includes("limit of the role")]).toEqual(["bad", true]);
  });

  it("one that fits says how many do; one too many beside the others is a warning", () => {
    expect(roomFinding(20, room)).toMatchObject({ state: "ok" });
    expect(roomFinding(20, room).detail).toContain("2 such servers fit");
    expect(roomFinding(20, { ...room, usedCount: 70 }).state).toBe("warn");
  });

  it("the settings page counts them as the program does", () => {
    expect(text("docs/reference/settings.md")).toContain(`it opens ${connectionsOf(0)} more`);
  });
});

describe("poolers", () => {
  const direct = { pid: 7, toldPid: 7, lockTimeout: "5s" };
  const other = { pid: 8, toldPid: 8, lockTimeout: "5s" };
  const found = (one: typeof direct, two: typeof direct) =>
    poolerFinding(signsOf([one, two], 5_000));

  it("none", () => {
    expect(found(direct, other).state).toBe("ok");
  });

  it("one connection for many is refused in words", () => {
    const { state, detail } = found({ ...direct, toldPid: -1 }, { ...direct, toldPid: -2 });
    expect(state).toBe("bad");
    expect(detail).toContain("pool_mode = transaction");
  });

  it("dropped deadlines are refused, also through a pooler of sessions", () => {
    expect(found({ ...direct, lockTimeout: "0" }, other).state).toBe("bad");
  });

  it("a pooler of sessions is worth knowing", () => {
    expect(found({ ...direct, toldPid: -1 }, { ...other, toldPid: -2 }).state).toBe("warn");
  });
});

describe("replicas", () => {
  const none = { names: "", commit: "on", isReplica: false, attached: [] };
  const attached = [{ name: "b", state: "async" }];

  it("says what a change-over would lose", () => {
    expect(standbyFinding(none)).toMatchObject({ state: "warn" });
    const asynchronous = standbyFinding({ ...none, attached });
    expect(asynchronous.state).toBe("warn");
    expect(asynchronous.detail).toContain("synchronous_standby_names is empty");
    const waits = { ...none, names: "ANY 1 (b)", attached: [{ name: "b", state: "quorum" }] };
    expect(standbyFinding(waits).state).toBe("ok");
    expect(standbyFinding({ ...waits, commit: "local" }).state).toBe("warn");
    expect(standbyFinding({ ...waits, attached: [] }).state).toBe("bad");
    expect(standbyFinding({ ...none, isReplica: true }).state).toBe("bad");
  });
});
