import { overridesOf } from "../../src/base/inLanguage.ts";
import { isLanguage, LANGUAGE_CODES, SIDES } from "../../src/base/language.ts";
import { allTexts, missingIn } from "./texts.ts";

/*
 * npm run words:missing -- <code>: which texts a language lacks, file by file. Readers see them in English meanwhile.
 * It ends with 1 while a text is missing or stale.
 */

const [code] = process.argv.slice(2);
const others = LANGUAGE_CODES.filter((one) => !SIDES.some((side) => side === one));
if (!isLanguage(code) || !others.includes(code)) {
  const known = others.length > 0 ? `one of: ${others.join(", ")}` : "none is added yet";
  console.error(`Give the code of a language that has a file of overrides (${known}).`);
  process.exit(2);
}
const texts = allTexts();
const { missing, stale } = missingIn(texts, overridesOf(code) ?? {});
for (const [file, list] of Map.groupBy(missing, (one) => one.file)) {
  console.log(`\n${file}`);
  for (const { en } of list) console.log(`  ${JSON.stringify(en)}`);
}
for (const english of stale) console.log(`\nno such text any more: ${JSON.stringify(english)}`);
console.log(`\n${texts.length - missing.length} of ${texts.length} texts, ${stale.length} stale`);
process.exitCode = missing.length + stale.length > 0 ? 1 : 0;
