import { readFileSync } from "node:fs";
import { problemDocument } from "../../../src/api/problems.ts";
import { textIn } from "../../../src/base/inLanguage.ts";
import { isLanguage } from "../../../src/base/language.ts";
import { reasonOf } from "../../../src/integrity/reasons.ts";
import { composeMessage } from "../../../src/messages/message.ts";
import { readSaleFile } from "../../../src/sale/saleFile.ts";
import { salePage } from "../../../web/buyer/sale/salePage.ts";
import { consolePage } from "../../../web/console/frame/consolePage.ts";

/* Says one of each kind of text in the language that it is given, and prints what it said. */

const [language] = process.argv.slice(2);
if (!isLanguage(language)) throw new Error("not a language");
const read = readSaleFile(JSON.parse(readFileSync("examples/poco-m3.sale.json", "utf8")));
if (!read.ok) throw new Error("the example is broken");
const { definition } = read;
const [round] = definition.rounds;
if (!round) throw new Error("the example has no round");

const page = salePage({
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
    stock: [],
    pollAfterMs: 1,
  },
});
const stored = reasonOf({
  signal: "same_moment",
  bits: 3,
  p: null,
  facts: { orders: 12, seconds: 240 },
});
console.log(
  JSON.stringify({
    page,
    console: consolePage(language),
    message: composeMessage({ kind: "sign_in_code", code: "123456", minutes: 10 }, language),
    problem: problemDocument("sale_not_found", language),
    reason: textIn(stored, language),
  }),
);
