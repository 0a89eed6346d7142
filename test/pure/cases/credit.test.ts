import { describe, expect, it } from "vitest";
import { enoughApprovals } from "../../../src/cases/batch/batch.ts";
import {
  beyondCeiling,
  creditCan,
  creditCeiling,
  withinCeiling,
  creditDigest,
} from "../../../src/cases/remedy/credit.ts";
import { carveOut } from "../../../src/cases/remedy/entitlement.ts";
import { tookLastThird } from "../../../src/sale/failure/failure.ts";

const why = (result: { ok: boolean; why?: string; value?: unknown }) =>
  result.ok ? result.value : result.why;

describe("a failure in somebody's turn", () => {
  const hold = { fromMs: 0, toMs: 600_000 };
  it("took her unit if it lasted a minute of the last third", () => {
    expect(tookLastThird({ fromMs: 400_000, toMs: 460_000 }, hold)).toBe(true);
    expect(tookLastThird({ fromMs: 400_000, toMs: 459_999 }, hold)).toBe(false);
    expect(tookLastThird({ fromMs: 0, toMs: 399_999 }, hold)).toBe(false);
    expect(tookLastThird({ fromMs: 0, toMs: 460_000 }, hold)).toBe(true);
    // After the end nothing can be taken any more.
    expect(tookLastThird({ fromMs: 590_000, toMs: 900_000 }, hold)).toBe(false);
    // One request that failed is no outage.
    expect(tookLastThird({ fromMs: 500_000, toMs: 500_000 }, hold)).toBe(false);
  });

  it("must last half of the last third of a short hold", () => {
    const short = { fromMs: 0, toMs: 60_000 };
    expect(tookLastThird({ fromMs: 40_000, toMs: 50_000 }, short)).toBe(true);
    expect(tookLastThird({ fromMs: 40_001, toMs: 50_000 }, short)).toBe(false);
  });
});

