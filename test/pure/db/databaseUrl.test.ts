import { describe, expect, it } from "vitest";
import { readDatabaseUrl } from "../../../src/db/client/databaseUrl.ts";
import { HostChoice } from "../../../src/db/client/hostChoice.ts";

const why = (text: string) => (readDatabaseUrl(text) as { why?: string }).why;

describe("hosts of DATABASE_URL", () => {
  it("one host stays as it was written", () => {
    for (const text of [
      "postgres://giliran@localhost/giliran?host=/run/postgresql",
      "postgresql://u:p%40ss@db.example:6432/shop?sslmode=verify-full",
      "postgres:///giliran?host=/run/postgresql",
    ]) {
      expect(readDatabaseUrl(text)).toEqual({ urls: [text], wanted: "any" });
    }
  });

  it("several are tried in their order, and one that takes writes is wanted", () => {
    expect(readDatabaseUrl("postgres://u:p@a:5432,b:5433/shop?sslmode=disable")).toEqual({
      urls: [
        "postgres://u:p@a:5432/shop?sslmode=disable",
        "postgres://u:p@b:5433/shop?sslmode=disable",
      ],
      wanted: "read-write",
    });
    expect(readDatabaseUrl("postgres://u@[::1]:5432,b/shop?target_session_attrs=any")).toEqual({
      urls: ["postgres://u@[::1]:5432/shop", "postgres://u@b/shop"],
      wanted: "any",
    });
  });

  it("hosts and ports as parameters, sockets among them", () => {
    expect(
      readDatabaseUrl("postgres://u@/shop?host=/run/a,b&port=1,2&target_session_attrs=primary"),
    ).toEqual({
      urls: [
        "postgres://u@localhost/shop?host=%2Frun%2Fa&port=1",
        "postgres://u@localhost/shop?host=b&port=2",
      ],
      wanted: "primary",
    });
  });

  it("what a server cannot use is refused in words", () => {
    expect(why("mysql://u@a/shop")).toContain("postgres://");
    for (const attribute of ["read-only", "standby", "prefer-standby", "x"]) {
      expect(why(`postgres://a,b/shop?target_session_attrs=${attribute}`)).toContain("writes");
    }
    expect(why("postgres://u@/shop?host=a,b,c&port=1,2")).toBe("it names 3 hosts and 2 ports");
    expect(why("postgres://u@a,,b/shop")).toBe("one of its hosts is empty");
  });
});

describe("the choice among hosts", () => {
  const primary = { isReplica: false, isReadOnly: false };
  const replica = { isReplica: true, isReadOnly: false };
  const frozen = { isReplica: false, isReadOnly: true };
  const unknown = { isReplica: null, isReadOnly: null };
  const choose = (wanted: "any" | "primary" | "read-write", count = 2) =>
    new HostChoice({ urls: Array.from({ length: count }, (_, no) => `host ${no}`), wanted });

  it("a replica is passed over, and a server set read-only where writes are wanted", () => {
    expect(choose("read-write").accepts(0, replica)).toBe(false);
    expect(choose("read-write").accepts(0, frozen)).toBe(false);
    expect(choose("primary").accepts(0, frozen)).toBe(true);
    expect(choose("primary").accepts(0, replica)).toBe(false);
    expect(choose("any").accepts(0, replica)).toBe(true);
    // A pooler does not say: its first failing write tells.
    expect(choose("read-write").accepts(0, unknown)).toBe(true);
    expect(choose("read-write", 1).accepts(0, replica)).toBe(true);
  });

  it("a failure moves on once, however many connections report it", () => {
    const choice = choose("read-write", 3);
    let changes = 0;
    choice.onChange(() => changes++);
    for (let report = 0; report < 5; report++) choice.failed(0);
    expect([choice.hostNo, changes]).toEqual([1, 1]);
    choice.failed(1);
    choice.failed(2);
    expect(choice.hostNo).toBe(0);
  });

  it("without any that takes writes a replica is read, until one does", () => {
    const choice = choose("read-write");
    expect(choice.accepts(0, replica)).toBe(false);
    choice.failed(0);
    expect(choice.accepts(1, replica)).toBe(false);
    choice.failed(1);
    expect(choice.accepts(0, replica)).toBe(true);
    choice.failed(0);
    expect(choice.accepts(1, primary)).toBe(true);
    choice.failed(1);
    expect(choice.accepts(0, replica)).toBe(false);
  });
});
