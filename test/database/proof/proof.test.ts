import { beforeAll, expect, it } from "vitest";
import type { RecordLine } from "../../../src/proof/record.ts";
import { Verifier } from "../../../src/proof/verify.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/** The public record proves itself, and stops doing so when anything in it is changed. */
describeOnDatabase("proof", () => {
  let test: TestServer;
  let lines: RecordLine[] = [];

  beforeAll(async () => {
    test = await TestServer.start();
    test.clock.ms = START_MS - 10_000;
    await test.createSale(smallSale({ units: 2 }));
    const sessions: string[] = [];
    for (let person = 0; person < 12; person++) {
      sessions.push(await test.signIn(person));
      await test.enter(sessions[person]!, { preferences: person % 2 ? ["RED"] : ["BLUE", "RED"] });
    }
    test.clock.ms = START_MS + 5;
    await test.tick();
    for (const session of sessions.slice(0, 8)) {
      const { offer } = await test.mine(session);
      if (offer?.state !== "open") continue;
      await test.post(`/v1/sales/small/offers/${offer.offerId}/decline`, session);
      await test.tick();
    }
    const record = await test.get("/v1/sales/small/rounds/1/record");
    lines = String(record.body)
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  });

  const faultsOf = (record: readonly RecordLine[]) => {
    const verifier = new Verifier();
    for (const line of record) verifier.add(structuredClone(line));
    return verifier.report().faults;
  };
  const at = (kind: string) =>
    lines.findIndex(
      (line) => (Array.isArray(line) ? line[0] : (line as { kind: string }).kind) === kind,
    );
  const changed = (index: number, change: (line: any) => void) =>
    lines.map((line, i) => {
      const copy = structuredClone(line);
      if (i === index) change(copy);
      return copy;
    });

  it("fits as it is", () => {
    expect(lines.length).toBeGreaterThan(20);
    expect(faultsOf(lines)).toEqual([]);
  });

  const lies: readonly [string, () => readonly RecordLine[], RegExp][] = [
    [
      "another announcement",
      () => changed(at("head"), (head) => (head.definition.unitsPerPersonCount = 2)),
      /digest/,
    ],
    [
      "an announcement of another rule",
      () => changed(at("head"), (head) => (head.definition.rounds[0].mode = "first_come")),
      /announced rule/,
    ],
    [
      "an announcement without rounds",
      () => changed(at("head"), (head) => (head.definition = {})),
      /announced rule/,
    ],
    [
      "no announcement at all",
      () => changed(at("head"), (head) => (head.definition = null)),
      /announced rule/,
    ],
    [
      "another secret",
      () => changed(at("window"), (window) => (window.secret = "00".repeat(32))),
      /anchor/,
    ],
    [
      "another seed",
      () => changed(at("window"), (window) => (window.seed = "00".repeat(32))),
      /seed/,
    ],
    ["another wish", () => changed(at("e"), (entry) => (entry[4] = "2")), /root/],
    ["an entrant less", () => lines.filter((_, i) => i !== at("e")), /root|entries/],
    [
      "an offer to somebody else",
      () => {
        const offers = lines.filter(
          (line): line is Extract<RecordLine, readonly ["m", ...unknown[]]> =>
            Array.isArray(line) && line[2] === "offer_made",
        );
        const last = lines.indexOf(offers.at(-1)!);
        const entries = lines.filter(
          (line) => Array.isArray(line) && line[0] === "e",
        ) as unknown as string[][];
        const stranger = entries.find(
          (entry) => !offers.some((offer) => offer[5] === entry[1]),
        )![1];
        return changed(last, (movement) => (movement[5] = stranger));
      },
      /passed over|wish/,
    ],
    ["a unit more", () => changed(at("end"), (end) => (end.stock[0].sold += 1)), /totals/],
    ["a movement less", () => lines.filter((_, i) => i !== at("m")), /units|free|came in/],
    ["an end cut off", () => lines.slice(0, -1), /breaks off/],
  ];
  for (const [name, lie, fault] of lies) {
    it(`finds ${name}`, () => expect(faultsOf(lie()).join("\n")).toMatch(fault));
  }

  it("fsck finds what was changed behind its back, and nothing else", async () => {
    const { sql } = test.database;
    expect(await test.faults()).toEqual([]);
    const spoil = async (
      change: () => PromiseLike<unknown>,
      fault: RegExp,
      undo: () => PromiseLike<unknown>,
    ) => {
      await change();
      expect((await test.faults()).join("\n")).toMatch(fault);
      await undo();
      expect(await test.faults()).toEqual([]);
    };
    await spoil(
      () => sql`update entry set preferences = '9' where preferences = '1'`,
      /entries as sealed/,
      () => sql`update entry set preferences = '1' where preferences = '9'`,
    );
    await spoil(
      () => sql`update cod_quota set used = 1 where channel_no = 1`,
      /cod_quota\.used/,
      () => sql`update cod_quota set used = 0 where channel_no = 1`,
    );
    await spoil(
      () => sql`update stock set free = free + 1, allotted = allotted + 1 where channel_no = 2`,
      /ledger and balances/,
      () => sql`update stock set free = free - 1, allotted = allotted - 1 where channel_no = 2`,
    );
  });
});
