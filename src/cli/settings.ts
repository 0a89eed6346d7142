/*
 * Reads all settings from the environment. A wrong value is refused with its name and reason, never
 * replaced by a default.
 */

import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import type { ChannelHook } from "../connectors/channels/hook.ts";
import { isNetwork } from "../access/io/networks.ts";
import type { MailSettings, TextGateway } from "../messages/io/messageWays.ts";
import type { StaffLoginSettings } from "../access/io/staffLogin.ts";
import type { BrandLogin } from "../access/io/brandToken.ts";
import { readDatabaseUrl } from "../db/client/databaseUrl.ts";
import { isPublic, type Setup } from "../access/trial.ts";
import { isCountryCode } from "../access/phoneRanges.ts";
import type { RateRule } from "../access/rateLimit.ts";
import type { CodeSettings } from "../people/io/buyerSession.ts";

/** Names and meanings: docs/reference/settings.md (a test compares them). */
const schema = z.object({
  DATABASE_URL: z
    .string()
    .superRefine((url, context) => {
      const hosts = readDatabaseUrl(url);
      if ("why" in hosts) context.addIssue({ code: "custom", message: hosts.why });
    })
    .optional(),
  GILIRAN_DATABASE_POOL: z.coerce.number().int().min(4).max(1_000).default(20),
  GILIRAN_SECRET: z.string().optional(),
  GILIRAN_SECRET_FILE: z.string().optional(),
  GILIRAN_DATA: z.string().default(".giliran"),
  GILIRAN_DATABASE: z.enum(["installed", "embedded"]).optional(),
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(8080),
  GILIRAN_PUBLIC_URL: z.url().optional(),
  GILIRAN_TRUSTED_PROXIES: z.string().default(""),
  GILIRAN_REQUEST_START: z.enum(["proxy", "off"]).default("off"),
  GILIRAN_ADDRESS_BURST: z.coerce.number().int().min(1).default(3_000),
  GILIRAN_ADDRESS_PER_SECOND: z.coerce.number().min(0.1).default(300),
  GILIRAN_SANDBOX: z.enum(["on", "off"]).optional(),
  SMTP_URL: z.string().optional(),
  GILIRAN_MAIL_CONNECTIONS: z.coerce.number().int().min(1).max(1_000).default(5),
  GILIRAN_TEXT_GATEWAY_URL: z.url().optional(),
  GILIRAN_TEXT_GATEWAY_SECRET: z.string().startsWith("whsec_").optional(),
  GILIRAN_TEXT_GATEWAY_CONNECTIONS: z.coerce.number().int().min(1).max(1_000).default(5),
  GILIRAN_CODE_COUNTRIES: z.string().default("62"),
  GILIRAN_CODE_TEXTS_PER_HOUR: z.coerce.number().int().min(0).max(10_000_000).default(5_000),
  GILIRAN_CHANNEL_HOOKS: z.string().optional(),
  GILIRAN_DRAND_URLS: z.string().default("https://api.drand.sh,https://drand.cloudflare.com"),
  GILIRAN_DRAIN_MS: z.coerce.number().int().min(0).max(60_000).default(0),
  MAIL_FROM: z.string().default("giliran@localhost"),
  BRAND_ISSUER: z.string().optional(),
  BRAND_AUDIENCE: z.string().default("giliran"),
  BRAND_JWKS: z.string().optional(),
  GILIRAN_STAFF_ISSUER: z.url().optional(),
  GILIRAN_STAFF_CLIENT_ID: z.string().optional(),
  GILIRAN_STAFF_CLIENT_SECRET: z.string().optional(),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("warn"),
});

export type Settings = z.infer<typeof schema>;

export const SETTING_NAMES: readonly string[] = Object.keys(schema.shape);

/** Shown to the user without a stack. */
export class SettingsError extends Error {
  override name = "SettingsError";
}

/** Reads the environment; throws all wrong values at once. An empty value counts as not set. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  const result = schema.safeParse(set);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new SettingsError(`The environment has values that cannot be used:\n${lines.join("\n")}`);
}

/**
 * How far this installation is a trial; a demonstration (`demo`) is one unless the settings say
 * otherwise.
 */
