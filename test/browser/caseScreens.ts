import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import type { Language } from "../../src/base/language.ts";
import { incidentPage } from "../../sim/incident/page.ts";
import { playIncident, type Afterwards } from "../../sim/incident/story.ts";
import { consoleWords } from "../helpers/consoleWords.ts";

/** Both widths, light and dark; the languages take turns, so that each is seen in either. */
export const SIZES = [
  ["id", 360, "light"],
  ["en", 1440, "light"],
  ["id", 1440, "dark"],
  ["en", 360, "dark"],
] as const;

/** The console's pages, by what their pictures are called. */
const consolePages = (slug: string) =>
  [
    ["sales", ""],
    ["live", `/sales/${slug}`],
    ["new-sale", `/sales/${slug}/clone`],
    ["rehearsal", `/sales/${slug}/rehearsal`],
    ["own-error", `/sales/${slug}/error`],
    ["cases", "/cases"],
    ["case", `/cases/${slug}/1`],
    ["batches", "/batches"],
    ["appeals", "/appeals"],
    ["entitlements", "/entitlements"],
    ["policies", "/policies"],
    ["imports", "/imports"],
    ["people", "/people"],
    ["keys", "/keys"],
    ["log", "/log"],
    ["account", "/account"],
  ] as const;

/** Longer pages are cut: a picture of a hundred rows says no more than one of twenty. */
const MOST_HEIGHT = 1_800;

async function shootAll(browser: Browser, folder: string, played: Afterwards): Promise<void> {
  for (const [language, width, colorScheme] of SIZES) {
    const context = await browser.newContext({
      viewport: { width, height: 900 },
      locale: language,
      colorScheme,
    });
    const page = await context.newPage();
    const shoot = async (name: string, path: string) => {
      await page.goto(`${played.address}${path}?lang=${language}`);
      await page.locator("h1").first().waitFor();
      await page.waitForTimeout(1_000);
      await prepare(page, name, language);
      await picture(page, `${folder}/${name}-${language}-${width}-${colorScheme}.png`);
    };
    await shoot("policy", `/s/${played.slug}/policy`);
    await shoot("report", `/s/${played.slug}/report`);
    await shoot("check", `/s/${played.slug}/check`);
    await shoot("front", "/");
    await shoot("method", "/method");
    if (played.genuineLink !== null) await shoot("decision", `/d/${played.genuineLink}`);
    if (played.openSession !== null) {
      const cookie = { name: "giliran_session", value: played.openSession };
      await context.addCookies([{ ...cookie, url: played.address }]);
      await shoot("mine-cancelled", "/me");
    }
    await page.goto(`${played.address}/console?lang=${language}`);
    await page.locator("form input").first().waitFor();
    await picture(page, `${folder}/sign-in-${language}-${width}-${colorScheme}.png`);
    await page.locator("form input").first().fill(played.operators[0]!);
    await page.locator("form input[type=password]").fill(played.password);
    await page.locator("form button[type=submit]").click();
    await page.locator("aside").waitFor();
    for (const [name, path] of consolePages(played.slug)) {
      await shoot(`console-${name}`, `/console${path}`);
    }
    await context.close();
  }
}

/** Some pages show nothing before somebody does something. */
async function prepare(page: Page, name: string, language: Language): Promise<void> {
  if (name === "console-cases") {
    await page.locator("select").nth(1).selectOption("closed");
    await page.waitForTimeout(500);
  }
  if (name === "console-rehearsal") {
    const { crowdRun, crowdRings } = consoleWords(language);
    await page.getByRole("button", { name: crowdRun }).click();
    await page.getByRole("heading", { name: crowdRings }).waitFor({ timeout: 60_000 });
  }
  if (name === "mine-cancelled") {
    for (const summary of await page.locator("#mine summary").all()) await summary.click();
  }
  if (name === "check") {
    await page.getByRole("button").first().click();
    await page.waitForTimeout(3_000);
  }
}

async function picture(page: Page, path: string): Promise<void> {
  const { width } = page.viewportSize()!;
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const clip = { x: 0, y: 0, width, height: Math.min(height, MOST_HEIGHT) };
  await page.screenshot({ path, fullPage: true, clip });
}

/** Plays the incident and takes pictures of everything that it left behind. */
export async function shootCases(browser: Browser, folder: string): Promise<void> {
  const facts = await playIncident({
    entrants: 900,
    seed: 26,
    say: () => undefined,
    progress: () => undefined,
    afterwards: (played) => shootAll(browser, folder, played),
  });
  const scratch = mkdtempSync(join(tmpdir(), "giliran-screens-"));
  const file = join(scratch, "incident.html");
  writeFileSync(file, incidentPage(facts));
  const page = await browser.newPage({ viewport: { width: 1440, height: 1_330 } });
  await page.goto(pathToFileURL(file).href);
  await page.screenshot({ path: `${folder}/incident-id-1440.png` });
  await page.locator("label[for=en]").click();
  await page.screenshot({ path: `${folder}/incident-en-1440.png` });
  await page.setViewportSize({ width: 360, height: 1_600 });
  await page.screenshot({ path: `${folder}/incident-en-360.png` });
  rmSync(scratch, { recursive: true });
}
