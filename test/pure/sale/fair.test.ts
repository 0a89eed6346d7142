import { describe, expect, it } from "vitest";
import { compareBytes } from "../../../src/base/bytes.ts";
import { SeededChance } from "../../../src/crowd/chance.ts";
import { rankOf } from "../../../src/sale/rank.ts";
import type { Round } from "../../../src/sale/definition.ts";
import { windowAt } from "../../../src/sale/window.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";

const PEOPLE = 1_000;
const BOTS = 1_000;
const BOT_LEAD_MS = 300;
const ROUNDS = 20;
/** 99.9th percentile of chi-square with 9 degrees of freedom: one run in a thousand passes it by chance. */
const CHI_SQUARE_9_999 = 27.88;

interface Arrival {
  readonly bot: boolean;
  readonly entryId: Uint8Array;
  readonly atMs: number;
}

/** People react within a second or so after opening; a bot does the same, always 300 ms faster. */
function arrivals(chance: SeededChance, spreadMs: number): Arrival[] {
  const one = (bot: boolean) => {
    const reactionMs = 400 + chance.fraction() * spreadMs;
    return {
      bot,
      entryId: chance.bytes(16),
      atMs: START_MS + reactionMs - (bot ? BOT_LEAD_MS : 0),
    };
  };
  return [
    ...Array.from({ length: PEOPLE }, () => one(false)),
    ...Array.from({ length: BOTS }, () => one(true)),
  ];
}

/** The line order of a round: window, then rank. */
function line(round: Round, people: readonly Arrival[], chance: SeededChance): Arrival[] {
  const seeds = new Map<number, Uint8Array>();
  const byArrival = [...people].sort((a, b) => a.atMs - b.atMs);
  return byArrival
    .map((arrival, arrivalNo) => {
      const { windowNo } = windowAt(round, arrival.atMs)!;
      const seed = seeds.get(windowNo) ?? chance.bytes(32);
      seeds.set(windowNo, seed);
      const entry = {
        entryId: arrival.entryId,
        tier: 1,
        channelNo: 1,
        preferences: "1",
        arrivalNo,
      };
      return { arrival, windowNo, rank: rankOf(round.mode, seed, entry) };
    })
    .sort((a, b) => a.windowNo - b.windowNo || compareBytes(a.rank, b.rank))
    .map(({ arrival }) => arrival);
}

/** Chi-square of bots over the ten tenths of the line, summed over rounds; about 9 when chance decides. */
function chiSquare(
  round: Round,
  spreadMs: number,
  seed: number,
): { value: number; firstTenthShare: number } {
  const chance = new SeededChance(seed);
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < ROUNDS; i++) {
    const order = line(round, arrivals(chance, spreadMs), chance);
    order.forEach((arrival, position) => {
      if (arrival.bot) tenths[Math.floor((10 * position) / order.length)]! += 1;
    });
  }
  const expected = (ROUNDS * BOTS) / 10;
  // Bots are drawn without putting back, which halves the variance: divide by the share of people.
  const value =
    tenths.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0) /
    (PEOPLE / (PEOPLE + BOTS));
  return { value, firstTenthShare: tenths[0]! / (ROUNDS * (PEOPLE + BOTS)) / 0.1 };
}

describe("a bot that is 300 ms faster", () => {
  it("gains nothing in a draw", () => {
    const { value } = chiSquare(smallSale({ mode: "draw" }).rounds[0]!, 20_000, 1);
    expect(value).toBeLessThan(CHI_SQUARE_9_999);
  });

  it("gains nothing in a shuffled queue among those who come in the same second", () => {
    // Everybody reacts within the first second, as a crowd that waited does.
    const { value } = chiSquare(smallSale().rounds[0]!, 590, 2);
    expect(value).toBeLessThan(CHI_SQUARE_9_999);
  });

  it("the lobby: everybody who comes before the opening is shuffled, however early", () => {
    const round = {
      ...smallSale().rounds[0]!,
      opensAtMs: START_MS + 30_000,
      lobbyOpensAtMs: START_MS - 1_000,
    };
    const { value } = chiSquare(round, 20_000, 3);
    expect(value).toBeLessThan(CHI_SQUARE_9_999);
  });

  it("contrast: under first come it takes most of the first places", () => {
    const { value, firstTenthShare } = chiSquare(
      smallSale({ mode: "first_come" }).rounds[0]!,
      590,
      4,
    );
    expect(value).toBeGreaterThan(10 * CHI_SQUARE_9_999);
    expect(firstTenthShare).toBeGreaterThan(0.95);
  });
});