export function setupFrom(settings: Settings, demo: boolean): Setup {
  const { GILIRAN_SANDBOX = demo ? "on" : "off", SMTP_URL, GILIRAN_TEXT_GATEWAY_URL } = settings;
  return {
    sandbox: GILIRAN_SANDBOX === "on",
    host: settings.HOST,
    publicUrl: settings.GILIRAN_PUBLIC_URL ?? null,
    trustedProxies: trustedProxiesFrom(settings),
    sendsMessages: Boolean(SMTP_URL ?? GILIRAN_TEXT_GATEWAY_URL),
  };
}

/** The ways to pay, in words for the operator; `warn` if they do not suit a real sale. */
export function paymentWords(setup: Setup): { state: "ok" | "warn"; words: string } {
  const open = isPublic(setup);
  if (setup.sandbox && open) {
    const words =
      "sandbox, on an address that others can reach: no money moves, anybody can mark an order as paid, and every " +
      "page says so. For a real sale set GILIRAN_SANDBOX=off";
    return { state: "warn", words };
  }
  if (setup.sandbox) return { state: "ok", words: "sandbox: no money moves" };
  const words =
    "no payment service is set up, so only cash on delivery can be ordered. GILIRAN_SANDBOX=on tries the rest out";
  return { state: "warn", words };
}

/** The secret from the environment, or from the file it names (as with Docker and systemd). */
export function secretFrom(settings: Settings): string | undefined {
  if (settings.GILIRAN_SECRET_FILE === undefined) return settings.GILIRAN_SECRET;
  try {
    return readFileSync(settings.GILIRAN_SECRET_FILE, "utf8").trim();
  } catch {
    throw new SettingsError(`GILIRAN_SECRET_FILE: cannot read ${settings.GILIRAN_SECRET_FILE}`);
  }
}

/** The limit of anonymous requests from one address. */
export function addressRuleFrom(settings: Settings): RateRule {
  return {
    burst: settings.GILIRAN_ADDRESS_BURST,
    perSecond: settings.GILIRAN_ADDRESS_PER_SECOND,
  };
}

/** The brand's own login: issuer, audience, and keys from a file or an address. */
export function brandLoginFrom(settings: Settings): BrandLogin | null {
  const { BRAND_ISSUER: issuer, BRAND_AUDIENCE: audience, BRAND_JWKS: jwks } = settings;
  if (issuer === undefined || jwks === undefined) return null;
  if (existsSync(jwks)) {
    const keys = JSON.parse(readFileSync(jwks, "utf8")) as { keys: [] };
    return { issuer, audience, jwks: keys };
  }
  if (!/^https?:\/\//.test(jwks)) {
    throw new SettingsError("BRAND_JWKS must be a file or an http(s) address of a JWKS.");
  }
  return { issuer, audience, jwks: new URL(jwks) };
}

/** The company's login for people who work here; all three values or none. */
export function staffLoginFrom(settings: Settings): StaffLoginSettings | null {
  const { GILIRAN_STAFF_ISSUER: issuer, GILIRAN_STAFF_CLIENT_ID: clientId } = settings;
  const { GILIRAN_STAFF_CLIENT_SECRET: clientSecret } = settings;
  if (issuer === undefined && clientId === undefined && clientSecret === undefined) return null;
  if (issuer === undefined || clientId === undefined || clientSecret === undefined) {
    throw new SettingsError(
      "GILIRAN_STAFF_ISSUER, _CLIENT_ID and _CLIENT_SECRET belong together: set all or none.",
    );
  }
  const { protocol, hostname } = new URL(issuer);
  if (protocol === "https:" || ["localhost", "127.0.0.1"].includes(hostname)) {
    return { issuer, clientId, clientSecret };
  }
  throw new SettingsError("GILIRAN_STAFF_ISSUER must be an https address.");
}

