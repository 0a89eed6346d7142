/*
 * Sale files: parses an operator's `*.sale.json` into a definition, and writes one back. A mistake
 * must be reported, never corrected silently: an announced sale cannot be changed.
 */

import { must } from "../base/assert.ts";
import { z } from "zod";
import { MALFORMED_TEXT, malformedTextPlaces } from "../base/wellFormedText.ts";
import { amountText, isKnownCurrency, parseAmount } from "../base/money.ts";
import { instantOfLocalTime, isTimeZone, localTimeOf } from "../base/zone.ts";
import { beaconKind, QUICKNET, type DrandChain } from "./beacon/beacon.ts";
import { isChainKey } from "./beacon/beaconSignature.ts";
import type { Allotment, Round, SaleDefinition } from "./definition.ts";
import { LONGEST_CHAIN, lastWindowNo } from "./window.ts";

/** One error of a sale file: its JSON path and the reason. */
export interface FileIssue {
  readonly field: string;
  readonly reason: string;
}

export type SaleFileResult =
  | { readonly ok: true; readonly definition: SaleDefinition }
  | { readonly ok: false; readonly issues: readonly FileIssue[] };

const LOCAL_TIME_FORM = "a wall-clock time such as 2021-01-26T10:00:00";
const text = z.strictObject({ id: z.string().min(1), en: z.string().min(1) });
const localTime = z.string().describe(`${LOCAL_TIME_FORM}, read in the sale's time zone`);
const seconds = ({ least, most }: { least: number; most: number }) =>
  z.number().int().min(least).max(most);
const paymentMethod = z.enum(["va", "qris", "ewallet", "card", "paylater", "cod"]);
const units = z.number().int().min(0).max(10_000_000);

const roundSchema = z.strictObject({
  name: text,
  mode: z.enum(["draw", "shuffled_queue", "first_come"]),
  lobbyOpensAt: localTime.optional(),
  opensAt: localTime,
  closesAt: localTime,
  windowMs: z.number().int().min(100).max(600_000).optional(),
  offerSeconds: seconds({ least: 10, most: 7 * 86_400 }).default(600),
  offerExtensionSeconds: seconds({ least: 0, most: 86_400 }).default(300),
  paymentSeconds: seconds({ least: 10, most: 7 * 86_400 }).default(1_800),
  stock: z.record(z.string(), z.record(z.string(), units)),
});

