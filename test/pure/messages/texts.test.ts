import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatClock } from "../../../src/base/zone.ts";
import { noticeText } from "../../../src/cases/decision/wording.ts";
import type { DecisionRecord } from "../../../src/cases/decision/decisionRecord.ts";
import { composeMessage, type MessageFacts } from "../../../src/messages/message.ts";
import { asGsm, inOneSegment, segmentCount } from "../../../src/messages/segments.ts";

const SITE = "https://penjualan.contoh-toko.co.id";
const BOTH = ["id", "en"] as const;

const offer = (sale: string, variant: string): MessageFacts => ({
  kind: "offer_made",
  sale,
  variant,
  until: "14.32 WIB",
  price: "Rp 1.899.000",
  path: "/s/poco-m3-gelombang-dua",
});
const code = (kind: "cod_code" | "step_up_code", sale: string): MessageFacts => ({
  kind,
  code: "123456",
  minutes: 10,
  sale,
  path: "/s/poco-m3",
});

describe("a text message", () => {
  it("is counted as the networks bill it", () => {
    expect(segmentCount("a".repeat(160))).toBe(1);
    expect(segmentCount("a".repeat(161))).toBe(2);
    expect(segmentCount("a".repeat(307))).toBe(3);
    expect(segmentCount("€".repeat(80))).toBe(1);
    expect(segmentCount("€".repeat(81))).toBe(2);
    // One sign outside of the alphabet, and all of it counts in another way.
    expect(segmentCount("…" + "a".repeat(69))).toBe(1);
    expect(segmentCount("…" + "a".repeat(70))).toBe(2);
  });

  it("has no sign that makes it dearer", () => {
    expect(asGsm("“Poco” M3 – 4/64 GB… ±")).toBe('"Poco" M3 - 4/64 GB...');
    expect(asGsm("Ça và, ñandú, İstanbul, ự")).toBe("Ça và, ñandu, Istanbul, u");
    expect(asGsm("🔥 Promo 🔥 !")).toBe("Promo!");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
        const plain = asGsm(text);
        expect(asGsm(plain)).toBe(plain);
        expect(segmentCount(plain)).toBeLessThanOrEqual(Math.ceil((plain.length * 2) / 153) || 1);
      }),
    );
  });

  it("carries its link and is one segment, whatever sale and variant are called", () => {
    const name = fc.string({ unit: "grapheme", minLength: 1, maxLength: 120 });
    fc.assert(
      fc.property(name, name, fc.constantFrom(...BOTH), (sale, variant, language) => {
        const all = [offer(sale, variant), code("cod_code", sale), code("step_up_code", sale)];
        for (const facts of all) {
          const { sms, text } = composeMessage(facts, language, SITE);
          expect([facts.kind, segmentCount(sms), sms]).toEqual([facts.kind, 1, sms]);
          expect(sms).toContain(`${SITE}/s/poco-m3`);
          expect(text).toContain(`${SITE}/s/poco-m3`);
          expect(sms).toContain(facts.kind === "offer_made" ? "1.899.000" : "123456");
        }
      }),
    );
  });

  it("of a code ends with the line by which a browser fills it in", () => {
    const facts = { kind: "sign_in_code", code: "123456", minutes: 10 } as const;
    for (const language of BOTH) {
      const { sms } = composeMessage(facts, language, SITE);
      expect(sms.split("\n").at(-1)).toBe("@penjualan.contoh-toko.co.id #123456");
      expect(segmentCount(sms)).toBe(1);
      const { sms: cod } = composeMessage(code("cod_code", "Poco M3"), language, SITE);
      expect(cod.split("\n").at(-1)).toBe("@penjualan.contoh-toko.co.id #123456");
      expect(composeMessage(facts, language, "http://localhost:8080").sms).not.toContain("@");
    }
  });

  it("about an answer or a unit owed leads to one's own page, in a segment", () => {
    const told = { subject: "Jawaban atas banding Anda", text: "Panjang … ".repeat(60) };
    for (const kind of ["appeal_answer", "entitlement"] as const) {
      const brief = "Banding Anda dikabulkan. Jawaban dan kelanjutannya:";
      for (const message of [told, { ...told, brief }]) {
        const facts: MessageFacts = { kind, id: message, en: message };
        const { sms, text } = composeMessage(facts, "id", SITE);
        expect(segmentCount(sms)).toBe(1);
        expect(sms).toContain(`${SITE}/me?lang=id`);
        expect(text).toContain(`${SITE}/me?lang=id`);
      }
    }
  });

  it("about a decision carries its own link in two segments; the letter says all", () => {
    const text = { id: "Dua belas pesanan … satu perangkat.", en: "Twelve orders, one device." };
    const record = {
      order_id: "16a0229a-1111-4111-8111-111111111111",
      application_date: "2021-01-26T03:00:00.000Z",
      rule_ids: ["RING-1"],
      policy_name: "poco",
      policy_version: 1,
      incompatible_content_explanation: text,
      reasons: Array.from({ length: 4 }, () => ({ ...text, rule_id: "RING-1" })),
      counterfactual: text,
      remedy_if_wrong: text,
      appeal_until: "2021-01-29T03:00:00.000Z",
      money: {
        minor_units: 189_900_000,
        currency: "IDR",
        payment_method: "va",
        back_by: "2021-02-12T03:00:00.000Z",
      },
    } as unknown as DecisionRecord;
    const link = `${SITE}/d/${"a".repeat(48)}?lang=id`;
    for (const language of BOTH) {
      const message = noticeText(record, { link, timeZone: "Asia/Jakarta" }, language);
      const facts: MessageFacts = { kind: "decision", id: message, en: message };
      const composed = composeMessage(facts, language, SITE);
      expect(segmentCount(composed.sms)).toBeLessThanOrEqual(2);
      expect(composed.sms).toContain(link);
      expect(composed.sms).toContain("1.899.000".replaceAll(".", language === "id" ? "." : ","));
      expect(composed.text).toContain(text[language]);
      // Negative control: the letter as a text message.
      expect(segmentCount(composed.text)).toBeGreaterThan(3);
    }
  });

  it("negative control: names are cut only as far as needed, and a text without one stays whole", () => {
    const values = { sale: "Poco M3", link: "https://a.id" };
    expect(inOneSegment("Kode {sale}: {link}", values, ["sale"])).toBe(
      "Kode Poco M3: https://a.id",
    );
    const long = { sale: "x".repeat(300), link: "https://a.id" };
    const cut = inOneSegment("Kode {sale}: {link}", long, ["sale"]);
    expect(cut.length).toBe(160);
    const whole = "y".repeat(200);
    expect(inOneSegment(whole, {}, [])).toBe(whole);
  });

  it("names the hour alone on the same day, and the date on another", () => {
    const now = Date.UTC(2026, 10, 30, 1, 0);
    const at = { nowMs: now, timeZone: "Asia/Jakarta", language: "id" } as const;
    expect(formatClock(now + 3_600_000, at)).toBe("09.00 WIB");
    expect(formatClock(now + 86_400_000, at)).toMatch(/^1 Des,? (pukul )?08\.00 WIB$/);
  });
});
