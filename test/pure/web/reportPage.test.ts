import { describe, expect, it } from "vitest";
import { measuredShare, weighedShare } from "../../../src/cases/ownError/ownError.ts";
import { saleCertificate } from "../../../src/cases/ownError/certificate.ts";
import type { SaleReport } from "../../../src/cases/report/saleReport.ts";
import { reportPage } from "../../../web/buyer/report/reportPage.ts";

const kinds = {
  released: { wrong: 6, audited: 20, size: 20 },
  asked: { wrong: 4, audited: 20, size: 100 },
  undoubted: { wrong: 0, audited: 20, size: 880 },
};
const report = {
  stock: [
    { roundNo: 1, channel: "mi", sku: "M3-64-Y", offered: 1_200, sold: 1_100, held: 40 },
    { roundNo: 1, channel: "gone", sku: "OLD", offered: 10, sold: 0, held: 0 },
  ].map((line) => ({ ...line, returned: 5, unsold: 55, setAsideForWronged: 0 })),
  entrants: 2_904,
  refused: 31,
  refusedByRule: { "RING-DEVICE": 31 },
  reviewOnlyRules: ["RING-DEVICE"],
  appeals: { filed: 5, upheld: 3, upheldByDefault: 1, rejected: 1, pending: 1, overdue: 0 },
  entitlements: { promised: 1, served: 0, standing: 1 },
  medianHoursToNotice: null,
  medianHoursToAnswer: null,
  unitsGivenBack: 2,
  ownError: {
    wronglyRefused: measuredShare({ wrong: 3, audited: 20 }),
    wronglyAccepted: weighedShare(Object.values(kinds)),
    acceptedSizes: { released: 20, asked: 100, undoubted: 880 },
    byAccepted: {
      released: measuredShare(kinds.released),
      asked: measuredShare(kinds.asked),
      undoubted: measuredShare(kinds.undoubted),
    },
  },
  synthetic: [],
} as unknown as SaleReport;

const page = (language: "id" | "en", document: SaleReport = report) =>
  reportPage({
    language,
    saleTitle: "Poco M3",
    slug: "poco-m3",
    timeZone: "Asia/Jakarta",
    names: { mi: "Mi.com", "M3-64-Y": "4/64 GB Poco Yellow" },
    rules: {
      "RING-DEVICE": { id: "Satu perangkat, banyak akun", en: "One device, many accounts" },
    },
    editions: [
      { edition: 1, publishedAtMs: 0, digest: "d".repeat(64), correction: null, document },
    ],
  });

describe("a sale's report", () => {
  it("says how far orders could be held without a person, where the edition knows it", () => {
    const certificate = saleCertificate(
      Array.from({ length: 40 }, () => [{ bits: 7, found: "not_genuine" }]),
      [{ size: 10_000, judged: 80, genuine: 80 }],
    );
    const own = { ...report.ownError, certificate };
    const text = (language: "id" | "en") =>
      page(language, { ...report, ownError: own }).replace(/\s+/g, " ");
    expect(text("en")).toContain("40 of 40");
    expect(text("en")).toContain("Confidence 95%; of a case 3 orders at most");
    for (const needed of ["3,103", "1,540", "774"])
      expect(text("en")).toContain(`<td>${needed}</td>`);
    expect(text("en")).toContain("<td>7 bits</td>");
    expect(text("id")).toContain("Terbukti mulai");
    expect(page("en")).not.toContain("without a person");
  });

  it("speaks in names and sentences, not in codes alone", () => {
    const text = page("en");
    expect(text).toContain("Mi.com · 4/64 GB Poco Yellow");
    expect(text).toContain("One device, many accounts");
    expect(text).toContain("31 orders");
    // Of a code that the sale does not know any more, the code itself is said.
    expect(text).toContain("gone · OLD");
    expect(page("id")).toContain("Satu perangkat, banyak akun");
  });

  it("says what each colour of a bar means", () => {
    const legend = /<ul class="legend[^]*?<\/ul>/.exec(page("en"))![0];
    for (const kind of ["sold", "moving", "back", "rest"])
      expect(legend).toContain(`class="${kind}"`);
    for (const name of ["sold", "held", "returned", "unsold"]) expect(legend).toContain(name);
  });

  it("says that the share of accepted orders is weighted, and of which counts", () => {
    const text = page("en").replace(/\s+/g, " ");
    // 10 of 60 would be 16.7 %; by the groups' sizes it is 2.6 %.
    expect(text).toContain("10 wrong of 60 judged");
    expect(text).toContain("2.6%");
    expect(text).toContain("Weighted by the size of each kind of order");
    expect(text).toContain("How the share of wrongly accepted orders is computed");
    expect(page("id")).toContain("Ditimbang menurut besarnya tiap jenis pesanan");
  });
});
