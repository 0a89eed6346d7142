import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderMaker, RING_STYLES, type LabelledOrder } from "../../../src/crowd/orders.ts";
import { SeededChance } from "../../../src/crowd/chance.ts";
import { naiveHeld } from "../../../sim/naive.ts";
import { audit, SHIPPED_THRESHOLDS } from "../../../src/integrity/audit.ts";
import {
  capital,
  certifiedThreshold,
  clopperPearsonUpper,
  RunningGuard,
} from "../../../src/integrity/bound.ts";
import { jaroWinkler } from "../../../src/integrity/link/compare.ts";
import { Places } from "../../../src/integrity/table/places.ts";
import { bitsOfP } from "../../../src/integrity/evidence/evidence.ts";
import { signalOf } from "../../../src/integrity/signals/registered.ts";
import { detectFormat } from "../../../src/connectors/formats/list.ts";
import { emailTemplate, normalEmail } from "../../../src/integrity/normalise/email.ts";
import { networkOf, normalIp } from "../../../src/integrity/normalise/network.ts";
import { normalName } from "../../../src/integrity/normalise/name.ts";
import { normalPhone } from "../../../src/integrity/normalise/phone.ts";
import { readAddress } from "../../../src/integrity/normalise/address.ts";
import { readMoment, USUAL_ORDERS } from "../../../src/integrity/normalise/time.ts";
import { OrderTableBuilder } from "../../../src/integrity/table/orders.ts";
import { readIntegrityPolicy } from "../../../src/integrity/policy.ts";
import { bannedGrounds, principalReasons } from "../../../src/integrity/reasons.ts";
import { scoreOf } from "../../../src/integrity/score.ts";
import { fewIdentifiersP } from "../../../src/integrity/evidence/fewIdentifiers.ts";
import { rangeTail, synchrony } from "../../../src/integrity/evidence/synchrony.ts";
import { tableOf } from "./truth/tableOf.ts";

describe("normalised values", () => {
  it("one phone in all its spellings is one number", () => {
    const forms = ["0812-3456-789", "+62 812 3456 789", "62812 3456789", "0062 8123456789"];
    expect(new Set(forms.map(normalPhone))).toEqual(new Set(["8123456789"]));
    expect(normalPhone("0812****789")).toBe("*812****789");
    expect(normalPhone("12")).toBeNull();
    expect(normalPhone("+65 9123 4567")).toBe("+6591234567");
  });

  it("one landline in all its forms is one number, and of two numbers the first counts", () => {
    const forms = ["(021) 555-1234", "0215551234", "62 21 5551234", "+62 (0)21 5551234"];
    const more = ["0062215551234", "021.555.1234 ext. 12", "021-5551234 / 0812-3456-789"];
    expect(new Set([...forms, ...more].map(normalPhone))).toEqual(new Set(["+62215551234"]));
    expect(normalPhone("0812-3456-789, 0813 9876 543")).toBe("8123456789");
    // Singapore is no area of Indonesia.
    expect(normalPhone("0065 9123 4567")).toBe("+6591234567");
  });

  it("one address of a network, whatever a proxy has added", () => {
    const forms = ["203.0.113.5", "::ffff:203.0.113.5", "::FFFF:cb00:7105", "203.0.113.5:51234"];
    const lists = ["10.0.0.7, 203.0.113.5", "203.0.113.5, 198.51.100.7", "203.000.113.005"];
    expect(new Set([...forms, ...lists].map(normalIp))).toEqual(new Set(["203.0.113.5"]));
    expect(normalIp("[2001:db8::1]:443")).toBe(normalIp("2001:0db8:0::1%eth0"));
    expect(normalIp("10.0.0.7")).toBe("10.0.0.7");
    for (const none of ["unknown", "203.0.113.256", "1:2", "::1::2"])
      expect(normalIp(none)).toBeNull();
  });

  it("one mail box, and its form", () => {
    expect(normalEmail(" Siti.Ayu+poco@Googlemail.com ")).toBe("sitiayu@gmail.com");
    expect(normalEmail("siti.ayu@yahoo.co.id")).toBe("siti.ayu@yahoo.co.id");
    expect(normalEmail("s****@gmail.com")).toBeNull();
    expect(emailTemplate("siti.ayu92@yahoo.com")).toBe("aaaa.aaa99@yahoo.com");
  });

  it("names without titles, in any order, the Muhammad family as one", () => {
    expect(normalName("Bpk. H. Muh. Rizky")).toBe(normalName("Rizky Mohammad"));
    expect(normalName("Dr. Siti-Nur")).toBe("sitinur");
    expect(normalName("S****i")).toBeNull();
  });

  it("addresses: glued digits, typed numbers without zeros, landmarks apart", () => {
    const one = readAddress("Jln. Melati rt03 rw 05 No.17, dekat masjid raya")!;
    expect(one.numbers.map(({ kind, value }) => `${kind} ${value}`)).toEqual([
      "rt 3",
      "rw 5",
      "no 17",
    ]);
    expect(one.tokens).toEqual(["melati"]);
    expect(readAddress("****")).toBeNull();
  });

  it("networks and moments in the ways that exports write them", () => {
    expect(networkOf("114.124.3.9")).toBe("114.124.3");
    expect(networkOf("2001:db8::1")).toBe("2001:db8:0:0");
    expect(networkOf("732758368.8")).toBe("43.173.1");
    expect(networkOf("x")).toBeNull();
    const at = Date.UTC(2021, 0, 26, 3, 0, 4);
    for (const text of [
      "2021-01-26T03:00:04Z",
      "2021-01-26 10:00:04",
      "26 Jan 2021 10:00:04",
      "26/01/2021 10:00:04",
      String(at),
    ]) {
      expect({ text, ms: readMoment(text, 420) }).toEqual({ text, ms: at });
    }
    expect(readMoment("2/3/2021", 0, { ...USUAL_ORDERS, yearLast: "mdy" })).toBe(
      Date.UTC(2021, 1, 3),
    );
    for (const text of ["31/02/2021 10:00", "yesterday", "2021-13-01"]) {
      expect(readMoment(text, 420)).toBeNaN();
    }
  });
});

