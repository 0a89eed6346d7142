import { describe, expect, it } from "vitest";
import { normalUserAgent } from "../../../../src/integrity/normalise/userAgent.ts";

const ANDROID = "AppleWebKit/537.36 (KHTML, like Gecko)";

describe("what a browser says of itself", () => {
  it.each([
    [
      `Mozilla/5.0 (Linux; Android 9; Redmi 6A) ${ANDROID} Chrome/87.0 Mobile Safari/537.36`,
      "redmi 6a chrome",
    ],
    [
      `Mozilla/5.0 (Linux; U; Android 8.1.0; id-id; Redmi 5 Plus Build/OPM1) ${ANDROID} Version/4.0 Chrome/61.0`,
      "redmi 5 plus chrome",
    ],
    [
      `Mozilla/5.0 (Linux; Android 10; SM-A105F) ${ANDROID} SamsungBrowser/12.1 Chrome/79.0`,
      "sm-a105f samsung",
    ],
    [
      `Mozilla/5.0 (Linux; Android 10; K) ${ANDROID} Chrome/120.0 Mobile Safari/537.36`,
      "android chrome",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 13_5 like Mac OS X) AppleWebKit/605 Version/13.1 Mobile Safari/604.1",
      "iphone safari",
    ],
    ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0", "windows chrome"],
    ["Dalvik/2.1.0 (Linux; U; Android 11; vivo 1906 Build/RP1A)", "vivo 1906 dalvik"],
    ["TokoApp/5.1 (Redmi 6A; Android 9)", "redmi 6a tokoapp"],
    ["okhttp/4.9.1", "okhttp"],
  ])("%s", (text, said) => {
    expect(normalUserAgent(text)).toBe(said);
    // Kept of an order, it is read again.
    expect(normalUserAgent(said)).toBe(said);
  });

  it("is cut to that: versions, and whatever else it carries, are kept of nobody", () => {
    const at = (version: string) =>
      normalUserAgent(`Toko/${version} (Redmi 6A; Android ${version})`);
    expect(at("5.1")).toBe(at("6.0"));
    expect(normalUserAgent("Toko/5 siti@surat.id +6281274567830")).toBe("toko");
    expect(normalUserAgent(" ")).toBeNull();
    expect(normalUserAgent("x".repeat(500))?.length).toBe(40);
  });
});
