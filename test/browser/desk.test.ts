import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type Axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { playIncident, type Afterwards } from "../../sim/incident/story.ts";
import { hasBrowser, openBrowser } from "./browser.ts";

/** A dispute by clicking, as the buyer and as the desk, after the incident was played. */
describe.skipIf(!hasBrowser)("the desk in a browser", () => {
  let browser: Browser;
  let played: Afterwards;
  let ended: Promise<unknown>;
  let leave: () => void;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    const left = new Promise<void>((done) => (leave = done));
    await new Promise<void>((ready, failed) => {
      ended = playIncident({
        ...{ entrants: 900, seed: 26, say: () => undefined, progress: () => undefined },
        afterwards: async (afterwards) => {
          played = afterwards;
          ready();
          await left;
        },
      }).catch(failed);
    });
  });
  afterAll(async () => {
    leave();
    await ended;
    await browser?.close();
  });

  async function open(path: string, width: number, locale = "id-ID"): Promise<Page> {
    const context = await browser.newContext({ locale, viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !/40[13]/.test(message.text()))
        problems.push(message.text());
    });
    await page.goto(played.address + path);
    return page;
  }

  async function signIn(page: Page, name: string): Promise<void> {
    await page.getByLabel("Nama").fill(name);
    await page.getByLabel("Kata sandi").fill(played.password);
    await page.getByRole("button", { name: "Masuk" }).click();
    await page.getByRole("button", { name: "Keluar" }).waitFor();
  }

  const operator = (part: string) => played.operators.find((name) => name.includes(part))!;

  it("a buyer appeals from her notice on a narrow screen, with a file, without an account", async () => {
    const page = await open(`/d/${played.openLink}`, 360);
    await page.getByRole("heading", { name: "Apa yang kami lihat" }).waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
    await page
      .getByLabel("Ceritakan dengan kata-kata Anda")
      .fill("Itu ponsel adik saya, kami serumah.");
    await page.getByLabel("Itu keluarga atau orang serumah saya").check();
    const png = Buffer.alloc(64);
    png.write("\u0089PNG\r\n\u001a\n", "latin1");
    png.writeUInt32BE(200, 16);
    png.writeUInt32BE(200, 20);
    await page
      .locator("#files")
      .setInputFiles({ name: "kk.png", mimeType: "image/png", buffer: png });
    await page.getByRole("button", { name: "Kirim banding" }).click();
    await page.getByText("Banding sedang diperiksa").waitFor();
  });

  it("somebody else reads it beside what was said, and upholds it", async () => {
    const page = await open("/console", 1440);
    await signIn(page, operator("kedua"));
    await page.goto(`${played.address}/console/cases#appeals`);
    await page.getByRole("row").filter({ hasText: "menunggu" }).getByRole("button").click();
    await page.getByText("Itu ponsel adik saya, kami serumah.").waitFor();
    await page.getByText("menyebut keluarga").waitFor();
    await page
      .getByLabel("Jawaban dengan alasannya")
      .fill("Kartu keluarga menunjukkan dua orang yang berbeda.");
    await page.getByRole("button", { name: "Kabulkan" }).click();
    await page.getByRole("row").filter({ hasText: "menunggu" }).waitFor({ state: "detached" });
    const buyer = await open(`/d/${played.openLink}`, 360);
    await buyer.getByText("Banding dikabulkan.").waitFor();
    await buyer.getByText("Kartu keluarga menunjukkan dua orang yang berbeda.").waitFor();
  });

  it("the queue is walked with keys, and a reviewer cannot approve a batch", async () => {
    const page = await open("/console", 1440);
    await signIn(page, operator("(peninjau)"));
    await page.goto(`${played.address}/console/cases`);
    const current = () => page.locator(".queue [aria-current] b").textContent();
    await page.locator(".queue").waitFor();
    const first = await current();
    await page.keyboard.press("j");
    await expect.poll(current).not.toBe(first);
    await page.keyboard.press("k");
    await expect.poll(current).toBe(first);
    await page.getByRole("link", { name: "Tindakan massal" }).click();
    await page.getByText("akun yang hanya punya satu pesanan").first().waitFor();
    await page.getByRole("button", { name: "Bekukan semua kasus" }).first().click();
    await page.getByText("Peran Anda tidak mengizinkan ini.").waitFor();
  });

  it("the draw is recomputed in the buyer's own browser, and a changed record is found out", async () => {
    const page = await open(`/s/${played.slug}/check`, 360);
    await page.getByRole("button", { name: "Hitung ulang sekarang" }).click();
    await page
      .getByText("Cocok. Tidak ada satu pun yang tidak sesuai.")
      .waitFor({ timeout: 60_000 });
    await page.getByText("pergerakan unit").waitFor();
    // Somebody on the way exchanges two offers.
    await page.route("**/record", async (route) => {
      const response = await route.fetch();
      const lines = (await response.text()).split("\n");
      const offers = lines.flatMap((line, index) => (line.includes('"offer_made"') ? [index] : []));
      const [first, last] = [offers[0]!, offers.at(-1)!];
      [lines[first], lines[last]] = [lines[last]!, lines[first]!];
      await route.fulfill({ response, body: lines.join("\n") });
    });
    await page.getByRole("button", { name: "Hitung ulang sekarang" }).click();
    await page.getByText("Ada yang tidak cocok:").waitFor({ timeout: 60_000 });
  });

  it(
    "axe finds nothing on any of these pages, in both languages, themes and widths",
    { timeout: 240_000 },
    async () => {
      const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");
      const paths = [
        ...[`/d/${played.openLink}`, `/d/${played.ringLink}`, `/s/${played.slug}/policy`],
        ...[
          `/s/${played.slug}/report`,
          `/s/${played.slug}`,
          `/s/${played.slug}/check`,
          "/me",
          "/console",
        ],
        ...["/console/cases#queue", "/console/cases#batches", "/console/cases#appeals"],
      ];
      const found: string[] = [];
      for (const [locale, width, colorScheme] of [
        ["id-ID", 360, "light"],
        ["en-GB", 360, "dark"],
        ["id-ID", 1440, "dark"],
        ["en-GB", 1440, "light"],
      ] as const) {
        // axe is put in by the test, which the pages' own policy forbids everybody else.
        const context = await browser.newContext({
          ...{ locale, colorScheme, bypassCSP: true, viewport: { width, height: 900 } },
        });
        const page = await context.newPage();
        await page.goto(`${played.address}/console?lang=id`);
        await signIn(page, operator("pemilik"));
        for (const path of paths) {
          await page.goto("about:blank");
          const [before, hash = ""] = path.split("#");
          const lang = locale.slice(0, 2);
          await page.goto(`${played.address}${before}?lang=${lang}${hash && `#${hash}`}`);
          await page.waitForTimeout(500);
          await page.evaluate(axe);
          const violations = await page.evaluate(async () => {
            const results = await (window as unknown as { axe: typeof Axe }).axe.run();
            return results.violations.map(
              (one) => `${one.id}: ${one.nodes[0]?.html.slice(0, 120)}`,
            );
          });
          found.push(
            ...violations.map((text) => `${path} ${locale} ${width} ${colorScheme}: ${text}`),
          );
        }
        await context.close();
      }
      expect(found).toEqual([]);
    },
  );

  it("the public reads policy and report, and no page had a fault", async () => {
    const page = await open(`/s/${played.slug}/report`, 1440, "en-GB");
    await page.getByRole("heading", { name: "How often we were wrong" }).waitFor();
    await page.goto(`${played.address}/s/${played.slug}/policy?lang=en`);
    await page.getByRole("heading", { name: "What can cancel an order" }).waitFor();
    expect(problems).toEqual([]);
  });
});
