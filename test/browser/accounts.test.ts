import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERY_WAY, violations } from "./axe.ts";
import { enterConsole, hasBrowser, openBrowser, signInByCode } from "./browser.ts";
import { hotp, stepOf } from "../../src/access/factor/totp.ts";
import { fromBase32 } from "../helpers/factor/base32.ts";
import { createWorld, type World } from "./world.ts";

/** Set to keep pictures of the screens, for a person to look at. */
const PICTURES = process.env.SCREENS_FOLDER;

/** Two of the four ways: each language and each width once. */
const isOpposite = ({ language, width }: (typeof EVERY_WAY)[number]) =>
  (language === "id") === (width === 360);

/** The signed-in person, signing out, passwords and program keys, as people see them. */
describe.skipIf(!hasBrowser)("accounts in a browser", () => {
  let world: World;
  let browser: Browser;

  beforeAll(async () => {
    world = await createWorld();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  async function open(path: string, locale = "id-ID"): Promise<Page> {
    const viewport = { width: 360, height: 900 };
    const context = await browser.newContext({ locale, viewport, bypassCSP: true });
    const page = await context.newPage();
    await page.goto(world.address + path);
    return page;
  }

  async function signIn(page: Page, contact: string): Promise<void> {
    await signInByCode(page, world, contact);
    await page.locator("#who").waitFor();
  }

  /** The page in both languages, narrow and wide: nothing sticks out, and axe finds nothing. */
  async function look(page: Page, name: string, open: () => Promise<void>): Promise<void> {
    for (const { language, width } of PICTURES ? EVERY_WAY : EVERY_WAY.filter(isOpposite)) {
      await page.setViewportSize({ width, height: 900 });
      const address = new URL(page.url());
      address.searchParams.set("lang", language);
      await page.goto(address.href);
      await open();
      expect(await violations(page), `${name} ${language} ${width}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      if (PICTURES) {
        const path = `${PICTURES}/${name}-${language}-${width}.png`;
        await page.screenshot({ path, fullPage: true });
      }
    }
  }

  it("each page says who is signed in, and signing out everywhere reaches the other device", async () => {
    const phone = await open("/s/poco-m3");
    expect(await phone.locator("#who").isVisible()).toBe(false);
    await signIn(phone, "081234567890");
    const laptop = await open("/s/poco-m3");
    await signIn(laptop, "081234567890");
    const corner = phone.locator("#who summary");
    const pages = [
      "/",
      "/me",
      "/method",
      "/s/poco-m3/board",
      "/s/poco-m3/check",
      "/docs",
      "/nowhere",
    ];
    for (const path of [...pages, "/s/poco-m3/policy", "/s/poco-m3/report"]) {
      await phone.goto(world.address + path);
      await corner.getByText("+62812•••890").waitFor();
    }
    await phone.goto(`${world.address}/s/poco-m3`);
    await look(phone, "who", async () => {
      await corner.click();
      await phone.getByRole("button", { name: /perangkat|everywhere/ }).waitFor();
    });
    await phone.getByRole("button", { name: /perangkat|everywhere/ }).click();
    await phone.locator("#contact").waitFor();
    expect(await phone.locator("#who").isVisible()).toBe(false);
    await laptop.goto(`${world.address}/me`);
    await laptop.getByText("Masuk dahulu di halaman penjualan").waitFor();
    expect(await laptop.locator("#who").isVisible()).toBe(false);
  });

  it("signing out here leaves nothing of the person on the page", async () => {
    const page = await open("/s/poco-m3");
    await signIn(page, "081299990000");
    await page.goto(`${world.address}/me`);
    await page.locator("#who summary").click();
    await page.getByRole("button", { name: "Keluar", exact: true }).click();
    await page.getByText("Masuk dahulu di halaman penjualan").waitFor();
    const cookies = await page.context().cookies();
    const names = cookies.map(({ name }) => name).filter((name) => /session|signed/.test(name));
    expect(names).toEqual([]);
  });

  it("a failed call does not hide who is signed in for the page's whole life", async () => {
    const page = await open("/s/poco-m3");
    await signIn(page, "081277770000");
    let failed = 0;
    await page.route("**/v1/me/session", async (route) => {
      failed++;
      await route.fulfill({ status: 404, json: { code: "not_found", title: "-" } });
    });
    await page.clock.install();
    await page.goto(`${world.address}/me`);
    await expect.poll(() => failed).toBe(1);
    await page.unroute("**/v1/me/session");
    expect(await page.locator("#who").isVisible()).toBe(false);
    await page.clock.runFor(10_000);
    await page.locator("#who summary").getByText("+62812•••000").waitFor();
  });

  it("an operator changes her password and makes a key with scopes", async () => {
    const page = await open("/method", "en-GB");
    await page.setViewportSize({ width: 1440, height: 900 });
    await enterConsole(page, world);
    await page.goto(`${world.address}/console/account`);
    await page.getByLabel("Old password").fill("a long enough password");
    await page.getByLabel("New password").fill("poco m3 2026");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("made of your name, the shop's or a sale's").waitFor();
    await page.getByLabel("New password").fill("another long enough one");
    await page.getByRole("button", { name: "Change password" }).click();
    await page.getByText("The password is changed").waitFor();
    await look(page, "console-account", () => page.locator("h1").waitFor());
    await page.goto(`${world.address}/console/keys?lang=en`);
    await page.getByLabel("read the log").check();
    // Wide scopes of old keys are offered to no new one.
    expect(await page.getByText("(old)").count()).toBe(0);
    await page.getByLabel("Name").fill("archive");
    await page.getByLabel("Only these sales").fill("poco-m3");
    await page.getByRole("button", { name: "Make a key" }).click();
    await page.getByText("giliran_key_").waitFor();
    await page.getByText("only poco-m3").waitFor();
    await look(page, "console-keys", () => page.locator("table").first().waitFor());
  });

  it("a role that must have a second factor is led to set it up, and asked for it afterwards", async () => {
    const page = await open("/method", "en-GB");
    const name = page.getByLabel("Name");
    const enter = async () => {
      await name.fill("sari");
      await page.getByLabel("Password").fill("another long enough one");
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
    };
    await page.goto(`${world.address}/console`);
    await enter();
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.locator("aside").waitFor();
    await page.goto(`${world.address}/console/people`);
    await page.getByRole("group", { name: "Demanded of" }).getByLabel("owner").click();
    await page.getByText("Set up a second factor").waitFor();
    await look(page, "set-up-factor", () => page.locator("h1").waitFor());
    await page.goto(`${world.address}/console?lang=en`);
    await page.getByRole("button", { name: "Set up an authenticator app" }).click();
    const secret = (await page.locator("code.mono").innerText()).replaceAll(" ", "");
    const code = (offset: number) => hotp(fromBase32(secret), stepOf(Date.now()) + offset);
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/app.png`, fullPage: true });
    await page.getByLabel("Six-digit code").fill(code(0));
    await page.getByRole("button", { name: "Confirm" }).click();
    await page.getByText("Recovery codes, shown this once").waitFor();
    const recovery = await page.locator("ul.plain code").first().innerText();
    if (PICTURES) await page.screenshot({ path: `${PICTURES}/recovery.png`, fullPage: true });
    await page.getByRole("button", { name: "I have kept them" }).click();
    await page.locator("aside").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await name.waitFor();
    await enter();
    await page.getByLabel("Code", { exact: true }).waitFor();
    await look(page, "give-factor", () => page.locator("h1").waitFor());
    await page.getByLabel(/^(Code|Kode)$/).fill(recovery);
    await page.getByRole("button", { name: /^(Sign in|Masuk)$/ }).click();
    await page.locator("aside").waitFor();
  });
});
