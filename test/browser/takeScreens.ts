import { mkdirSync } from "node:fs";
import { fillDelivery, openBrowser } from "./browser.ts";
import { shootCases } from "./caseScreens.ts";
import { createWorld } from "./world.ts";

/* npm run screens: pictures of every screen, in both languages, narrow and wide, for docs/screens. */

const FOLDER = "docs/screens";
mkdirSync(FOLDER, { recursive: true });
const world = await createWorld();
const browser = await openBrowser();
try {
  for (const language of ["id", "en"] as const) {
    for (const width of [360, 1440]) {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        locale: language,
      });
      const page = await context.newPage();
      const shoot = async (name: string) => {
        await page.waitForTimeout(700);
        await page.screenshot({
          path: `${FOLDER}/${name}-${language}-${width}.png`,
          fullPage: true,
        });
      };
      await page.goto(`${world.address}/s/poco-m3?lang=${language}`);
      await page.locator("#contact").waitFor();
      await page.locator("#contact").fill(`+62811${width}0000${language === "id" ? 1 : 2}`);
      await page.locator("#turn button").click();
      await page.locator("#code").waitFor();
      await page.locator("#code").fill(await world.newestCode("sign_in_code"));
      await page.locator("#turn button").click();
      await page.locator("#channel").waitFor();
      await page.locator("#channel").selectOption("mi");
      await shoot("join");
      await page.locator("#turn form button").click();
      await page.locator("input[name=method]").first().waitFor({ timeout: 30_000 });
      await shoot("offer");
      await fillDelivery(page);
      await page.locator("input[name=method]").first().check();
      await page.locator("#turn form button").click();
      await page.locator("details").waitFor();
      await shoot("order");
      await page.context().clearCookies();
      await page.goto(`${world.address}/s/poco-m3?lang=${language}`);
      await page.locator("#contact").waitFor();
      await shoot("sale");
      await page.goto(`${world.address}/docs?lang=${language}`);
      await page.screenshot({ path: `${FOLDER}/docs-${language}-${width}.png` });
      await context.close();
    }
  }
  await shootCases(browser, FOLDER);
  console.log(`Pictures are in ${FOLDER}.`);
} finally {
  await browser.close();
  await world.close();
}
