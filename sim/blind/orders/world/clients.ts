/* Phones and computers as browsers name them. A few models make most of the crowd. */

import type { SeededChance } from "../../../../src/crowd/chance.ts";

/** Android version, model, and how many of the crowd have it. */
const MODELS: readonly (readonly [string, string, number])[] = [
  ["10", "Redmi Note 8", 34],
  ["10", "M2006C3LG", 30],
  ["10", "Redmi Note 9", 22],
  ["11", "M2007J20CG", 20],
  ["9", "Redmi 7A", 16],
  ["10", "Redmi 8", 18],
  ["10", "M2004J19C", 16],
  ["8.1.0", "Redmi 5A", 12],
  ["9", "Redmi 6A", 11],
  ["10", "Redmi 9A", 10],
  ["10", "CPH2127", 17],
  ["9", "CPH1909", 16],
  ["10", "CPH2015", 13],
  ["10", "CPH2059", 10],
  ["8.1.0", "CPH1803", 9],
  ["9", "vivo 1904", 15],
  ["10", "vivo 2026", 14],
  ["10", "vivo 1938", 11],
  ["8.1.0", "vivo 1820", 8],
  ["10", "SM-A207F", 16],
  ["10", "SM-A107F", 14],
  ["10", "SM-A115F", 12],
  ["10", "SM-A515F", 11],
  ["11", "SM-A217F", 9],
  ["10", "SM-J400F", 6],
  ["9", "SM-G610F", 5],
  ["10", "RMX1911", 13],
  ["10", "RMX2185", 12],
  ["10", "RMX2020", 9],
  ["9", "RMX1941", 8],
  ["10", "Infinix X650", 8],
  ["10", "Infinix X657C", 7],
  ["9", "itel L6006", 2],
  ["9", "Nokia 2.3", 2],
  ["8.0.0", "ASUS_X00TD", 7],
  ["9", "ASUS_X01BDA", 5],
  ["7.1.1", "EVERCOSS S55", 2],
  ["8.1.0", "Advan S5E NXT", 2],
  ["10", "POCO X3 NFC", 6],
  ["11", "Mi A3", 3],
];

const MODEL_BAG = MODELS.flatMap((model) => Array.from({ length: model[2] }, () => model));
const CHROMES = ["88.0.4324.152", "88.0.4324.152", "88.0.4324.141", "87.0.4280.141"];
const OLD_CHROMES = ["86.0.4240.198", "85.0.4183.127", "83.0.4103.106", "80.0.3987.149"];
const CHROME_BAG = [...CHROMES, ...CHROMES, ...CHROMES, ...OLD_CHROMES];

const android = (version: string, model: string, chrome: string) =>
  `Mozilla/5.0 (Linux; Android ${version}; ${model}) AppleWebKit/537.36 (KHTML, like Gecko) ` +
  `Chrome/${chrome} Mobile Safari/537.36`;

const IPHONES = ["14_3", "14_4", "14_2", "13_7", "12_5_1"];
const iphone = (version: string) =>
  `Mozilla/5.0 (iPhone; CPU iPhone OS ${version} like Mac OS X) AppleWebKit/605.1.15 ` +
  `(KHTML, like Gecko) Version/${version.replaceAll("_", ".")} Mobile/15E148 Safari/604.1`;

export const desktop = (chrome: string, system = "Windows NT 10.0; Win64; x64") =>
  `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${chrome} Safari/537.36`;

/** The browser of somebody of the crowd. */
export function anyClient(chance: SeededChance): string {
  const kind = chance.fraction();
  if (kind < 0.83) return anyAndroid(chance);
  if (kind < 0.9) return iphone(chance.pick(IPHONES));
  return anyDesktop(chance);
}

export function anyAndroid(chance: SeededChance): string {
  const [version, model] = chance.pick(MODEL_BAG);
  return android(version, model, chance.pick(CHROME_BAG));
}

export function anyDesktop(chance: SeededChance): string {
  const system = chance.pick([
    "Windows NT 10.0; Win64; x64",
    "Windows NT 10.0; Win64; x64",
    "Windows NT 6.1; Win64; x64",
    "Macintosh; Intel Mac OS X 10_15_7",
  ]);
  return desktop(chance.pick(CHROME_BAG), system);
}

/** Programs that steer a browser, and emulators; most hide behind a phone's name. */
export function anyRobot(chance: SeededChance): string {
  const kind = chance.fraction();
  if (kind < 0.5) return desktop(chance.pick(CHROMES));
  if (kind < 0.6) return desktop(chance.pick(CHROMES), "X11; Linux x86_64");
  if (kind < 0.85) return anyAndroid(chance);
  return android("7.1.2", chance.pick(["SM-G955N", "SM-N976N", "ASUS_Z01QD"]), "81.0.4044.117");
}
