import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type Axe from "axe-core";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");

/** Two languages, two widths; each is looked at in both themes. */
export const EVERY_WAY = (["id", "en"] as const).flatMap((language) =>
  [360, 1440].map((width) => ({ language, width })),
);

/** The rules that read colours: all that another theme can change on a page that stands. */
const COLOUR_RULES = ["color-contrast", "link-in-text-block"];

/**
 * Findings of axe on a page as it stands, in both themes; the context must let it in (`bypassCSP`).
 */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(SOURCE);
  await page.emulateMedia({ colorScheme: "light" });
  const light = await run(page, null);
  await page.emulateMedia({ colorScheme: "dark" });
  const dark = await run(page, COLOUR_RULES);
  await page.emulateMedia({ colorScheme: null });
  return [...light.map((text) => `light: ${text}`), ...dark.map((text) => `dark: ${text}`)];
}

/** Runs axe with these rules, or with all of its own. A change of colours is let come to its end first. */
async function run(page: Page, rules: string[] | null): Promise<string[]> {
  return await page.evaluate(async (only) => {
    const transitions = document.getAnimations().filter((one) => one instanceof CSSTransition);
    await Promise.allSettled(transitions.map((transition) => transition.finished));
    const results = await (window as unknown as { axe: typeof Axe }).axe.run(
      document,
      only === null ? {} : { runOnly: only },
    );
    return results.violations.map((one) => `${one.id}: ${one.nodes[0]?.html.slice(0, 120)}`);
  }, rules);
}
