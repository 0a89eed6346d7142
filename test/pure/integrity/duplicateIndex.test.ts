import { describe, expect, it } from "vitest";
import { DuplicateIndex, type TurnEntry } from "../../../src/integrity/duplicateIndex.ts";
import { decideOffers } from "../../../src/sale/line.ts";
import { SeededChance } from "../../../src/crowd/chance.ts";

/* People who stand in a line twice, and people who only live together. All of them are invented. */

const STREETS = ["Melati", "Kenanga", "Flamboyan", "Cendana", "Anggrek", "Teratai", "Dahlia"];
const FIRST = ["Siti", "Budi", "Rina", "Agus", "Dewi", "Hendra", "Yuli", "Tono", "Wati", "Joko"];
const LAST = ["Pratama", "Lestari", "Wijaya", "Sari", "Saputra", "Utami", "Nugroho", "Hidayat"];

let entryNo = 0;
const entry = (name: string, address: string, more: Partial<TurnEntry> = {}): TurnEntry => {
  const id = `entry-${String(++entryNo).padStart(6, "0")}`;
  return { entryId: id, accountKey: `account ${id}`, windowNo: 0, name, address, ...more };
};

/** People who have nothing to do with each other, each at a house of their own. */
function crowd(count: number): TurnEntry[] {
  const chance = new SeededChance(5);
  const pick = <T>(list: readonly T[]) => list[Math.floor(chance.fraction() * list.length)]!;
  return Array.from({ length: count }, (_, i) =>
    entry(
      `${pick(FIRST)} ${pick(FIRST)} ${pick(LAST)} ${pick(LAST)}`,
      `Jl. ${pick(STREETS)} ${pick(STREETS)} No. ${i + 1} RT 0${1 + (i % 9)}`,
    ),
  );
}

describe("one person, one turn", () => {
  it("finds a second account under the same name and address, however they are written", () => {
    const first = entry("Maria Ulfah Kartika", "Jl. Pahlawan Revolusi No. 12 RT 03 RW 05");
    const again = entry("Kartika, Maria Ulfah", "Jl. Pahlawan Revolusi No. 12 RT 03 RW 05");
    const spelt = entry("Hj. Maria Ulfah Kartika", "jalan pahlawan revolusi no 12 rt 3 rw 5");
    const found = new DuplicateIndex().take([first, ...crowd(2_000), again, spelt]);
    expect(found.map(({ entryId, turnId }) => [entryId, turnId])).toEqual([
      [again.entryId, first.entryId],
      [spelt.entryId, first.entryId],
    ]);
    expect(found[0]).toMatchObject({ accountKey: again.accountKey, likeness: "same" });
  });

  it("leaves a household, namesakes, a dormitory and another door alone", () => {
    const home = "Jl. Pahlawan Revolusi No. 12 RT 03 RW 05";
    const innocent = [
      entry("Maria Ulfah Kartika", home),
      entry("Ahmad Fauzi Kartika", home),
      entry("Maria Ulfah Kartini", home),
      entry("Maria Ulfah Kartika", "Jl. Pahlawan Revolusi No. 14 RT 03 RW 05"),
      entry("Maria Ulfah Kartika", "Jl. Gatot Subroto No. 3"),
      entry("M***a U***h", home),
      entry("M***a U***h", home),
      ...Array.from({ length: 60 }, (_, i) =>
        entry(i < 2 ? "Muhammad Rizki" : `Penghuni ${"abcdefghij"[i % 10]}${i}`, "Asrama Putra 1"),
      ),
    ];
    expect(new DuplicateIndex().take([...crowd(2_000), ...innocent])).toEqual([]);
  });

  it("does not tie two houses by somebody who gave no number", () => {
    const street = "Jl. Pahlawan Revolusi Selatan";
    const name = "Maria Ulfah Kartika";
    const [first, second] = [12, 14].map((no) => entry(name, `${street} No. ${no}`)) as TurnEntry[];
    const between = entry(name, street);
    const found = new DuplicateIndex().take([...crowd(2_000), first!, between, second!]);
    expect(found.map(({ entryId, turnId }) => [entryId, turnId])).toEqual([
      [between.entryId, first!.entryId],
    ]);
    // Had she come last, the first house would have been hers just as well.
    const last = new DuplicateIndex().take([...crowd(2_000), first!, second!, between]);
    expect(last).toHaveLength(1);
  });

  it("finds nobody in a crowd that has nothing to do with each other", () => {
    expect(new DuplicateIndex().take(crowd(5_000))).toEqual([]);
  });

  it("says the same in one window as in many, and after it was begun anew", () => {
    const people = crowd(1_500);
    const twins = [0, 300, 900].map((i) => entry(people[i]!.name, people[i]!.address));
    const whole = new DuplicateIndex().take([...people, ...twins]);
    const book = new DuplicateIndex();
    book.take(people);
    const parts = twins.flatMap((twin) => book.take([twin]));
    const pairs = (found: typeof whole) => found.map((one) => [one.entryId, one.turnId]);
    expect(pairs(parts)).toEqual(pairs(whole));
    expect(parts).toHaveLength(3);
    const anew = new DuplicateIndex();
    const sealed = new Map(parts.map((one) => [one.entryId, one.turnId]));
    const kept = [...people, ...twins].map((one) => ({
      ...one,
      sealedTurnId: sealed.get(one.entryId) ?? one.entryId,
    }));
    expect(anew.take(kept)).toEqual([]);
    const third = entry(people[300]!.name, people[300]!.address);
    expect(anew.take([third])[0]?.turnId).toBe(people[300]!.entryId);
  });

  it("never again puts two together that a person said are two", () => {
    const first = entry("Maria Ulfah Kartika", "Jl. Pahlawan Revolusi No. 12");
    const other = entry("Maria Ulfah Kartika", "Jl. Pahlawan Revolusi No. 12");
    const apart = new Set([`${first.accountKey} ${other.accountKey}`]);
    expect(new DuplicateIndex().take([...crowd(2_000), first, other], apart)).toEqual([]);
    expect(new DuplicateIndex().take([...crowd(2_000), first, other])).toHaveLength(1);
  });
});

describe("a turn that entries share", () => {
  it("gives a shared turn to the first that something is left for, and to nobody after that", () => {
    const shared = (entryId: string, wish: number, turnId: string | null) => ({
      entryId,
      preferences: [wish],
      unitsHeldCount: 0,
      turnId,
    });
    const line = [
      ...[shared("a", 2, "x"), shared("b", 1, "x"), shared("c", 1, "x")],
      ...[shared("d", 1, "y"), shared("e", 1, null)],
    ];
    // Nothing is left for the first of x, which keeps waiting: its turn is not used by that.
    const decision = decideOffers(line, new Map([[1, 5]]), 1, new Set(["y"]));
    expect(decision.offers.map((offer) => offer.entryId)).toEqual(["b", "e"]);
    expect(decision.turnUsed).toEqual(["c", "d"]);
  });
});
