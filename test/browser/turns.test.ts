import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERY_WAY, violations } from "./axe.ts";
import { fillDelivery, hasBrowser, joinLine, openBrowser } from "./browser.ts";
import { createWorld, type World } from "./world.ts";

/** Two people of one name at one address: passed over or kept waiting, heard, and let through. */
describe.skipIf(!hasBrowser)("people of one name in a browser", () => {
  let world: World;
  let desk: Page;
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

  async function join(subject: string, phone: string, said: object = SAME): Promise<Page> {
    const context = await browser.newContext({
      locale: "id-ID",
      viewport: { width: 360, height: 900 },
      bypassCSP: true,
    });
    const value = await world.brandSession({ ...said, subject, phone });
    await context.addCookies([{ name: "giliran_session", value, url: world.address }]);
    const page = await context.newPage();
    await page.goto(`${world.address}/s/poco-m3`);
    await joinLine(page, "mi");
    return page;
  }

  /** The page shows what it should in both languages and widths, and anybody can use it. */
  async function lookAt(page: Page, path: string, open: string): Promise<void> {
    for (const { language, width } of EVERY_WAY) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${world.address}${path}?lang=${language}`);
      await page.locator(open).first().click();
      expect(await violations(page), `${language} ${width}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    await page.setViewportSize({ width: 360, height: 900 });
    await page.goto(`${world.address}${path}?lang=id`);
    await page.locator(open).first().click();
  }

  async function orderAs(page: Page): Promise<void> {
    await page.locator("input[name=method]").first().waitFor({ timeout: 30_000 });
    await fillDelivery(page);
    await page.locator("input[name=method]").first().check();
    await page.locator("#turn form button").click();
  }

  it("share a turn: it is explained, objected to, decided by a person, and then there are two", async () => {
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
    await second.locator("#turn").getByText("Kami dua orang yang berbeda").waitFor();
    await lookAt(second, "/s/poco-m3", "#turn details summary");
    await second.getByLabel("Ceritakan singkat").fill("Kami ibu dan anak, kebetulan senama.");
    await second.getByRole("button", { name: "Kirim" }).click();
    await second.locator("#turn").getByText("Pernyataan Anda sedang kami periksa").waitFor();

    desk = await (await browser.newContext({ locale: "id-ID" })).newPage();
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

  it("order to one address: the second waits, objects, and waits no longer", async () => {
    const first = await join("wife", "+6281377120033", {});
    await orderAs(first);
    await first.locator("#turn").getByText("Menunggu pembayaran").waitFor();
    const second = await join("mother in law", "+6281290554417", {});
    await orderAs(second);
    await second.locator("#code").waitFor();
    await second.locator("#turn").getByText("penerima dan alamat yang sama").waitFor();
    await lookAt(second, "/s/poco-m3", "#code");
    await second.locator("#code").fill(await world.newestCode("step_up_code"));
    await second.locator("#turn form button").first().click();
    await second.getByRole("heading", { name: "Pesanan ini menunggu pemeriksaan" }).waitFor();
    const object = "#turn summary:has-text('Kami dua orang'), #turn summary:has-text('We are two')";
    await lookAt(second, "/s/poco-m3", object);
    await second.getByLabel("Ceritakan singkat").fill("Mertua saya juga bernama Sari.");
    await second.getByRole("button", { name: "Kirim" }).click();
    await second.locator("#turn").getByText("Pernyataan Anda sedang kami periksa").waitFor();

    await desk.goto(`${world.address}/console/appeals`);
    await desk.getByText("Mertua saya juga bernama Sari.").waitFor();
    expect(await desk.getByText("Melati").count()).toBe(0);
    await desk.getByLabel("Jawaban dengan alasannya").fill("Dua KTP yang berbeda.");
    await desk.getByRole("button", { name: "Dua orang", exact: true }).click();
    await desk.getByText("Dua KTP yang berbeda.").nth(1).waitFor();

    await second.reload();
    await second.locator("#turn").getByText("tidak lagi menunggu karena itu").waitFor();
  });
});
