import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeDrand } from "../../sim/fakes/fakeDrand.ts";
import { EVERY_WAY, violations } from "./axe.ts";
import { hasBrowser, joinLine, openBrowser } from "./browser.ts";
import { createWorld, type World } from "./world.ts";

/** The root is on the board before its chance exists, and the draw is recomputed with it in a browser. */
describe.skipIf(!hasBrowser)("a beacon in a browser", () => {
  let world: World;
  let drand: FakeDrand;
  let browser: Browser;
  /** Behind by half a minute, so that a test sees the wait however slow the machine is. */
  let behindMs = 30_000;

  beforeAll(async () => {
    const genesisSeconds = Math.floor(Date.now() / 1_000) - 10_000;
    drand = await FakeDrand.start(() => Date.now() - behindMs, genesisSeconds);
    world = await createWorld({ drand });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
    await drand?.stop();
  });

  it("is said, waited for in public, and part of what everybody can recompute", async () => {
    const context = await browser.newContext({
      locale: "id-ID",
      viewport: { width: 360, height: 900 },
      bypassCSP: false,
    });
    const subject = "buyer";
    const value = await world.brandSession({ subject, phone: "+6281355314100" });
    await context.addCookies([{ name: "giliran_session", value, url: world.address }]);
    const page = await context.newPage();
    await page.goto(`${world.address}/s/poco-m3`);
    await page.getByText("suar acak dengan kunci milik sendiri").waitFor();
    await joinLine(page, "mi");

    const board = await (await browser.newContext({ locale: "id-ID", bypassCSP: true })).newPage();
    const waits = board.getByRole("heading", { name: "Disegel, menunggu suar acak" });
    await expect
      .poll(
        async () => {
          await board.goto(`${world.address}/s/poco-m3/board?lang=id`);
          return await waits.count();
        },
        { timeout: 20_000 },
      )
      .toBe(1);
    const root = await board.locator("section", { has: waits }).locator("span.mono").textContent();
    expect(root).toMatch(/^[0-9a-f]{64}$/);
    for (const { language, width } of EVERY_WAY) {
      await board.setViewportSize({ width, height: 900 });
      await board.goto(`${world.address}/s/poco-m3/board?lang=${language}`);
      expect(await violations(board), `${language} ${width}`).toEqual([]);
      expect(await board.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }

    behindMs = 0;
    await page
      .locator("#turn")
      .getByText("Satu unit ditahan untuk Anda")
      .waitFor({ timeout: 40_000 });
    await page.goto(`${world.address}/s/poco-m3/check`);
    await page
      .getByText("Setiap benih memuat putaran suar acak dengan kunci milik sendiri")
      .waitFor();
    await page.getByRole("button", { name: "Hitung ulang sekarang" }).click();
    await page
      .getByText("Cocok. Tidak ada satu pun yang tidak sesuai.")
      .waitFor({ timeout: 60_000 });
    // The window that waited has the root that was public then.
    const record = await page.request.get(`${world.address}/v1/sales/poco-m3/rounds/1/record`);
    expect(await record.text()).toContain(`"root":"${root}"`);
    // Somebody who draws with chance of his own is found out.
    await page.route("**/record", async (route) => {
      const response = await route.fetch();
      const text = await response.text();
      const other = (shown: string) => (shown === "0" ? "1" : "0");
      const body = text.replace(
        /("signature":"[0-9a-f]{95})([0-9a-f])/,
        (_, head, last) => head + other(last),
      );
      await route.fulfill({ response, body });
    });
    await page.getByRole("button", { name: "Hitung ulang sekarang" }).click();
    await page.getByText("Ada yang tidak cocok:").waitFor({ timeout: 60_000 });
    await page.getByText(/signature of round \d+ is not the chain's/).waitFor();
  });
});
