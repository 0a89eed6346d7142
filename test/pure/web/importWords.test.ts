import { expect, it } from "vitest";
import { certifiedBy } from "../../../src/integrity/decided.ts";
import { IMPORTS_WORDS } from "../../../web/console/imports/words.ts";

/* The console names figures in its words; they are those of the bound. */

it.each([
  ["id", "id-ID"],
  ["en", "en-GB"],
] as const)("an import says in %s how many clusters each promise needs", (language, locale) => {
  const number = new Intl.NumberFormat(locale);
  const said = (of: readonly number[]) => of.map((one) => number.format(one)).join(" / ");
  const promises = certifiedBy();
  const text = IMPORTS_WORDS.import_.noClaim[language];
  expect(text).toContain(` ${said(promises.map(({ alpha }) => 100 * alpha))} % `);
  expect(text).toContain(` ${said(promises.map((one) => one.clustersNeeded))} `);
});
