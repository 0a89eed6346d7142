/* Browsers and systems in a few words. */

const FAMILIES: readonly [RegExp, string][] = [
  [/SamsungBrowser\/(\d+)/, "samsung"],
  [/(?:Edg|EdgA|Edge)\/(\d+)/, "edge"],
  [/OPR\/(\d+)/, "opera"],
  [/(?:Firefox|FxiOS)\/(\d+)/, "firefox"],
  [/(?:Chrome|CriOS)\/(\d+)/, "chrome"],
  [/Version\/(\d+).*Safari/, "safari"],
  [/okhttp\/(\d+)/, "okhttp"],
  [/python-requests\/(\d+)/, "python"],
  [/^curl\/(\d+)/, "curl"],
];

/** Browser family, major version and system: "chrome 87 android". Unknown texts stay as they are, cut. */
export function normalUserAgent(text: string): string | null {
  const clean = text.trim();
  if (clean === "") return null;
  const system = /Android/.test(clean)
    ? "android"
    : /iPhone|iPad/.test(clean)
      ? "ios"
      : /Windows/.test(clean)
        ? "windows"
        : /Mac OS/.test(clean)
          ? "mac"
          : /Linux/.test(clean)
            ? "linux"
            : "";
  for (const [pattern, family] of FAMILIES) {
    const match = pattern.exec(clean);
    if (match) return `${family} ${match[1]} ${system}`.trim();
  }
  return clean.slice(0, 60).toLowerCase();
}
