import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type Axe from "axe-core";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");

/** Two languages, two widths, two themes. */
export const EVERY_WAY = (["id", "en"] as const).flatMap((language) =>
  [360, 1440].flatMap((width) =>
    (["light", "dark"] as const).map((colorScheme) => ({ language, width, colorScheme })),
  ),
);

/** What axe finds on a page as it stands; the context must let it in (`bypassCSP`). */
export async function violations(page: Page): Promise<string[]> {
  await page.evaluate(SOURCE);
  return await page.evaluate(async () => {
    const results = await (window as unknown as { axe: typeof Axe }).axe.run();
    return results.violations.map((one) => `${one.id}: ${one.nodes[0]?.html.slice(0, 120)}`);
  });
}