describe("comparing", () => {
  it("Jaro–Winkler as in Winkler's own examples", () => {
    expect(jaroWinkler("martha", "marhta")).toBeCloseTo(0.9611, 4);
    expect(jaroWinkler("dwayne", "duane")).toBeCloseTo(0.84, 4);
    expect(jaroWinkler("dixon", "dicksonx")).toBeCloseTo(0.8133, 4);
  });

  it("another door of the same street is a contradiction, another spelling is not", () => {
    const places = new Places([
      "jl melati raya no 17 kebon jeruk",
      "jalan melati raya no 18 kebon jeruk",
      "Jln. Melati Raya No.017, Kebon Jeruk",
      "jl mawar no 3 depok",
    ]);
    expect(places.level(0, 1)).toBe(0);
    expect(places.level(0, 2)).toBe(5);
    expect(places.level(0, 3)).toBe(1);
  });
});

describe("null models", () => {
  it("the range of uniform points, against drawing them", () => {
    const chance = new SeededChance(7);
    for (const [n, r] of [
      [2, 0.1],
      [4, 0.4],
      [8, 0.6],
    ] as const) {
      let within = 0;
      for (let draw = 0; draw < 20_000; draw++) {
        const points = Array.from({ length: n }, () => chance.fraction());
        if (Math.max(...points) - Math.min(...points) <= r) within++;
      }
      expect(Math.abs(within / 20_000 - rangeTail({ points: n, range: r }))).toBeLessThan(0.012);
    }
  });

  it("innocent groups seldom look synchronous: a p of 1 % comes in 1 % of them at most", () => {
    const chance = new SeededChance(11);
    let rare = 0;
    for (let draw = 0; draw < 5_000; draw++) {
      const size = 2 + chance.below(20);
      const shares = Float64Array.from({ length: size }, () => chance.fraction());
      if (synchrony(shares).p <= 0.01) rare++;
    }
    expect(rare / 5_000).toBeLessThan(0.013);
  });

  it("few devices among many accounts are rare, and p-values become bits with mean e at most 1", () => {
    expect(fewIdentifiersP({ accounts: 10, distinct: 10 })).toBeCloseTo(1, 6);
    expect(fewIdentifiersP({ accounts: 12, distinct: 1 })).toBeLessThan(0.001);
    expect(bitsOfP(1)).toBe(0);
    expect(bitsOfP(1e-9)).toBe(5);
  });
});

/** Orders of a made-up sale, looked at by the engine. */
function auditOf(orders: readonly LabelledOrder[]) {
  const table = tableOf(orders.map(({ order }) => order));
  return { table, result: audit(table) };
}

