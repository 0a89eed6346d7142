/*
 * Starts and stops a serving process: database, pools, clock, server; and prints its addresses.
 * Stopping has a time limit, whatever is still open then: everything acknowledged is on disk.
 */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inviteFirstOwner } from "../people/io/operatorRoutes.ts";
import type { BrandLogin } from "../access/io/brandToken.ts";
import { showsCodes, type Setup } from "../access/trial.ts";
import type { Clock } from "../base/clock.ts";
import {
  ENTRY_POOL_SIZE,
  poolerFinding,
  readPooler,
  readRoom,
  roomFinding,
} from "../db/connections.ts";
import { connect } from "../db/connect.ts";
import { DatabaseClock } from "../db/clock.ts";
import { publicFiles } from "../pages/bundle.ts";
import { createServer, type Server } from "../server.ts";
import { codeDigest } from "./processes/codeDigest.ts";
import { createLogger, openDatabase, type Opened } from "./open.ts";
import type { TourStop } from "../pages/pages.ts";
import type { Output } from "./output.ts";
import {
  brandLoginFrom,
  staffLoginFrom,
  channelHooksFrom,
  codesFrom,
  drandUrlsFrom,
  mailFrom,
  paymentWords,
  setupFrom,
  textGatewayFrom,
  proxiesFrom,
  SettingsError,
  type Settings,
  addressRuleFrom,
} from "./settings.ts";

export interface ServingOptions {
  readonly settings: Settings;
  readonly output: Output;
  readonly worker: boolean;
  /** A crowd played by one machine needs its own login and no limit per address. */
  readonly crowd: BrandLogin | null;
  readonly notices: boolean;
  /** Demonstrations take sandbox payments unless the settings say otherwise. */
  readonly demo: boolean;
  /** Runs on the open database before the server listens. */
  readonly before?: (opened: Opened) => Promise<void>;
  /** The tour on the front page of a demonstration. */
  readonly tour?: readonly TourStop[];
  /** Its number among the processes of a supervisor, which owns the database; null or absent: alone. */
  readonly childNo?: number | null;
}

/** A running server with its database. */
export interface Serving {
  readonly opened: Opened;
  readonly server: Server;
  readonly clock: DatabaseClock;
  readonly address: string;
  readonly setup: Setup;
  /** Stops in order; the process ends within a bound whatever is still open. */
  close(): Promise<void>;
}

/** From the end of draining to the end of the process, in ms; orchestrators grant at least that. */
export const END_MS = 10_000;
/**
 * The part reserved for stopping an embedded database; it also gets what the requests left over.
 */
const STOP_DATABASE_MS = 2_000;
/** The part left after giving up on the database. */
const LAST_MS = 2_000;

/** Refuses a database that cannot carry this server; says what is worth knowing. */
async function checkDatabase(
  { sql, backend }: Opened,
  { settings, output }: ServingOptions,
): Promise<void> {
  const pooler = poolerFinding(await readPooler(backend.target));
  if (pooler.state === "bad") throw new SettingsError(`DATABASE_URL: ${pooler.detail}.`);
  const room = roomFinding(settings.GILIRAN_DATABASE_POOL, await readRoom(sql));
  if (room.state === "bad") throw new SettingsError(`The database is too small: ${room.detail}.`);
  for (const { state, detail } of [pooler, room]) {
    if (state === "warn") output.say(`Worth knowing: ${detail}.`);
  }
}

async function openChecked(options: ServingOptions): Promise<Opened> {
  const { settings, output } = options;
  const opened = await openDatabase({
    settings,
    purpose: `serve ${settings.HOST}:${settings.PORT}`,
    as: "alone",
    poolSize: settings.GILIRAN_DATABASE_POOL,
    say: (line) => output.say(line),
  });
  try {
    await checkDatabase(opened, options);
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** Opens the database, creates the server and listens. */
export async function startServing(options: ServingOptions): Promise<Serving> {
  const { settings, childNo = null } = options;
  const opened = await openChecked(options);
  const entryPool = connect(opened.backend.target, {
    poolSize: ENTRY_POOL_SIZE,
    name: "giliran entries",
    deadline: "entries",
  });
  try {
    await options.before?.(opened);
    const clock = await DatabaseClock.start(opened.sql);
    const publicUrl = settings.GILIRAN_PUBLIC_URL ?? null;
    const setup = setupFrom(settings, options.demo);
    const server = await createServer({
      sql: opened.sql,
      entryPool,
      keyring: opened.keyring,
      clock,
      worker: options.worker,
      logger: createLogger(settings, childNo),
      process: { childNo, codeDigest: codeDigest() },
      brandLogin: options.crowd ?? brandLoginFrom(settings),
      staffLogin: staffLoginFrom(settings),
      mail: mailFrom(settings),
      textGateway: textGatewayFrom(settings),
      codes: codesFrom(settings),
      channelHooks: channelHooksFrom(settings),
      drandUrls: drandUrlsFrom(settings),
      addressRule: options.crowd ? null : addressRuleFrom(settings),
      secureCookies: publicUrl?.startsWith("https:") ?? false,
      ...proxiesFrom(settings),
      publicUrl,
      fenceFolder: join(settings.GILIRAN_DATA, "fences"),
      payments: setup.sandbox ? "sandbox" : "none",
      showCodes: showsCodes(setup),
      notices: options.notices,
      ...(options.tour ? { tour: options.tour } : {}),
    });
    const address = await server.listen(settings.HOST, settings.PORT);
    publicFiles().catch(() => undefined); // bundled now: the first visitor does not wait
    return {
      opened,
      server,
      clock,
      address,
      setup,
      close: async () => {
        server.drain();
        await sleep(settings.GILIRAN_DRAIN_MS);
        // Something unforeseen blocks the end: exit anyway; everything acknowledged is on disk.
        setTimeout(() => process.exit(), END_MS).unref();
        const startMs = performance.now();
        await server.close();
        clock.stop();
        await entryPool.end({ timeout: 1 });
        const leftMs = END_MS - LAST_MS - (performance.now() - startMs);
        await opened.close(Math.max(STOP_DATABASE_MS, leftMs));
      },
    };
  } catch (error) {
    await entryPool.end({ timeout: 1 });
    await opened.close();
    throw error;
  }
}

/** Prints the addresses, and the link for the first password as long as nobody has one. */
export async function sayAddresses(
  serving: Pick<Serving, "opened" | "address" | "setup"> & { readonly clock: Clock },
  output: Output,
): Promise<void> {
  const { opened, address, clock, setup } = serving;
  output.say(`  Sale page       ${address}/`);
  const invitation = await inviteFirstOwner(opened.sql, opened.keyring, clock.nowMs());
  if (invitation === null) output.say(`  Console         ${address}/console`);
  else output.say(`  Console         ${address}/console#invitation=${invitation}`);
  output.say(`  API             ${address}/docs`);
  output.say(`  Payments        ${paymentWords(setup).words}.`);
  if (showsCodes(setup)) {
    output.say(
      "  Sign-in codes   shown in the browser on this machine, as no message can be sent. Put no proxy in front.",
    );
  }
  if (invitation !== null) {
    output.say("  (the link of the console sets the first password; it works once, for 48 hours)");
  }
}
