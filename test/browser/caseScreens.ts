import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { incidentPage } from "../../sim/incident/page.ts";
import { playIncident, type Afterwards } from "../../sim/incident/story.ts";

const SIZES = [
  ["id", 360, "light"],
  ["en", 1440, "light"],
  ["id", 1440, "dark"],
  ["en", 360, "dark"],
] as const;

async function shootAll(browser: Browser, folder: string, played: Afterwards): Promise<void> {
  for (const [language, width, colorScheme] of SIZES) {
    const context = await browser.newContext({
      ...{ viewport: { width, height: 900 }, locale: language, colorScheme },
    });
    const page = await context.newPage();
    const shoot = async (name: string, path: string) => {
      await page.goto(`${played.address}${path}${path.includes("?") ? "&" : "?"}lang=${language}`);
      await page.waitForTimeout(900);
      await picture(page, `${folder}/${name}-${language}-${width}-${colorScheme}.png`);
    };
    await shoot("policy", `/s/${played.slug}/policy`);
    await shoot("report", `/s/${played.slug}/report`);
    if (played.genuineLink !== null) await shoot("decision", `/d/${played.genuineLink}`);
    await page.goto(`${played.address}/console?lang=${language}`);
    await page.locator("#name").fill(played.operators[2]!);
    await page.locator("#password").fill(played.password);
    await page.locator("form button").click();
    await page.locator(".kpi").first().waitFor();
    for (const tab of ["queue", "batches", "appeals"]) {
      // A new query loads the page again; the tab alone would only change what it shows.
      await page.goto(`${played.address}/console/cases?lang=${language}&at=${tab}#${tab}`);
      await page.waitForTimeout(900);
      await picture(page, `${folder}/desk-${tab}-${language}-${width}-${colorScheme}.png`);
    }
    await context.close();
  }
}

async function picture(page: Page, path: string): Promise<void> {
  await page.screenshot({ path, fullPage: true });
}

/** Plays the incident and takes pictures of everything that it left behind. */
export async function shootCases(browser: Browser, folder: string): Promise<void> {
  const facts = await playIncident({
    ...{ entrants: 900, seed: 26, say: () => undefined, progress: () => undefined },
    afterwards: (played) => shootAll(browser, folder, played),
  });
  const scratch = mkdtempSync(join(tmpdir(), "giliran-screens-"));
  const file = join(scratch, "incident.html");
  writeFileSync(file, incidentPage(facts));
  const page = await browser.newPage({ viewport: { width: 1440, height: 1_330 } });
  await page.goto(pathToFileURL(file).href);
  await page.screenshot({ path: `${folder}/incident-id-1440.png` });
  await page.setViewportSize({ width: 360, height: 1_600 });
  await page.locator("label[for=en]").click();
  await page.screenshot({ path: `${folder}/incident-en-360.png` });
  rmSync(scratch, { recursive: true });
}
