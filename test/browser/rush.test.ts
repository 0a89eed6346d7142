import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connect, type Sql } from "../../src/db/connect.ts";
import { enterBatch, markCrowded } from "../../src/sale/entry/io/entryStore.ts";
import { findSale } from "../../src/sale/io/saleStore.ts";
import { lastEndedWindowNo, windowSpan } from "../../src/sale/window.ts";
import { EVERY_WAY, violations } from "./axe.ts";
import { hasBrowser, joinLine, openBrowser } from "./browser.ts";
import { createWorld, type World } from "./world.ts";

/** Pictures of the pages, for eyes. */
const PICTURES = process.env["RUSH_PICTURES"];

/** A rush as people see it: on the sale page, on the board, and afterwards where they check the draw. */
describe.skipIf(!hasBrowser)("a rush in a browser", () => {
  let world: World;
  let browser: Browser;
  let entryPool: Sql;
  let nowMs = Date.now();
  /** The window that is open now: the first crowded one. */
  let firstNo = 0;

  beforeAll(async () => {
    world = await createWorld({ clock: { nowMs: () => nowMs }, worker: false });
    browser = await openBrowser();
    entryPool = connect(world.sql.target, { poolSize: 1, name: "rush in a browser" });
    if (PICTURES !== undefined) mkdirSync(PICTURES, { recursive: true });
  });
  afterAll(async () => {
    await browser?.close();
    await entryPool?.end();
    await world?.close();
  });

  const target = async () => {
    const sale = (await findSale(world.sql, "poco-m3"))!;
    return { saleNo: sale.saleNo, round: sale.rounds[0]!.round };
  };

  /** Other people of a window, and its server's word that they wait. */
  async function rushIn(windowNo: number): Promise<void> {
    const to = await target();
    const atMs = windowSpan(to.round, windowNo).opensAtMs + 100;
    const people = Array.from({ length: 2_000 }, () => ({
      ...{ accountKey: randomUUID(), phoneKey: null, emailKey: null },
      ...{ entryId: randomUUID(), requestKey: randomUUID() },
      ...{ channelNo: 1, preferences: "1" },
    }));
    await enterBatch(entryPool, to, people, { nowMs: atMs, kind: "new" });
    await markCrowded(entryPool, to, {
      serverId: "00000000-0000-4000-8000-000000000001",
      ...{ fromWindowNo: windowNo, throughAtMs: atMs, nowMs: atMs },
      ...{ turnedAwayCount: 1_234, longestWaitMs: 700 },
    });
  }

  /** Looks at a page in both languages and widths. */
  async function everyWay(page: Page, name: string, path: string, show: () => Promise<void>) {
    for (const { language, width } of EVERY_WAY) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${world.address}${path}?lang=${language}`);
      await show();
      expect(await violations(page), `${name} ${language} ${width}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      if (PICTURES === undefined) continue;
      await page.screenshot({
        path: `${PICTURES}/${name}-${language}-${width}.png`,
        fullPage: true,
      });
    }
  }

  it("the page keeps her own second, key and work, and says what counts", async () => {
    const context = await browser.newContext({ locale: "id-ID", bypassCSP: true });
    const value = await world.brandSession({ subject: "buyer", phone: "+6281355314100" });
    await context.addCookies([{ name: "giliran_session", value, url: world.address }]);
    const page = await context.newPage();
    await page.setViewportSize({ width: 360, height: 900 });
    const tries: { atMs: number; key: string; body: string }[] = [];
    await page.route("**/entries", async (route) => {
      const request = route.request();
      const key = request.headers()["idempotency-key"]!;
      tries.push({ atMs: Date.now(), key, body: request.postData()! });
      // As often as a page of before would have tried, and once more.
      if (tries.length > 6) return await route.continue();
      const body = { code: "come_again", title: "busy", status: 503, retryAfterSeconds: 1 };
      await route.fulfill({
        status: 503,
        headers: { "content-type": "application/problem+json", "retry-after": "1" },
        body: JSON.stringify(body),
      });
    });
    await page.goto(`${world.address}/s/poco-m3`);
    await joinLine(page, "mi");
    await page.getByText("Halaman ini mencoba lagi sendiri dalam beberapa detik").waitFor();
    await page.getByText("yang masuk lebih dulu tidak lebih untung").waitFor();
    if (PICTURES !== undefined)
      await page.screenshot({ path: `${PICTURES}/sale-again-id-360.png` });
    await expect.poll(() => tries.length, { timeout: 30_000 }).toBe(7);
    expect(new Set(tries.map(({ key }) => key)).size).toBe(1);
    expect(new Set(tries.map(({ body }) => body)).size).toBe(1);
    const waits = tries.slice(1).map(({ atMs }, index) => atMs - tries[index]!.atMs);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(1_000);

    // She is in, and people still wait in her rush.
    const { round } = await target();
    firstNo = lastEndedWindowNo(round, nowMs) + 1;
    await rushIn(firstNo);
    nowMs += 1_000;
    await rushIn(firstNo + 1);
    nowMs += 1_000;
    await world.tick();
    await page
      .getByText("Semua yang datang dalam keramaian ini diacak bersama begitu")
      .waitFor({ timeout: 20_000 });
    if (PICTURES !== undefined) await page.screenshot({ path: `${PICTURES}/sale-in-id-360.png` });
    await context.close();
  });

  it("the board says so while it goes on, and shows the windows as one afterwards", async () => {
    const page = await (await browser.newContext({ bypassCSP: true })).newPage();
    await everyWay(page, "board", "/s/poco-m3/board", async () => {
      await page.getByText(/diacak bersama|shuffled together/).waitFor();
      await page.getByText(/2[.,]468/).waitFor();
    });
    // A window in which nobody waits ends it.
    nowMs += 2_000;
    await world.tick();
    // The board stays in memory for a second: one that was asked for meanwhile is of before.
    nowMs += 1_000;
    await everyWay(page, "board-after", "/s/poco-m3/board", async () => {
      await page.getByRole("rowheader", { name: `${firstNo}–${firstNo + 2}` }).waitFor();
      expect(await page.getByText(/diacak bersama|shuffled together/).count()).toBe(0);
    });
    await page.context().close();
  });

  it("who checks the draw reads which windows were joined, why, and finds her place", async () => {
    const context = await browser.newContext({ bypassCSP: true });
    const value = await world.brandSession({ subject: "buyer", phone: "+6281355314100" });
    await context.addCookies([{ name: "giliran_session", value, url: world.address }]);
    const page = await context.newPage();
    const windows = `${firstNo}–${firstNo + 2}`;
    await everyWay(page, "check", "/s/poco-m3/check", async () => {
      await page.getByRole("button", { name: /Hitung ulang|Recompute/ }).click();
      await page.getByText(/Cocok\.|It fits\./).waitFor({ timeout: 60_000 });
      const said = page.getByRole("listitem").filter({ hasText: windows });
      expect(await said.innerText()).toMatch(
        /4[.,]001 (pendaftaran|entries).*2[.,]468.*0[.,]7 (detik|seconds)/,
      );
      await page
        .getByText(/Sama dengan yang dikatakan server|The same as the server says/)
        .waitFor();
    });
    await context.close();
  });
});
