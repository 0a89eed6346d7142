import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import {
  addAuthenticator,
  fillDelivery,
  joinLine,
  openBrowser,
  secureAddress,
  signInByCode,
} from "./browser.ts";
import { shootCases, SIZES } from "./caseScreens.ts";
import { createWorld } from "./world.ts";

/* npm run screens: pictures of every screen, in both languages, narrow and wide, for docs/screens. */

const FOLDER = "docs/screens";
mkdirSync(FOLDER, { recursive: true });
const world = await createWorld();
const browser = await openBrowser();
const address = secureAddress(world);

async function order(page: Page): Promise<void> {
  await fillDelivery(page);
  await page.locator("input[name=method]").first().check();
  await page.locator("#turn form button").click();
}

/** A first buyer, so that whoever orders under the same name and address is asked. */
async function orderOnce(): Promise<void> {
  const page = await browser.newPage();
  await page.goto(`${world.address}/s/poco-m3`);
  await page.locator("#contact").waitFor();
  await signInByCode(page, world, "+628119999999");
  await joinLine(page, "mi");
  await page.locator("input[name=method]").first().waitFor({ timeout: 30_000 });
  await order(page);
  await page.locator("#turn details").first().waitFor();
  await page.close();
}

/** The second account of somebody who is in the line already: passed over, and told why. */
async function sharedTurn(page: Page, index: number): Promise<void> {
  const maria = {
    name: `Maria Ulfah ${"ABCD"[index]}`,
    address: `Jl. Pahlawan ${index + 11} RT 03`,
    verified: true,
  };
  for (const account of ["one", "two"]) {
    const phone = `+6281355${index}${account === "one" ? "3141" : "7182"}00`;
    const value = await world.brandSession({ ...maria, phone, subject: `${account} ${index}` });
    await page.context().addCookies([{ name: "giliran_session", value, url: address }]);
    await page.reload();
    await joinLine(page, "mi");
    const next = account === "one" ? "input[name=method]" : "#statement";
    await page.locator(next).first().waitFor({ state: "attached", timeout: 30_000 });
  }
  await page.locator("#turn details summary").first().click();
}

try {
  await orderOnce();
  for (const [index, [language, width, colorScheme]] of SIZES.entries()) {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      locale: language,
      colorScheme,
    });
    const page = await context.newPage();
    const shoot = async (name: string) => {
      await page.evaluate(() => scrollTo(0, 0));
      await page.waitForTimeout(700);
      const path = `${FOLDER}/${name}-${language}-${width}-${colorScheme}.png`;
      await page.screenshot({ path, fullPage: true });
    };
    await page.goto(`${address}/s/poco-m3?lang=${language}`);
    await page.locator("#contact").waitFor();
    await shoot("sale");
    await signInByCode(page, world, `+62811000000${index}`);
    await page.locator("#channel").waitFor();
    await addAuthenticator(page);
    await page.goto(`${address}/me?lang=${language}`);
    await page.locator("#passkeys button").click();
    await page.locator("#passkeys li").waitFor();
    await page.goto(`${address}/s/poco-m3?lang=${language}`);
    await page.locator("#channel").waitFor();
    await page.locator("#channel").selectOption("mi");
    await shoot("join");
    await joinLine(page, "mi");
    await page.locator("input[name=method]").first().waitFor({ timeout: 30_000 });
    await shoot("offer");
    await order(page);
    // Somebody ordered under this name and address already.
    await page.locator("#code").waitFor();
    await shoot("question");
    await page.locator("#code").fill(await world.newestCode("step_up_code"));
    await page.locator("#turn form button").first().click();
    await page.locator("#turn details").first().waitFor();
    await shoot("order");
    await page.goto(`${address}/me?lang=${language}`);
    await page.locator("#mine details summary").first().click();
    await shoot("mine");
    await page.goto(`${address}/s/poco-m3/board?lang=${language}`);
    await shoot("board");
    await page.goto(`${address}/s/poco-m3?lang=${language}`);
    await sharedTurn(page, index);
    await shoot("shared-turn");
    await page.goto(`${address}/docs?lang=${language}`);
    await page.screenshot({ path: `${FOLDER}/docs-${language}-${width}-${colorScheme}.png` });
    await context.close();
  }
  await shootCases(browser, FOLDER);
  console.log(`Pictures are in ${FOLDER}.`);
} finally {
  await browser.close();
  await world.close();
}