const hexadecimal = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`), `${bytes * 2} small hexadecimal digits`);
const drandChain = z.strictObject({
  chainHash: hexadecimal(32),
  publicKey: hexadecimal(96).refine(isChainKey, "not a public key of a drand chain"),
  periodSeconds: seconds({ least: 1, most: 3_600 }),
  genesisSeconds: z.number().int().min(0),
});
/** A name for the public chain, so that nobody copies keys by hand; a private chain in full. */
const beacon = z.union([z.enum(["off", "quicknet"]), drandChain], {
  error:
    'neither "off" nor "quicknet", nor a drand chain (chainHash, publicKey, periodSeconds, genesisSeconds)',
});

/**
 * The format of a `*.sale.json` file. Strict: a misspelled field is an error, not a silent default.
 */
export const saleFileSchema = z.strictObject({
  format: z.literal("giliran.sale/1"),
  slug: z.string().regex(/^[a-z0-9][a-z0-9-]{1,62}$/, "small letters, digits and hyphens, 2 to 63"),
  title: text,
  description: text,
  timeZone: z.string().refine(isTimeZone, "not a time zone of the IANA list, such as Asia/Jakarta"),
  currency: z.string().refine(isKnownCurrency, "not a currency known here, such as IDR"),
  unitsPerPerson: z.number().int().min(1).max(100),
  workCost: z.number().int().min(1).max(10_000_000).default(50_000),
  variants: z
    .array(
      z.strictObject({
        sku: z.string().min(1).max(64),
        family: z
          .string()
          .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "small letters, digits and hyphens, 1 to 63")
          .describe("product family, the same in each sale of the product; without one the slug")
          .optional(),
        name: text,
        price: z.string().describe('whole amount as text, such as "1899000" or "19.99"'),
      }),
    )
    .min(1)
    .max(100),
  channels: z
    .array(
      z.strictObject({
        code: z.string().regex(/^[a-z0-9-]{1,32}$/, "small letters, digits and hyphens, 1 to 32"),
        name: z.string().min(1).max(64),
        paymentMethods: z.array(paymentMethod).min(1),
        codQuota: z.number().int().min(0).default(0),
      }),
    )
    .min(1)
    .max(50),
  rounds: z.array(roundSchema).min(1).max(20),
  beacon: beacon.default("off"),
  synthetic: z.array(z.string()).default([]),
});

export type SaleFile = z.infer<typeof saleFileSchema>;

/** Parses a JSON document. Reports every issue, not just the first. */
export function readSaleFile(document: unknown): SaleFileResult {
  const malformed = malformedTextPlaces(document, "");
  if (malformed.length > 0) {
    const issues = malformed.map((place) => ({
      field: place || "(the file)",
      reason: MALFORMED_TEXT,
    }));
    return { ok: false, issues };
  }
  const parsed = saleFileSchema.safeParse(document);
  if (!parsed.success) {
    const issues = parsed.error.issues.map((issue) => ({
      field: issue.path.join(".") || "(the file)",
      reason: issue.message,
    }));
    return { ok: false, issues };
  }
  const file = parsed.data;
  const issues: FileIssue[] = [...duplicateIssues(file)];
  const variants = readVariants(file, issues);
  const rounds = file.rounds.map((_, index) => readRound(file, index, issues));
  file.channels.forEach((channel, index) => {
    if (channel.codQuota > 0 && !channel.paymentMethods.includes("cod")) {
      const reason = 'a quota for cash on delivery needs "cod" among the paymentMethods';
      issues.push({ field: `channels.${index}.codQuota`, reason });
    }
  });
  if (issues.length > 0) return { ok: false, issues };
  const definition: SaleDefinition = {
    slug: file.slug,
    title: file.title,
    description: file.description,
    timeZone: file.timeZone,
    currency: file.currency,
    unitsPerPersonCount: file.unitsPerPerson,
    workCost: file.workCost,
    variants,
    channels: file.channels.map((channel, index) => ({
      channelNo: index + 1,
      code: channel.code,
      name: channel.name,
      paymentMethods: channel.paymentMethods,
      codQuotaCount: channel.codQuota,
    })),
    rounds,
    ...(file.beacon === "off" ? {} : { beacon: chainOf(file.beacon) }),
    synthetic: file.synthetic,
  };
  return { ok: true, definition };
}

const chainOf = (named: "quicknet" | DrandChain) => (named === "quicknet" ? QUICKNET : named);

function beaconText(chain: DrandChain | undefined): SaleFile["beacon"] {
  if (chain === undefined) return "off";
  return beaconKind(chain) === "public" ? "quicknet" : chain;
}

function duplicateIssues(file: SaleFile): FileIssue[] {
  const issues: FileIssue[] = [];
  const look = (list: readonly string[], field: (index: number) => string) =>
    list.forEach((value, index) => {
      if (list.indexOf(value) < index) {
        issues.push({ field: field(index), reason: `"${value}" is there twice` });
      }
    });
  look(
    file.variants.map((variant) => variant.sku),
    (index) => `variants.${index}.sku`,
  );
  look(
    file.channels.map((channel) => channel.code),
    (index) => `channels.${index}.code`,
  );
  return issues;
}

function readVariants(file: SaleFile, issues: FileIssue[]): SaleDefinition["variants"] {
  return file.variants.map((variant, index) => {
    const price = parseAmount(variant.price, file.currency);
    if (!price || price.minorUnits === 0) {
      const reason = `"${variant.price}" is no amount of ${file.currency}; write digits only, such as "1899000"`;
      issues.push({ field: `variants.${index}.price`, reason });
    }
    return {
      variantNo: index + 1,
      sku: variant.sku,
      ...(variant.family === undefined ? {} : { family: variant.family }),
      name: variant.name,
      priceMinorUnits: price?.minorUnits ?? 0,
    };
  });
}

function readRound(file: SaleFile, index: number, issues: FileIssue[]): Round {
  const round = file.rounds[index] as SaleFile["rounds"][number];
  const at = (field: string) => `rounds.${index}.${field}`;
  const instant = (field: "lobbyOpensAt" | "opensAt" | "closesAt", value: string): number => {
    const instantMs = instantOfLocalTime(value, file.timeZone);
    if (instantMs === null) {
      const reason = `"${value}" is not ${LOCAL_TIME_FORM} that ${file.timeZone} has exactly once`;
      issues.push({ field: at(field), reason });
    }
    return instantMs ?? Number.NaN;
  };
  const opensAtMs = instant("opensAt", round.opensAt);
  const closesAtMs = instant("closesAt", round.closesAt);
  const wantsLobby = round.mode === "shuffled_queue";
  const lobbyOpensAtMs =
    wantsLobby && round.lobbyOpensAt !== undefined
      ? instant("lobbyOpensAt", round.lobbyOpensAt)
      : opensAtMs;
  if (!wantsLobby && round.lobbyOpensAt !== undefined) {
    const reason = `a lobby belongs to a shuffled_queue; a ${round.mode} starts at opensAt`;
    issues.push({ field: at("lobbyOpensAt"), reason });
  }
  if (!wantsLobby && round.windowMs !== undefined) {
    const reason = `windows belong to a shuffled_queue; a ${round.mode} has none`;
    issues.push({ field: at("windowMs"), reason });
  }
  if (lobbyOpensAtMs > opensAtMs) {
    issues.push({ field: at("lobbyOpensAt"), reason: "must not come after opensAt" });
  }
  if (closesAtMs <= opensAtMs) {
    issues.push({ field: at("closesAt"), reason: "must come after opensAt" });
  }
  const read: Round = {
    roundNo: index + 1,
    name: round.name,
    mode: round.mode,
    lobbyOpensAtMs,
    opensAtMs,
    closesAtMs,
    windowMs: wantsLobby ? (round.windowMs ?? 1_000) : 0,
    offerMs: round.offerSeconds * 1000,
    offerExtensionMs: round.offerExtensionSeconds * 1000,
    paymentMs: round.paymentSeconds * 1000,
    allotments: readStock(file, index, issues),
  };
  if (closesAtMs > opensAtMs && lastWindowNo(read) >= LONGEST_CHAIN) {
    const reason = `more than ${LONGEST_CHAIN} windows; close earlier or lengthen windowMs`;
    issues.push({ field: at("windowMs"), reason });
  }
  return read;
}

function readStock(file: SaleFile, index: number, issues: FileIssue[]): Allotment[] {
  const allotments: Allotment[] = [];
  const stock = (file.rounds[index] as SaleFile["rounds"][number]).stock;
  for (const [code, byVariant] of Object.entries(stock)) {
    const channelNo = file.channels.findIndex((channel) => channel.code === code) + 1;
    if (channelNo === 0) {
      const reason = `no channel has the code "${code}"`;
      issues.push({ field: `rounds.${index}.stock.${code}`, reason });
    }
    for (const [sku, count] of Object.entries(byVariant)) {
      const variantNo = file.variants.findIndex((variant) => variant.sku === sku) + 1;
      if (variantNo === 0) {
        const field = `rounds.${index}.stock.${code}.${sku}`;
        issues.push({ field, reason: `no variant has the sku "${sku}"` });
      }
      if (count > 0) allotments.push({ channelNo, variantNo, units: count });
    }
  }
  if (allotments.length === 0) {
    issues.push({ field: `rounds.${index}.stock`, reason: "there is no unit to sell" });
  }
  return allotments;
}

function writeRound(definition: SaleDefinition, round: Round): SaleFile["rounds"][number] {
  const { timeZone, channels, variants } = definition;
  const at = (instantMs: number) => localTimeOf(instantMs, timeZone);
  const stock: Record<string, Record<string, number>> = {};
  for (const { channelNo, variantNo, units: count } of round.allotments) {
    const { code } = must(channels[channelNo - 1], "numbers are positions");
    stock[code] = {
      ...stock[code],
      [must(variants[variantNo - 1], "numbers are positions").sku]: count,
    };
  }
  const queue = round.mode === "shuffled_queue";
  return {
    name: round.name,
    mode: round.mode,
    ...(queue ? { lobbyOpensAt: at(round.lobbyOpensAtMs), windowMs: round.windowMs } : {}),
    opensAt: at(round.opensAtMs),
    closesAt: at(round.closesAtMs),
    offerSeconds: round.offerMs / 1000,
    offerExtensionSeconds: round.offerExtensionMs / 1000,
    paymentSeconds: round.paymentMs / 1000,
    stock,
  };
}

/** The file of a definition: `readSaleFile` returns the same definition (times to the second). */
export function writeSaleFile(definition: SaleDefinition): SaleFile {
  const { currency } = definition;
  return {
    format: "giliran.sale/1",
    slug: definition.slug,
    title: definition.title,
    description: definition.description,
    timeZone: definition.timeZone,
    currency,
    unitsPerPerson: definition.unitsPerPersonCount,
    workCost: definition.workCost,
    variants: definition.variants.map(({ sku, family, name, priceMinorUnits }) => ({
      sku,
      ...(family === undefined ? {} : { family }),
      name,
      price: amountText({ minorUnits: priceMinorUnits, currency }),
    })),
    channels: definition.channels.map(({ code, name, paymentMethods, codQuotaCount }) => ({
      code,
      name,
      paymentMethods: [...paymentMethods],
      codQuota: codQuotaCount,
    })),
    rounds: definition.rounds.map((round) => writeRound(definition, round)),
    beacon: beaconText(definition.beacon),
    synthetic: [...definition.synthetic],
  };
}