describe("orders of one moment", () => {
  /** Four accounts within 20 seconds that share one thing, in a sale of an hour. */
  const momentBits = (shared: "paymentId" | "deviceId", ipOf?: (n: number) => string) => {
    const builder = new OrderTableBuilder();
    for (let n = 0; n < 400; n++) {
      const own = { account: `a${n}`, deviceId: `d${n}`, paymentId: `p${n}` };
      builder.add({ ...own, orderId: `o${n}`, orderedAtMs: n * 9_000 });
    }
    for (let n = 0; n < 4; n++) {
      const own = { account: `f${n}`, deviceId: `fd${n}`, paymentId: `fp${n}` };
      const orderedAtMs = 1_000_000 + n * 5_000;
      const ip = ipOf?.(n) ?? "36.71.4.9";
      builder.add({ ...own, [shared]: "one", ip, orderId: `f${n}`, orderedAtMs });
    }
    const { verdicts } = audit(builder.build());
    const evidence = verdicts.at(-1)!.score.evidence;
    return evidence.find(({ signal }) => signal === "same_moment")?.bits ?? 0;
  };

  it("say little where one purse or one phone orders for friends in one go, and much where it does so in many networks", () => {
    expect(momentBits("paymentId")).toBeGreaterThan(0);
    expect(momentBits("paymentId")).toBeLessThan(2.1);
    expect(momentBits("deviceId")).toBeLessThan(1);
    expect(momentBits("deviceId", (n) => `36.71.${n}.9`)).toBeGreaterThan(4);
  });
});

describe("a whole sale without labels (synthetic)", () => {
  const orders = new OrderMaker(21).make({ count: 12_000, ringShare: 0.15 });
  const { result } = auditOf(orders);
  const share = (rows: readonly number[], is: (row: number) => boolean) =>
    rows.filter(is).length / Math.max(1, rows.length);
  const rowsWhere = (is: (order: LabelledOrder) => boolean) =>
    orders.flatMap((order, row) => (is(order) ? [row] : []));
  const inCase = (row: number) => result.verdicts[row]!.caseNo >= 0;
  const held = (row: number) => result.verdicts[row]!.outcome === "hold";

  it("has every ring style and every look-alike in it", () => {
    expect(new Set(orders.flatMap(({ style }) => style ?? [])).size).toBe(RING_STYLES.length);
    expect(new Set(orders.flatMap(({ kind }) => kind ?? [])).size).toBe(10);
  });

  it("holds few genuine buyers, in every group of look-alikes, where the naive rule holds many", () => {
    const genuine = rowsWhere(({ ring }) => ring === null);
    expect(share(genuine, held)).toBeLessThan(0.005);
    const naive = naiveHeld(orders);
    expect(share(genuine, (row) => naive[row]!)).toBeGreaterThan(0.2);
    for (const kind of ["single", "kost", "campus", "office", "family", "first_timer"] as const) {
      const rows = rowsWhere((order) => order.kind === kind);
      expect({ kind, rate: share(rows, held) < 0.01 }).toEqual({ kind, rate: true });
    }
  });

  it("opens cases for most orders of rings", () => {
    const twoThings = rowsWhere(({ style }) =>
      ["warehouse", "proxy_bot", "bought_accounts", "tiny"].includes(style ?? ""),
    );
    expect(share(twoThings, inCase)).toBeGreaterThan(0.9);
    const oneThing = rowsWhere(({ style }) => style === "careful" || style === "drop_ship");
    expect(share(oneThing, inCase)).toBeGreaterThan(0.6);
  });

  it("every score is the sum of its reasons, and a hold has two kinds, one of them strong", () => {
    for (const { score, outcome } of result.verdicts) {
      const sum = score.evidence.reduce((total, one) => total + one.bits, score.priorBits);
      expect(Math.abs(sum - score.bits)).toBeLessThan(1e-9);
      if (outcome !== "hold") continue;
      const groups = new Set(
        score.evidence.filter((one) => one.bits > 0).map((one) => signalOf(one.signal).group),
      );
      expect(groups.size).toBeGreaterThanOrEqual(2);
      expect(
        score.evidence.some((one) => one.bits > 0 && signalOf(one.signal).strength === "strong"),
      ).toBe(true);
    }
  });

  it("without the evidence that is named an order is no case any more", () => {
    const cases = orders.flatMap((_, row) => (inCase(row) ? [row] : []));
    const released = cases.filter((row) => {
      const { evidence } = result.verdicts[row]!.score;
      const named = new Set<string>(principalReasons(evidence).map((reason) => reason.code));
      const rest = scoreOf(evidence.filter((one) => !named.has(one.signal)));
      return rest.bits < SHIPPED_THRESHOLDS.caseBits;
    });
    expect(released.length / cases.length).toBeGreaterThanOrEqual(0.95);
  });

  it("gives the same answer again, whatever the order of the rows", () => {
    const turned = orders.toReversed();
    const again = auditOf(turned).result;
    const differing = orders.filter(
      (_, row) =>
        again.verdicts[orders.length - 1 - row]!.outcome !== result.verdicts[row]!.outcome,
    );
    expect(differing).toEqual([]);
  });
});

