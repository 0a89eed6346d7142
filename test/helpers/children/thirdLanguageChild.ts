import { problemDocument } from "../../../src/api/problems.ts";
import { textIn } from "../../../src/base/inLanguage.ts";
import { isLanguage } from "../../../src/base/language.ts";
import { reasonOf } from "../../../src/integrity/reasons.ts";
import { composeMessage } from "../../../src/messages/message.ts";
import { consolePage } from "../../../web/console/frame/consolePage.ts";
import { examplePage } from "../../language/examplePage.ts";

/* Says one of each kind of text in the language that it is given, and prints what it said. */

const [language] = process.argv.slice(2);
if (!isLanguage(language)) throw new Error("not a language");
const page = examplePage(language);
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