describe("a list of failures", () => {
  const list = {
    state: "waiting" as const,
    digest: "aa",
    created: { who: "ani", invitedPath: ["owner"] },
  };
  const approve = (who: string, invitedPath: string[], independentApprovals?: boolean) =>
    why(creditCan.beApproved(list, { who, invitedPath, digest: "aa" }, { independentApprovals }));

  it("needs a second person", () => {
    expect(approve("ani", ["owner"])).toBe("second_person_needed");
    expect(approve("budi", ["ani", "owner"])).toBe("approved");
    expect(approve("budi", ["ani", "owner"], true)).toBe("approval_not_independent");
    expect(approve("owner", [], true)).toBe("approval_not_independent");
    expect(approve("budi", ["owner"], true)).toBe("approval_not_independent");
    expect(approve("budi", ["founder"], true)).toBe("approved");
    const by = { who: "budi", invitedPath: [], digest: "bb" };
    expect(why(creditCan.beApproved(list, by, {}))).toBe("digest_mismatch");
    const ended = { ...list, state: "rejected" as const };
    expect(why(creditCan.beApproved(ended, { ...by, digest: "aa" }, {}))).toBe("credit_list_ended");
    expect(why(creditCan.beRejected(ended))).toBe("credit_list_ended");
  });

  it("goes up to one unit in a hundred of a round and variant", () => {
    expect([0, 99, 100, 199, 200].map((units) => creditCeiling({ units }))).toEqual([
      0, 0, 1, 1, 2,
    ]);
    expect(creditCeiling({ units: 100, share: 0.07 })).toBe(7);
    const line = (accountKey: string, variantNo: number) => ({ roundNo: 1, accountKey, variantNo });
    const stock = [
      { roundNo: 1, variantNo: 1, units: 200, creditedUnits: 1 },
      { roundNo: 1, variantNo: 2, units: 50, creditedUnits: 0 },
    ];
    expect(beyondCeiling([line("a", 1)], stock)).toEqual([]);
    expect(beyondCeiling([line("a", 1), line("b", 1)], stock)).toEqual([stock[0]]);
    expect(beyondCeiling([line("a", 2)], stock)).toEqual([stock[1]]);
    expect(beyondCeiling([line("a", 2)], stock, 0.02)).toEqual([]);
  });

  it("from the record takes the first for whom there is room", () => {
    const line = (accountKey: string, roundNo: number) => ({ roundNo, accountKey, variantNo: 1 });
    const stock = [
      { roundNo: 1, variantNo: 1, units: 300, creditedUnits: 1 },
      { roundNo: 2, variantNo: 1, units: 99, creditedUnits: 0 },
    ];
    const lines = [line("a", 1), line("b", 2), line("c", 1), line("d", 1), line("e", 3)];
    expect(withinCeiling(lines, stock).map((one) => one.accountKey)).toEqual(["a", "c"]);
    expect(withinCeiling(lines, stock, 0.02).map((one) => one.accountKey)).toEqual([
      "a",
      "b",
      "c",
      "d",
    ]);
  });

  it("has a digest of what is in it, in any order", () => {
    const [a, b] = ["a", "b"].map((accountKey) => ({ roundNo: 1, accountKey, variantNo: 1 }));
    const reason = { id: "Sebab.", en: "A reason." };
    const digest = (...lines: (typeof a)[]) =>
      creditDigest({ reason, lines: lines.map((one) => one!) });
    expect(digest(a, b)).toBe(digest(b, a));
    expect(digest(a)).not.toBe(digest({ ...a!, variantNo: 2 }));
    expect(creditDigest({ reason: { ...reason, en: "Other." }, lines: [a!] })).not.toBe(digest(a));
  });

  it("takes no more of a later round, and never another variant", () => {
    const owed = (entitlementId: string, isForFailure: boolean) => ({
      entitlementId,
      accountKey: entitlementId,
      family: "phone",
      sku: "A",
      agreed: [{ family: "phone", sku: "B" }],
      grantedAtMs: 0,
      isForFailure,
    });
    const stock = [
      { channelNo: 1, variantNo: 1, family: "phone", sku: "A", freeUnits: 100, allottedUnits: 100 },
      { channelNo: 2, variantNo: 1, family: "phone", sku: "A", freeUnits: 100, allottedUnits: 100 },
      { channelNo: 1, variantNo: 2, family: "phone", sku: "B", freeUnits: 500, allottedUnits: 500 },
    ];
    const standing = ["a", "b", "c", "d"].map((id) => owed(id, true));
    const carve = (rules: Parameters<typeof carveOut>[2]) =>
      carveOut([...standing, owed("wronged", false)], stock, rules).carved.map(
        (unit) => `${unit.entitlementId} ${unit.variantNo}`,
      );
    const any = { substitution: "any_variant" as const };
    expect(carve(any)).toEqual(["a 1", "b 1", "wronged 1"]);
    expect(carve({ ...any, failureCreditShare: 0.5 })).toHaveLength(5);
    const gone = stock.filter(({ sku }) => sku === "B");
    const { carved } = carveOut([owed("a", true), owed("wronged", false)], gone, any);
    expect(carved.map((unit) => unit.entitlementId)).toEqual(["wronged"]);
  });
});

describe("approvals", () => {
  const approval = (who: string, ...invitedPath: string[]) => ({ who, invitedPath });
  it("by one path of invitations are not enough where the policy asks for independent people", () => {
    const pair = [approval("owner"), approval("second", "owner")];
    expect(enoughApprovals(pair, { approvals: 2 })).toBe(true);
    expect(enoughApprovals(pair, { approvals: 2, independentApprovals: true })).toBe(false);
    const far = [approval("third", "second", "owner"), approval("owner")];
    expect(enoughApprovals(far, { approvals: 2, independentApprovals: true })).toBe(false);
    // The owner took both invitations, perhaps.
    const twins = [approval("ani", "owner"), approval("budi", "second", "owner")];
    expect(enoughApprovals(twins, { approvals: 2 })).toBe(true);
    expect(enoughApprovals(twins, { approvals: 2, independentApprovals: true })).toBe(false);
    const apart = [approval("ani", "owner"), approval("budi", "founder")];
    expect(enoughApprovals(apart, { approvals: 2, independentApprovals: true })).toBe(true);
    expect(enoughApprovals(apart, { approvals: 3, independentApprovals: true })).toBe(false);
  });
});