describe("the announced limit", () => {
  it("holds for one account, whatever the marketplace has masked", () => {
    const builder = new OrderTableBuilder();
    const at = Date.UTC(2021, 0, 26, 3);
    // Names that differ speak against one person; the account is all that is left to tell by.
    const names = ["Siti Nur Ayu", "Budi Santoso", "Rina Kusuma", "Agus Wijaya", "Dewi Lestari"];
    names.forEach((name, no) => {
      const address = `jl melati raya no ${no + 1} kebon`;
      builder.add({ orderId: `o${no}`, orderedAtMs: at + no, account: "siti92", name, address });
    });
    const thresholds = { ...SHIPPED_THRESHOLDS, unitsPerPersonCount: 1 };
    const { verdicts, personOf } = audit(builder.build(), { thresholds });
    expect(new Set(personOf).size).toBe(1);
    expect(verdicts.map(({ overLimit }) => overLimit)).toEqual([false, true, true, true, true]);
  });

  it("lets a person's first order stand over all channels, and asks about the next", () => {
    const builder = new OrderTableBuilder();
    const siti = {
      name: "Siti Nur Ayu",
      phone: "081274567830",
      address: "jl melati raya no 17 kebon",
    };
    const at = Date.UTC(2021, 0, 26, 3);
    builder.add({ ...siti, orderId: "o2", orderedAtMs: at + 5_000, channel: "lazada" });
    builder.add({ ...siti, orderId: "o1", orderedAtMs: at, channel: "own" });
    builder.add({ orderId: "o3", orderedAtMs: at, name: "Budi", phone: "081311112222" });
    const table = builder.build();
    const limited = audit(table, { thresholds: { ...SHIPPED_THRESHOLDS, unitsPerPersonCount: 1 } });
    const outcomes = limited.verdicts.map((verdict) => [verdict.outcome, verdict.overLimit]);
    expect(outcomes).toEqual([
      ["step_up", true],
      ["accept", false],
      ["accept", false],
    ]);
    expect(audit(table).verdicts.map((verdict) => verdict.overLimit)).not.toContain(true);
  });
});

describe("a rule that fails", () => {
  it("holds the whole batch and says so; it clears nobody and opens no case", () => {
    const made = new OrderMaker(2).make({ count: 300, ringShare: 0.1 });
    const table = tableOf(made.map(({ order }) => order));
    const broken = new Set<string>(["x"]);
    broken.has = () => {
      throw new Error("the list of rings cannot be read");
    };
    const result = audit(table, { past: { rings: broken, genuine: new Set() } });
    expect(result.fault).toBe("the list of rings cannot be read");
    expect(new Set(result.verdicts.map((verdict) => verdict.outcome))).toEqual(new Set(["hold"]));
    expect(result.cases).toEqual([]);
    expect(audit(table).fault).toBeNull();
  });
});

describe("grounds", () => {
  it("words of intent can never become one", () => {
    expect(bannedGrounds("Akun ini milik Tengkulak")).toEqual(["tengkulak"]);
    const read = readIntegrityPolicy({
      grounds: ["aktivitas tidak wajar", "lebih dari 2 unit per orang"],
    });
    expect(read).toMatchObject({ ok: false });
    expect(readIntegrityPolicy({ grounds: ["lebih dari 2 unit per orang"] })).toMatchObject({
      ok: true,
    });
    expect(readIntegrityPolicy({ caseBits: "high" })).toMatchObject({ ok: false });
    expect(readIntegrityPolicy({ stepUpBits: 3, caseBits: 0 })).toMatchObject({ ok: false });
  });

  it("weak evidence alone counts nothing", () => {
    const weak = [
      { signal: "same_moment", bits: 5, p: 1e-9, facts: {} },
      { signal: "made_up_contacts", bits: 5, p: 1e-9, facts: {} },
      { signal: "many_spellings", bits: 2, p: null, facts: {} },
    ] as const;
    const score = scoreOf(weak);
    expect(score.bits).toBe(score.priorBits);
    expect(score.uncounted).toHaveLength(3);
    expect(score.twoGroups || score.oneLoud).toBe(false);
  });
});

