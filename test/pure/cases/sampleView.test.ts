import { describe, expect, it } from "vitest";
import { ownError, weights, type JudgedOrder } from "../../../src/cases/ownError/ownError.ts";
import {
  maskWords,
  sampleViews,
  type SampleRecord,
} from "../../../src/cases/ownError/sampleView.ts";

const record = (no: number, change: Partial<SampleRecord> = {}): SampleRecord => ({
  orderId: `order ${no}`,
  orderedAtMs: no * 1_000,
  account: `account ${no}`,
  channel: "shop",
  sku: "RED",
  paymentMethod: "va",
  name: `Nama ${"ABCDEFGHIJKLMNOPQRSTUVWXYZ"[no % 26]}udi`,
  roundNo: 1,
  afterOpeningMs: no * 1_000,
  afterOfferMs: 500,
  ...change,
});

describe("an order of the sample as its judge sees it", () => {
  it("shows two letters of a word and no number", () => {
    expect(maskWords("Jalan Dago no 31 RT03")).toBe("Ja… Da… no … …");
    expect(maskWords("Élise Ó")).toBe("Él… Ó");
  });

  it("is not shown beside strangers who have one value that is many people's", () => {
    const at = (no: number, userAgent: string) =>
      record(no, {
        deviceId: "c0ffee5e-0b1e-4c1a",
        userAgent,
        phone: `0812${String(no * 7_480_661)
          .padStart(8, "0")
          .slice(-8)}`,
        district: `kelurahan ${"abcdefghijklmnopqrstuvwxyz"[no]}udi`,
        city: "bandung",
      });
    const sharedBy = (agentOf: (no: number) => string) => {
      const records = Array.from({ length: 20 }, (_, no) => at(no, agentOf(no)));
      const [one] = sampleViews(records, new Set(["order 3"]));
      return one?.view.shared.map(({ what }) => what);
    };
    expect(sharedBy((no) => `Toko/1 (Redmi ${no}; Android 9)`)).not.toContain("device");
    expect(sharedBy(() => "Toko/1 (Redmi 6A; Android 9)")).toContain("device");
  });

  it("finds one address in two spellings, and the nearest orders of many", () => {
    const address = (text: string) => ({
      name: "",
      address: text,
      district: "Coblong",
      city: "Bandung",
    });
    const many = Array.from({ length: 40 }, (_, no) => record(no, { deviceId: "one device" }));
    const records = [
      ...many,
      record(50, address("Jalan Kenanga Cempaka no 17")),
      record(51, address("Jl. Kenanga Cempaka 17")),
      record(52, address("Jalan Mawar Indah no 4")),
      record(53, address("Dago 31")),
      record(54, address("DAGO 31")),
    ];
    const views = new Map(
      sampleViews(records, new Set(["order 20", "order 50", "order 52", "order 53"])).map((one) => [
        one.orderId,
        one.view,
      ]),
    );
    expect(views.get("order 50")!.shared).toEqual([{ what: "place", orderCount: 1, with: [1] }]);
    expect(views.get("order 53")!.shared).toEqual([{ what: "place", orderCount: 1, with: [1] }]);
    expect(views.get("order 52")!.shared).toEqual([]);
    const [device] = views.get("order 20")!.shared;
    expect(device).toMatchObject({ what: "device", orderCount: 39 });
    expect(device!.with).toHaveLength(12);
    const times = views.get("order 20")!.others.map((one) => one.afterOpeningSeconds);
    expect(times).toEqual([14, 15, 16, 17, 18, 19, 21, 22, 23, 24, 25, 26]);
  });

  it("does not depend on ids", () => {
    const twin = (prefix: string) => {
      const records = [1, 1, 2, 2, 3].map((no, at) =>
        record(no, {
          orderId: `${prefix}${(at * 7) % 5}`,
          account: `${prefix}${at}`,
          ip: "10.1.1.1",
        }),
      );
      const wanted = new Set(records.map(({ orderId }) => orderId));
      return sampleViews(records, wanted).map(({ view }) => view);
    };
    expect(JSON.stringify(twin("a"))).toBe(JSON.stringify(twin("z")));
  });

  it("the kinds' parts add up to the published share", () => {
    const judged = (acceptedAs: JudgedOrder["acceptedAs"], found: JudgedOrder["found"]) =>
      ({
        stratum: "accepted",
        acceptedAs,
        rules: [],
        channel: "shop",
        paymentMethod: "va",
        region: "–",
        found,
      }) as const;
    const error = ownError(
      [
        judged("released", "not_genuine"),
        judged("released", "genuine"),
        judged("undoubted", "genuine"),
      ],
      { released: 40, asked: 0, undoubted: 160 },
    );
    const kinds = weights(error);
    expect(kinds.map(({ weight }) => weight)).toEqual([0.2, 0, 0.8]);
    const sum = kinds.reduce((total, { adds }) => total + adds, 0);
    expect(sum).toBeCloseTo(error.wronglyAccepted.share, 12);
    expect(sum).toBeCloseTo(0.1, 12);
    expect(weights({ byAccepted: error.byAccepted })).toEqual([]);
  });
});
