import { readFileSync } from "node:fs";
import type { Language } from "../../src/base/language.ts";
import { readSaleFile } from "../../src/sale/saleFile.ts";
import { salePage } from "../../web/buyer/sale/salePage.ts";

/** The page of the example sale, before anybody is in it. */
export function examplePage(language: Language): string {
  const read = readSaleFile(JSON.parse(readFileSync("examples/poco-m3.sale.json", "utf8")));
  if (!read.ok) throw new Error("the example is broken");
  const { definition } = read;
  const [round] = definition.rounds;
  if (!round) throw new Error("the example has no round");
  return salePage({
    language,
    definition,
    definitionDigest: "0".repeat(64),
    round,
    chainAnchor: "0".repeat(64),
    payments: "sandbox",
    showCodes: false,
    board: {
      sale: definition.slug,
      roundNo: 1,
      message: null,
      saleState: "live",
      pausedAt: null,
      phase: "open",
      mode: round.mode,
      sealedEntryCount: 0,
      sealedThroughWindowNo: -1,
      windows: [],
      awaiting: [],
      rush: null,
      stock: [],
      pollAfterMs: 1,
    },
  });
}
