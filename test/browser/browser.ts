import { existsSync } from "node:fs";
import { chromium, type Browser, type Page } from "playwright-core";
import type { World } from "./world.ts";

const CHROMIUM = "/usr/bin/chromium";

/** Whether there is a browser to test with; `npm test` installs it where it may. */
export const hasBrowser = existsSync(CHROMIUM);

export async function openBrowser(): Promise<Browser> {
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
}

/** The server by a name that browsers take for a secure place, as passkeys need one. */
export const secureAddress = (world: World): string =>
  world.address.replace("127.0.0.1", "localhost");

/** A device with a finger on it, so that passkeys can be made and used. */
export async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
}

/** Signs in on the page of a sale, with the code that is sent to a contact. */
export async function signInByCode(page: Page, world: World, contact: string): Promise<void> {
  await page.locator("#contact").fill(contact);
  await page.locator("#turn button").first().click();
  await page.locator("#code").waitFor();
  await page.locator("#code").fill(await world.newestCode("sign_in_code"));
  await page.locator("#turn button").first().click();
}

/** Joins the line of a channel with wishes for all of its variants, in the order of the list. */
export async function joinLine(page: Page, channel: string): Promise<void> {
  await page.locator("#channel").selectOption(channel);
  await page.locator("#turn fieldset .row button").click();
  await page.locator("#turn form > .row button").click();
}

/** Where the unit goes: asked for with every order. */
export async function fillDelivery(page: Page): Promise<void> {
  await page.locator("#recipient").fill("Sari Wulandari");
  await page.locator("#address").fill("Jalan Melati 12 RT 03 RW 05");
  await page.locator("#district").fill("Coblong");
  await page.locator("#city").fill("Bandung");
}

/** The first owner's own way into the console: her link, a name, a password. The page is in English. */
export async function enterConsole(page: Page, world: World): Promise<void> {
  await page.goto(`${world.address}/console#invitation=${world.invitation}`);
  await page.getByLabel("Name").fill("sari");
  await page.getByLabel("Password").fill("a long enough password");
  await page.getByRole("button", { name: "Create account" }).click();
  await page.locator("aside").waitFor();
}
