import { describe, expect, it } from "vitest";
import { violations } from "./axe.ts";
import { hasBrowser, openBrowser } from "./browser.ts";

/** A page whose text can be read in one theme only. */
const pageWith = (light: string, dark: string) => `
  <!doctype html><html lang="en"><head><title>Colours</title><style>
    body { background: #fff; color: ${light}; transition: color 0.2s }
    @media (prefers-color-scheme: dark) { body { background: #000; color: ${dark} } }
  </style></head><body><main><h1>Colours</h1><p>Some text</p></main></body></html>`;

describe.skipIf(!hasBrowser)("what is looked for on every page", () => {
  it("finds text that only one theme makes hard to read", async () => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      const found = async (light: string, dark: string) => {
        await page.setContent(pageWith(light, dark));
        return (await violations(page)).map((text) => text.split(":").slice(0, 2).join(":"));
      };
      expect(await found("#000", "#fff")).toEqual([]);
      expect(await found("#000", "#222")).toEqual(["dark: color-contrast"]);
      expect(await found("#ddd", "#fff")).toEqual(["light: color-contrast"]);
    } finally {
      await browser.close();
    }
  });
});
