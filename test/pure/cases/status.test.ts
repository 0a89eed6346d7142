import { describe, expect, it } from "vitest";
import { statusCan, type OrderTruth } from "../../../src/cases/decision/status.ts";
import {
  STANDING_CODES,
  type OrderStatus,
  type StandingCode,
} from "../../../src/sale/standing/standing.ts";

const why = (result: { ok: boolean; why?: string; value?: unknown }) =>
  result.ok ? result.value : result.why;

describe("status", () => {
  const truth: OrderTruth = { code: "paid", handoverReference: null };

  it("takes in what is true, one line a status", () => {
    const cases: readonly [Partial<OrderTruth>, OrderStatus, unknown][] = [
      [{}, "preparing", null],
      [{ code: "under_review" }, "preparing", "status_contradicts_review"],
      [{ code: "by_decision" }, "preparing", "status_contradicts_decision"],
      [{ code: "awaiting_payment" }, "preparing", "status_contradicts_order"],
      [{ code: "unpaid" }, "preparing", "status_contradicts_order"],
      [{}, "delivery_failed", "status_needs_handover"],
      [{ code: "by_decision" }, "delivery_failed", "status_needs_handover"],
      [{ handoverReference: "JNE-1" }, "delivery_failed", null],
      [{ handoverReference: "JNE-1" }, "handed_over", null],
      [
        { handoverReference: "JNE-1", code: "delivered" },
        "handed_over",
        "status_contradicts_order",
      ],
      [{}, "cancelled_by_seller", "status_needs_decision"],
      [{ code: "final" }, "cancelled_by_seller", null],
      [{ code: "owed" }, "cancelled_by_seller", null],
      [{}, "cancelled_by_buyer", "status_needs_buyer"],
      [{ code: "by_buyer" }, "cancelled_by_buyer", null],
      [{}, "under_review", "status_needs_decision"],
      [{ code: "under_review" }, "under_review", null],
    ];
    for (const [change, status, expected] of cases) {
      expect([status, why(statusCan({ ...truth, ...change }, status))]).toEqual([status, expected]);
    }
  });

  it("no parcel is handed over out of a case, a dispute, a debt or a cancellation", () => {
    const kept: readonly (readonly [StandingCode, string])[] = [
      ["under_review", "status_contradicts_review"],
      ...(["by_decision", "let_go", "final", "owed", "served", "right_ended"] as const).map(
        (code) => [code, "status_contradicts_decision"] as const,
      ),
      ...(["unpaid", "unconfirmed", "by_buyer", "refunded"] as const).map(
        (code) => [code, "status_contradicts_order"] as const,
      ),
    ];
    for (const [code, expected] of kept) {
      const said = { code, handoverReference: "JNE-1" };
      expect([code, why(statusCan(said, "handed_over"))]).toEqual([code, expected]);
    }
  });

  it("a parcel that nobody took over never fails, however the order stands", () => {
    for (const code of STANDING_CODES) {
      for (const status of ["delivery_failed", "delivered", "handed_over"] as const) {
        expect(statusCan({ code, handoverReference: null }, status).ok).toBe(false);
      }
    }
  });
});