describe("the bound", () => {
  /** Clusters of genuine buyers, some of whom are held in clumps. */
  function population(chance: SeededChance, rate: number) {
    const clusters = Array.from({ length: 2_500 }, () => {
      const clump = chance.fraction() < 0.02;
      const genuine = clump ? 10 + chance.below(50) : 1 + chance.below(3);
      const strict = clump && chance.fraction() < rate * 8 ? Math.min(3, genuine) : 0;
      const lax = clump && chance.fraction() < rate * 40 ? Math.min(3, genuine) : strict;
      return { genuine, held: [strict, Math.max(strict, lax)] };
    });
    return clusters;
  }
  const rateOf = (clusters: readonly { genuine: number; held: readonly number[] }[], at: number) =>
    clusters.reduce((sum, one) => sum + one.held[at]!, 0) /
    clusters.reduce((sum, one) => sum + one.genuine, 0);

  it("is broken in at most 5 % of 400 splits by cluster, where an order-level bound breaks more", () => {
    const ordinary: number[] = [];
    for (const alpha of [0.005, 0.01, 0.02]) {
      const chance = new SeededChance(Math.round(alpha * 1e6));
      const all = population(chance, alpha);
      let broken = 0;
      let ordinaryBroken = 0;
      for (let split = 0; split < 400; split++) {
        const mixed = chance.shuffled(all);
        const [audited, rest] = [mixed.slice(0, 1_250), mixed.slice(1_250)];
        const certified = certifiedThreshold(audited, { alpha, delta: 0.05, holdsPerCase: 3 });
        if (certified >= 0 && rateOf(rest, certified) > alpha) broken++;
        const orders = audited.reduce((sum, one) => sum + one.genuine, 0);
        const lax = [1, 0].find((at) => {
          const errors = audited.reduce((sum, one) => sum + one.held[at]!, 0);
          return clopperPearsonUpper({ errors, total: orders, delta: 0.05 }) <= alpha;
        });
        if (lax !== undefined && rateOf(rest, lax) > alpha) ordinaryBroken++;
      }
      expect({ alpha, broken: broken / 400 <= 0.05 }).toEqual({ alpha, broken: true });
      expect(broken).toBeLessThanOrEqual(ordinaryBroken);
      ordinary.push(ordinaryBroken);
    }
    // The control: a bound that takes orders for independent breaks its promise of 5 % here.
    expect(Math.max(...ordinary) / 400).toBeGreaterThan(0.08);
  });

  it("a gambler gains only where fewer are held than promised", () => {
    const settings = { alpha: 0.01, holdsPerCase: 3 } as const;
    const clean = Array.from({ length: 4_000 }, () => ({ genuine: 5, held: 0 }));
    const dirty = clean.map((one, at) => ({ ...one, held: at % 10 === 0 ? 3 : 0 }));
    expect(capital(clean, { ...settings, delta: 0.05 })).toBeGreaterThan(20);
    expect(capital(dirty, { ...settings, delta: 0.05 })).toBeLessThan(1);
  });
});

describe("the running guard", () => {
  it("proves a broken promise over sales, and stays quiet while it is kept", () => {
    const kept = new RunningGuard(0.01);
    const broken = new RunningGuard(0.01);
    for (let audit = 0; audit < 400; audit++) {
      kept.add(audit % 200 === 0 ? 1 : 0);
      broken.add(audit % 20 === 0 ? 1 : 0);
    }
    expect(kept.broken(0.05)).toBe(false);
    expect(broken.broken(0.05)).toBe(true);
  });
});

describe("formats", () => {
  it("are told by their headers, in any order of columns", () => {
    const lazada = [
      "orderItemId",
      "orderNumber",
      "createTime",
      "customerName",
      "shippingAddress",
      "x",
    ];
    expect(detectFormat(lazada.toReversed())?.name).toBe("lazada");
    expect(detectFormat(["order_id", "ordered_at"])?.name).toBe("canonical");
    expect(detectFormat(["a", "b"])).toBeNull();
  });

  it("no header row crashes the detection", () => {
    fc.assert(fc.property(fc.array(fc.string()), (headers) => void detectFormat(headers)));
  });
});
