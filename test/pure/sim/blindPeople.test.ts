import { distance } from "fastest-levenshtein";
import { describe, expect, it } from "vitest";
import { peopleTable, type PersonFault, type PersonRow } from "../../../sim/blind/people.ts";
import { SeededChance } from "../../../src/crowd/chance.ts";

const SEED = 20_260_102;
const { rows, relatives } = peopleTable(new SeededChance(SEED));
const byPerson = Map.groupBy(rows, ({ person }) => person);

const having = (fault: PersonFault) => rows.filter(({ faults }) => faults.includes(fault));
const first = (person: string): PersonRow =>
  byPerson.get(person)!.find(({ isDuplicate }) => !isDuplicate)!;

const visible = (text: string) =>
  text.replace(/[\u200b\u200e\u00ad\ufeff]/g, "").replace(/\u00a0/g, "");
const plain = (text: string) =>
  visible(text)
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/ø/g, "o")
    .replace(/ł/g, "l");
const digits = (phone: string) =>
  visible(phone)
    .replace(/\D/g, "")
    .replace(/^(62|0)/, "");

describe("the blind table of people", () => {
  it("has its rows and persons: one to four rows each", () => {
    expect(rows).toHaveLength(1_000);
    expect(byPerson.size).toBe(600);
    const counts = [...byPerson.values()].map(({ length }) => length);
    expect(new Set(counts)).toEqual(new Set([1, 2, 3, 4]));
    expect(rows.filter(({ isDuplicate }) => isDuplicate)).toHaveLength(400);
    for (const [, own] of byPerson) {
      expect(own.filter(({ isDuplicate }) => !isDuplicate)).toHaveLength(1);
    }
  });

  it("has the stated shares of faults among the rows that repeat a person", () => {
    expect(having("names swapped")).toHaveLength(100);
    expect(having("mail mistyped")).toHaveLength(40);
    expect(having("other phone")).toHaveLength(40);
    for (const fault of ["names swapped", "mail mistyped", "other phone"] as const) {
      expect(
        having(fault).every(({ isDuplicate }) => isDuplicate),
        fault,
      ).toBe(true);
    }
    for (const fault of ["marks dropped", "marks decomposed"] as const) {
      expect(having(fault).length, fault).toBeGreaterThan(5);
    }
    for (const fault of ["title", "invisible characters", "missing value"] as const) {
      expect(having(fault).length, fault).toBeGreaterThan(25);
    }
  });

  it("says truly which faults a row has", () => {
    for (const row of rows) {
      const has = (fault: PersonFault) => row.faults.includes(fault);
      const original = first(row.person);
      const cells = [row.first_name, row.last_name, row.email, row.phone, row.city];
      const isHidden = cells.some((cell) => visible(cell) !== cell);
      expect(isHidden, JSON.stringify(row)).toBe(has("invisible characters"));
      const names = row.first_name + row.last_name;
      expect(names.normalize("NFC") !== names).toBe(has("marks decomposed"));
      const isMissing = [row.email, row.phone, row.birth_date, row.address, row.city].includes("");
      expect(isMissing, JSON.stringify(row)).toBe(has("missing value"));
      if (row.email && original.email) {
        const errors = distance(visible(row.email), visible(original.email));
        if (has("mail mistyped")) expect([1, 2]).toContain(errors);
        else expect(errors).toBe(0);
      }
      if (row.phone && original.phone) {
        expect(digits(row.phone) !== digits(original.phone)).toBe(has("other phone"));
      }
      const isPlain = !row.faults.includes("title") && !original.faults.includes("title");
      if (isPlain) {
        const expected = [plain(original.first_name), plain(original.last_name)];
        if (has("names swapped")) expected.reverse();
        expect([plain(row.first_name), plain(row.last_name)]).toEqual(expected);
      }
    }
  });

  it("misses values of every kind, the name apart", () => {
    const cells = ["email", "phone", "birth_date", "address", "city"] as const;
    for (const cell of cells) {
      expect(rows.filter((row) => row[cell] === "").length, cell).toBeGreaterThan(3);
    }
  });

  it("lets a row be known: two of mail, phone and birth date are there", () => {
    for (const { email, phone, birth_date } of rows) {
      expect([email, phone, birth_date].filter((cell) => cell === "").length).toBeLessThan(2);
    }
  });

  it("holds relatives who are different persons and look alike", () => {
    const kinds = Map.groupBy(relatives, ({ kind }) => kind);
    expect(kinds.get("siblings")!.length).toBeGreaterThan(20);
    expect(kinds.get("couple")!.length).toBeGreaterThan(20);
    expect(kinds.get("father and son")!.length).toBeGreaterThan(10);
    expect(kinds.get("namesakes")!.length).toBeGreaterThan(5);
    for (const { kind, persons } of relatives) {
      expect(new Set(persons.map(({ id }) => id)).size).toBe(persons.length);
      expect(persons.every(({ id }) => byPerson.has(id))).toBe(true);
      const [one, other] = [persons[0]!, persons[1]!];
      const isSameHome = JSON.stringify(one.home) === JSON.stringify(other.home);
      const isSamePhone = one.phone === other.phone;
      expect(one.email).not.toBe(other.email);
      if (kind === "siblings" || kind === "couple") {
        expect((isSameHome && one.last === other.last) || isSamePhone).toBe(true);
        expect(one.first).not.toBe(other.first);
      } else {
        expect([one.first, one.last]).toEqual([other.first, other.last]);
        expect(one.birthDate).not.toBe(other.birthDate);
        expect(isSameHome).toBe(kind === "father and son");
      }
    }
  });

  it("is the same bytes for the same seed, and others for another", () => {
    const size = { rows: 100, persons: 60 };
    const made = (seed: number) => JSON.stringify(peopleTable(new SeededChance(seed), size));
    expect(made(SEED)).toBe(made(SEED));
    expect(made(SEED)).not.toBe(made(SEED + 1));
  });
});