/** The mail server; null if none is set. */
export function mailFrom(settings: Settings): MailSettings | null {
  const { SMTP_URL: smtpUrl, MAIL_FROM: from, GILIRAN_MAIL_CONNECTIONS: connections } = settings;
  if (smtpUrl === undefined) return null;
  if (/^smtps?:\/\//.test(smtpUrl) && URL.canParse(smtpUrl)) return { smtpUrl, from, connections };
  throw new SettingsError("SMTP_URL must be an address such as smtp://user:password@host:587.");
}

/** The text gateway; address and secret must be set together. */
export function textGatewayFrom(settings: Settings): TextGateway | null {
  const { GILIRAN_TEXT_GATEWAY_URL: url, GILIRAN_TEXT_GATEWAY_SECRET: secret } = settings;
  if (url === undefined && secret === undefined) return null;
  if (url !== undefined && secret !== undefined) {
    return { url, secret, connections: settings.GILIRAN_TEXT_GATEWAY_CONNECTIONS };
  }
  throw new SettingsError(
    "GILIRAN_TEXT_GATEWAY_URL and _SECRET belong together: set both or none.",
  );
}

/** Where sign-in codes are sent by text, and how many an hour. */
export function codesFrom(settings: Settings): CodeSettings {
  const { GILIRAN_CODE_COUNTRIES: text, GILIRAN_CODE_TEXTS_PER_HOUR: textsPerHour } = settings;
  const phoneCountries = text.split(",").map((code) => code.trim().replace(/^\+/, ""));
  const wrong = phoneCountries.find((code) => !isCountryCode(code));
  if (wrong === undefined) return { phoneCountries, textsPerHour };
  throw new SettingsError(
    `GILIRAN_CODE_COUNTRIES: "${wrong}" is no calling code; "62" or "62,65" is.`,
  );
}

/** Addresses of drand's HTTP API in the order they are asked; "off" for none. */
export function drandUrlsFrom({ GILIRAN_DRAND_URLS: text }: Settings): string[] {
  if (text === "off") return [];
  const urls = text.split(",").map((url) => url.trim().replace(/\/$/, ""));
  const wrong = urls.find((url) => !/^https?:\/\//.test(url) || !URL.canParse(url));
  if (wrong === undefined) return urls;
  throw new SettingsError(
    `GILIRAN_DRAND_URLS: "${wrong}" is not an http(s) address; "off" for none.`,
  );
}

/**
 * Proxies whose headers are trusted: addresses, networks ("10.0.0.0/8"), `loopback`, `linklocal`,
 * `uniquelocal`.
 */
export function trustedProxiesFrom({ GILIRAN_TRUSTED_PROXIES: text }: Settings): string[] {
  const proxies = text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
  const wrong = proxies.find((one) => !isNetwork(one));
  if (wrong === undefined) return proxies;
  throw new SettingsError(
    `GILIRAN_TRUSTED_PROXIES: "${wrong}" is no address and no network; 10.0.0.7, 10.0.0.0/8 and loopback are.`,
  );
}

/** The trust of a server in the proxies in front of it. */
export function proxiesFrom(settings: Settings) {
  const requestStart = settings.GILIRAN_REQUEST_START === "proxy";
  return { trustedProxies: trustedProxiesFrom(settings), requestStart };
}

const hooksSchema = z.record(
  z.string(),
  z.strictObject({
    url: z.url(),
    secret: z.string().startsWith("whsec_"),
    hold: z.boolean().optional(),
    /** A dispute there is decided half a day before: shorter deadlines would let every order stand. */
    shipByHours: z.number().min(13).max(8_760).optional(),
  }),
);

/** Channels to tell about disputed orders, from a JSON file {"code": {"url", "secret"}}. */
export function channelHooksFrom(settings: Settings): Record<string, ChannelHook> {
  const path = settings.GILIRAN_CHANNEL_HOOKS;
  if (path === undefined) return {};
  try {
    return hooksSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new SettingsError(`GILIRAN_CHANNEL_HOOKS: ${path}: ${(error as Error).message}`);
  }
}
