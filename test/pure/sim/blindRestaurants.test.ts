import { describe, expect, it } from "vitest";
import { restaurantGuides, type RestaurantRow } from "../../../sim/blind/restaurants.ts";
import { SeededChance } from "../../../src/crowd/chance.ts";

const SEED = 20_260_103;
const { left, right, chains } = restaurantGuides(new SeededChance(SEED));

const keyed = (rows: readonly RestaurantRow[]) =>
  new Map(rows.map((row) => [row.restaurant, row] as const));
const [inLeft, inRight] = [keyed(left), keyed(right)];
const both = left.flatMap((row) => {
  const other = inRight.get(row.restaurant);
  return other ? [[row, other] as const] : [];
});
const digits = (phone: string) => phone.replace(/\D/g, "").replace(/^(62|0)/, "");

describe("the blind guides to restaurants", () => {
  it("have their rows: 300 houses in both, one to one", () => {
    expect(left).toHaveLength(500);
    expect(right).toHaveLength(400);
    expect(inLeft.size).toBe(500);
    expect(inRight.size).toBe(400);
    expect(both).toHaveLength(300);
  });

  it("write one house differently: its name, its phone, its address", () => {
    expect(both.filter(([a, b]) => a.name !== b.name).length).toBeGreaterThan(120);
    expect(both.filter(([a, b]) => a.address !== b.address).length).toBeGreaterThan(200);
    expect(both.filter(([a, b]) => a.kitchen !== b.kitchen).length).toBeGreaterThan(60);
    expect(both.filter(([, b]) => /, (Warung|Wr\.|Waroeng)$/.test(b.name)).length).toBeGreaterThan(
      3,
    );
    const phones = both.filter(([a, b]) => a.phone !== "" && b.phone !== "");
    expect(phones.filter(([a, b]) => a.phone !== b.phone).length).toBeGreaterThan(150);
    expect(both.length - phones.length).toBeGreaterThan(30);
  });

  it("mean one house by one key: its number and its house number are the same", () => {
    for (const [a, b] of both) {
      if (a.phone && b.phone) expect(digits(b.phone)).toBe(digits(a.phone));
      const numbers = ({ address }: RestaurantRow) => (address.match(/\d+/g) ?? []).map(Number);
      const own = numbers(a).filter((number) => numbers(b).includes(number));
      expect(own.length, `${a.address} | ${b.address}`).toBeGreaterThan(0);
    }
  });

  it("have branches of one chain in one town, some in one guide only", () => {
    expect(chains.length).toBeGreaterThan(15);
    for (const houses of chains) {
      expect(houses.length).toBeGreaterThanOrEqual(3);
      expect(new Set(houses).size).toBe(houses.length);
      expect(houses.some((house) => inLeft.has(house) && !inRight.has(house))).toBe(true);
      expect(houses.some((house) => inRight.has(house) && !inLeft.has(house))).toBe(true);
      const rows = houses.map((house) => inLeft.get(house) ?? inRight.get(house)!);
      expect(new Set(rows.map(({ address }) => address)).size).toBe(houses.length);
    }
  });

  it("are the same bytes for the same seed, and others for another", () => {
    const made = (seed: number) => JSON.stringify(restaurantGuides(new SeededChance(seed)));
    expect(made(SEED)).toBe(JSON.stringify({ left, right, chains }));
    expect(made(SEED)).not.toBe(made(SEED + 1));
  });
});
