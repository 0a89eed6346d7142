import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { canonicalCsv } from "../../sim/exports.ts";
import { OrderMaker } from "../../src/crowd/orders.ts";
import { EVERY_WAY, violations } from "./axe.ts";
import {
  enterConsole,
  fillDelivery,
  hasBrowser,
  joinLine,
  openBrowser,
  signInByCode,
} from "./browser.ts";
import { createWorld, type World } from "./world.ts";

/** Pages that are worked with but rarely, each as its user would; and the buyer's states for every eye. */
describe.skipIf(!hasBrowser)("pages", () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  /** The answer to the browser's own question before what cannot be taken back. */
  let yes = true;
  const problems: string[] = [];

  beforeAll(async () => {
    world = await createWorld();
    browser = await openBrowser();
    page = await open("/method");
    await enterConsole(page, world);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  async function open(path: string): Promise<Page> {
    const context = await browser.newContext({
      locale: "en-GB",
      viewport: { width: 1440, height: 900 },
      bypassCSP: true,
    });
    const opened = await context.newPage();
    opened.setDefaultTimeout(15_000);
    opened.on("pageerror", (error) => problems.push(error.message));
    opened.on("dialog", (dialog) => void (yes ? dialog.accept() : dialog.dismiss()));
    await opened.goto(world.address + path);
    return opened;
  }

  it("an export is dropped in, understood, looked at, and comes back as cases", async () => {
    const orders = new OrderMaker(3).make({ count: 1_200, ringShare: 0.2 }).map((one) => one.order);
    const csv = canonicalCsv(orders).replace(/\n/, "\nX-1,own,,,not a time,,,,,,,,,,,,1,,\n");
    await page.getByRole("link", { name: "Imports" }).click();
    const file = page.getByLabel("Choose a file of orders");
    const nothing = { name: "photo.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n1,2\n") };
    await file.setInputFiles(nothing);
    await page
      .getByRole("alert")
      .getByText("This file cannot be read. Nothing was imported.")
      .waitFor();
    await file.setInputFiles({
      name: "orders.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(csv),
    });
    await page.getByText(/orders\.csv: Giliran's own format/).waitFor();
    await page.getByText("1 rows could not be read; the rest goes on.").waitFor();
    await page.getByRole("button", { name: /^Look at/ }).click();
    await page.getByRole("link", { name: /orders\.csv: \d+ cases found/ }).click();
    await page
      .getByText(/^case-[0-9a-f]{16}$/)
      .first()
      .click();
    await page.getByRole("heading", { name: "What would release it" }).first().waitFor();
    const { phone } = orders.find((one) => one.phone && !one.phone.includes("*"))!;
    expect(await page.locator("body").innerText()).not.toContain(phone);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Download decisions.csv" }).click();
    expect((await download).suggestedFilename()).toMatch(/^decisions-.*\.csv$/);
  });

  it("a policy is linted while it is written, published as the next version, and compared", async () => {
    await page.getByRole("link", { name: "Policies" }).click();
    const text = page.getByLabel("Document (JSON)");
    const document = JSON.parse(await text.inputValue());
    await text.fill("{");
    await page.getByText("This is no complete JSON.").waitFor();
    const vague = {
      ...document,
      summary: { id: "aktivitas tidak wajar", en: document.summary.en },
    };
    await text.fill(JSON.stringify(vague));
    await page.getByText("summary.id").first().waitFor();
    expect(await page.getByRole("button", { name: "Publish" }).isDisabled()).toBe(true);
    await text.fill(JSON.stringify(document));
    await page.getByText("May be published.").waitFor();
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByText("0 of 0 orders fare differently.").waitFor();
    yes = false;
    await page.getByRole("button", { name: "Publish" }).click();
    expect(await page.getByLabel("Version").textContent()).not.toContain(`v${document.version}`);
    yes = true;
    await page.getByRole("button", { name: "Publish" }).click();
    await expect
      .poll(() => page.getByLabel("Version").textContent())
      .toContain(`v${document.version}`);
  });

  it("a view is saved under a name, found again after a reload, and removed", async () => {
    await page.getByRole("link", { name: "Cases" }).click();
    await page.getByLabel("At least so many orders").fill("7");
    await page.getByText("Save this view").click();
    await page.getByLabel("Name of the view").fill("large ones");
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("button", { name: "large ones", exact: true }).waitFor();
    await page.getByLabel("At least so many orders").fill("1");
    await page.reload();
    await page.getByRole("button", { name: "large ones", exact: true }).click();
    expect(await page.getByLabel("At least so many orders").inputValue()).toBe("7");
    await page.getByRole("button", { name: "Remove the view large ones" }).click();
    await page
      .getByRole("button", { name: "large ones", exact: true })
      .waitFor({ state: "detached" });
  });

  it("search and help come by a key, and leave by one", async () => {
    await page.locator("h1").click();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await page.keyboard.press("/");
    await page.getByLabel("A sale's name, a case number").fill("poco");
    await page.getByRole("button", { name: /poco-m3/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Poco M3 flash sale", level: 1 }).waitFor();
  });

  it("a reading that fails says so, and keeps the page and what is typed on it", async () => {
    await page.getByLabel("Message (Indonesian)").fill("Kami mulai");
    await page.route("**/live", (route) =>
      route.fulfill({ status: 500, json: { code: "internal_error", title: "It broke." } }),
    );
    await page.getByRole("alert").getByText("It broke.").waitFor();
    expect(await page.getByLabel("Message (Indonesian)").inputValue()).toBe("Kami mulai");
    await page.unroute("**/live");
    await page.getByRole("alert").waitFor({ state: "detached" });
    expect(await page.getByLabel("Message (Indonesian)").inputValue()).toBe("Kami mulai");
  });

  it("a key for a program is shown once, works, and is revoked", async () => {
    await page.getByRole("link", { name: "Keys and deliveries" }).click();
    await page.getByLabel("Name").fill("warehouse");
    await page.getByRole("button", { name: "Make a key" }).click();
    const key = (await page.locator("code").textContent()) as string;
    const ask = () =>
      fetch(`${world.address}/v1/operator/sales`, { headers: { authorization: `Bearer ${key}` } });
    expect((await ask()).status).toBe(200);
    yes = false;
    await page.getByRole("button", { name: "Revoke" }).click();
    expect((await ask()).status).toBe(200);
    yes = true;
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByText("revoked").waitFor();
    expect((await ask()).status).toBe(401);
    await page.reload();
    expect(await page.locator("body").innerText()).not.toContain(key);
  });

  it("after a refusal the page shows what is there now", async () => {
    await page.getByLabel("Name").fill("printer");
    await page.getByRole("button", { name: "Make a key" }).click();
    const row = page.getByRole("row").filter({ hasText: "printer" });
    await row.waitFor();
    await world.sql`delete from api_key where name = 'printer'`;
    await row.getByRole("button", { name: "Revoke" }).click();
    await page.getByRole("alert").waitFor();
    await row.waitFor({ state: "detached" });
  });

  it("axe finds nothing in any state of a buyer's turn, in every language, theme and width", async () => {
    const buyer = await open("/s/poco-m3");
    const found: string[] = [];
    const look = async (state: string, path = "/s/poco-m3", filled = "#turn > *") => {
      for (const { language, width } of EVERY_WAY) {
        await buyer.setViewportSize({ width, height: 900 });
        await buyer.goto(`${world.address}${path}?lang=${language}`);
        await buyer.locator(filled).first().waitFor();
        await buyer.waitForTimeout(300);
        const way = `${state} ${language} ${width}`;
        found.push(...(await violations(buyer)).map((text) => `${way} ${text}`));
        const wide = await buyer.evaluate(() => document.documentElement.scrollWidth);
        if (wide > width) found.push(`${way}: ${wide} px wide`);
      }
    };
    await look("sign-in");
    await signInByCode(buyer, world, "081377776666");
    await buyer.locator("#channel").waitFor();
    await look("join");
    await joinLine(buyer, "mi");
    await buyer.locator("input[name=method]").first().waitFor({ timeout: 30_000 });
    await look("offer");
    await fillDelivery(buyer);
    await buyer.locator("input[name=method]").first().check();
    await buyer.locator("#turn form button").click();
    await buyer.locator("#turn details").first().waitFor();
    await look("order");
    await look("my orders", "/me", "#mine .card");
    await look("board", "/s/poco-m3/board", "#board .bar");
    expect(found).toEqual([]);
    expect(problems).toEqual([]);
  });

  it("who gets nothing is told the number, that there was nothing left, why, and what comes next", async () => {
    await world.sql`
      update stock set sold = sold + free, free = 0
      where channel_no = (select position from jsonb_array_elements(
        (select definition->'channels' from sale limit 1)) with ordinality as c (channel, position)
        where channel->>'code' = 'akulaku')`;
    const buyer = await open("/s/poco-m3?lang=en");
    await signInByCode(buyer, world, "081388889999");
    await joinLine(buyer, "akulaku");
    await buyer.getByRole("heading", { name: "Not this time" }).waitFor({ timeout: 30_000 });
    await buyer.locator("#turn").getByText("Your number in the line").waitFor();
    await buyer.locator("#turn").getByText("You did nothing wrong.").waitFor();
    await buyer.locator("#turn").getByText("No further round is announced.").waitFor();
    // Said to those who listen as well, in words of its own and not piece by piece.
    await expect
      .poll(() => buyer.locator("#said").textContent(), { timeout: 15_000 })
      .toContain("Not this time");
  });
});
