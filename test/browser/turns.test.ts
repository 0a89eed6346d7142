import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERY_WAY, violations } from "./axe.ts";
import { hasBrowser, openBrowser } from "./browser.ts";
import { createWorld, type World } from "./world.ts";

/** Two people of one name at one address: passed over, heard, and given a turn of their own. */
describe.skipIf(!hasBrowser)("a shared turn in a browser", () => {
  let world: World;
  let browser: Browser;
  const SAME = {
    name: "Maria Ulfah Kartika",
    address: "Jl. Pahlawan Revolusi No. 12",
    city: "Bekasi",
    verified: true,
  };

  beforeAll(async () => {
    world = await createWorld();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  async function join(subject: string, phone: string): Promise<Page> {
    const context = await browser.newContext({
      locale: "id-ID",
      viewport: { width: 360, height: 900 },
      bypassCSP: true,
    });
    const value = await world.brandSession({ ...SAME, subject, phone });
    await context.addCookies([{ name: "giliran_session", value, url: world.address }]);
    const page = await context.newPage();
    await page.goto(`${world.address}/s/poco-m3`);
    await page.getByLabel("Beli lewat kanal").selectOption("mi");
    await page.getByRole("button", { name: "Ikut antre" }).click();
    return page;
  }

  it("is explained, objected to, decided by a person, and then there are two", async () => {
    const first = await join("mother", "+6281355314100");
    await first
      .locator("#turn")
      .getByText("Satu unit ditahan untuk Anda")
      .waitFor({ timeout: 30_000 });
    const second = await join("daughter", "+6281388718200");
    await second
      .getByRole("heading", { name: "Satu orang, satu giliran" })
      .waitFor({ timeout: 30_000 });
    await second.locator("#turn").getByText("nama dan alamatnya sama").waitFor();
    await second.locator("#turn").getByText("Kami dua orang yang berbeda").click();
    for (const { language, width } of EVERY_WAY) {
      await second.setViewportSize({ width, height: 900 });
      await second.goto(`${world.address}/s/poco-m3?lang=${language}`);
      await second.locator("#turn details summary").first().click();
      expect(await violations(second), `${language} ${width}`).toEqual([]);
      expect(await second.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    await second.goto(`${world.address}/s/poco-m3?lang=id`);
    await second.locator("#turn").getByText("Kami dua orang yang berbeda").click();
    await second.setViewportSize({ width: 360, height: 900 });
    await second.getByLabel("Ceritakan singkat").fill("Kami ibu dan anak, kebetulan senama.");
    await second.getByRole("button", { name: "Kirim" }).click();
    await second.locator("#turn").getByText("Pernyataan Anda sedang kami periksa").waitFor();

    const desk = await (await browser.newContext({ locale: "id-ID" })).newPage();
    await desk.goto(`${world.address}/console#invitation=${world.invitation}`);
    await desk.getByLabel("Nama").fill("sari");
    await desk.getByLabel("Kata sandi").fill("kata sandi yang panjang");
    await desk.getByRole("button", { name: "Buat akun" }).click();
    await desk.getByRole("link", { name: /^sari \(/ }).waitFor();
    await desk.goto(`${world.address}/console/appeals`);
    await desk.getByText("Kami ibu dan anak, kebetulan senama.").waitFor();
    expect(await desk.getByText("Pahlawan").count()).toBe(0);
    await desk.getByLabel("Jawaban dengan alasannya").fill("Dua KTP yang berbeda.");
    await desk.getByRole("button", { name: "Dua orang", exact: true }).click();
    await desk.getByText("dua orang", { exact: true }).waitFor();

    await second
      .locator("#turn")
      .getByText("Satu unit ditahan untuk Anda")
      .waitFor({ timeout: 30_000 });
  });
});
