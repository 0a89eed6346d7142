/* Clients as they name themselves: a few models are thousands of people's, and few people have a rare one. */

import type { SeededChance } from "../../src/crowd/chance.ts";
import { list } from "../blind/list.ts";

/** Models with their Android version, the commonest first. */
const MODELS = list(`
10; Redmi Note 8, 9; Redmi 7A, 10; Redmi Note 9 Pro, 9; vivo 1904, 10; CPH1909, 10; SM-A205F
8.1.0; CPH1803, 10; Redmi Note 7, 10; SM-A107F, 9; Redmi Note 5, 10; RMX1971, 10; M2006C3LG
9; vivo 1820, 10; SM-A515F, 10; RMX2001, 9; CPH1923, 10; Redmi 9, 8.1.0; Redmi 6A, 9; SM-J730G
10; RMX1911, 9; Redmi 8A, 10; vivo 1935, 10; CPH2015, 9; SM-A105G, 10; M2003J15SC, 8.1.0; vivo 1724
9; RMX1821, 10; POCO F1, 10; SM-M305F, 9; CPH1933, 10; Redmi K20 Pro, 9; ASUS_X01BDA, 10; SM-A307GN
7.1.2; Redmi 5A, 9; Infinix X650, 10; POCOPHONE F1, 9; vivo 1915, 10; SM-G975F, 9; Mi A2, 10; RMX2030
6.0.1; SM-J510FN, 9; LM-X420, 10; Mi 9T, 8.0.0; ANE-LX2, 10; M2007J20CG, 9; SM-J600G, 11; Pixel 3a
`);
const CHROMES = [
  "87.0.4280.141",
  "87.0.4280.141",
  "87.0.4280.101",
  "86.0.4240.198",
  "83.0.4103.106",
];
const IPHONES = ["14_3", "14_2", "13_7", "14_0_1", "12_4_9"];
const DESKTOPS = [
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/87.0.4280.141 Safari/537.36",
  "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/87.0.4280.88 Safari/537.36",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:84.0) Gecko/20100101 Firefox/84.0",
];

const mobile = (model: string, chrome: string): string =>
  `Mozilla/5.0 (Linux; Android ${model}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${chrome} Mobile Safari/537.36`;

/** One of a list whose first are far commoner than its last. */
export function commonest<T>(of: readonly T[], chance: SeededChance): T | undefined {
  return of[Math.floor(of.length * chance.fraction() ** 2)];
}

/** The client of one person. */
export function anyAgent(chance: SeededChance): string {
  const draw = chance.fraction();
  if (draw < 0.09) {
    const version = commonest(IPHONES, chance) ?? "14_3";
    return `Mozilla/5.0 (iPhone; CPU iPhone OS ${version} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/14.0 Mobile/15E148 Safari/604.1`;
  }
  if (draw < 0.16) return commonest(DESKTOPS, chance) ?? "Mozilla/5.0";
  const model = commonest(MODELS, chance) ?? "10; Redmi Note 8";
  if (draw < 0.22) {
    // A program's own window names its build, so hardly two are alike.
    const build = `Build/QKQ1.${190_000 + chance.below(12_000)}.${chance.below(30)}`;
    return `${mobile(`${model} ${build}; wv`, CHROMES[0] ?? "")} [FBAN/FB4A;FBAV/${290 + chance.below(12)}.0]`;
  }
  return mobile(model, commonest(CHROMES, chance) ?? "87.0.4280.141");
}

/** Clients that few people have: a program that drives a shop names one of them, or a made-up one. */
const DRIVEN = [
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/86.0.4240.75 Safari/537.36",
  "Mozilla/5.0 (Windows NT 6.3; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/79.0.3945.130 Safari/537.36",
  "okhttp/3.12.1",
  "Dalvik/2.1.0 (Linux; U; Android 7.1.2; SM-G965N Build/QP1A.190711.020)",
  "Mozilla/5.0 (Linux; Android 7.1.2; G011A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/81.0.4044.117 Mobile Safari/537.36",
];

export const drivenAgent = (chance: SeededChance): string => {
  if (chance.fraction() < 0.5) return chance.pick(DRIVEN);
  const chrome = `${70 + chance.below(14)}.0.${3_500 + chance.below(700)}.${chance.below(180)}`;
  return mobile(chance.pick(MODELS), chrome);
};
