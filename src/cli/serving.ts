/*
 * Starts and stops a serving process: database, pools, clock, server; and prints its addresses.
 * Stopping has a time limit, whatever is still open then: everything acknowledged is on disk.
 */

import { setTimeout as sleep } from "node:timers/promises";
import { inviteFirstOwner } from "../people/io/operatorRoutes.ts";
import type { BrandLogin } from "../access/io/brandToken.ts";
import { showsCodes, type Setup } from "../access/trial.ts";
import { connect } from "../db/connect.ts";
import { DatabaseClock } from "../db/clock.ts";
import { publicFiles } from "../pages/bundle.ts";
import { createServer, type Server } from "../server.ts";
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
  type Settings,
  addressRuleFrom,
} from "./settings.ts";

/**
 * Connections for everything except joining. An order holds one while it is written, and orders of
 * one variant wait for each other: with ten connections, plain readers waited behind them (0.2 s on
 * a slow machine).
 */
const POOL_SIZE = 20;

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
const END_MS = 10_000;
/**
 * The part reserved for stopping an embedded database; it also gets what the requests left over.
 */
const STOP_DATABASE_MS = 2_000;
/** The part left after giving up on the database. */
const LAST_MS = 2_000;

/** Opens the database, creates the server and listens. */
export async function startServing(options: ServingOptions): Promise<Serving> {
  const { settings, output } = options;
  const opened = await openDatabase({
    settings,
    purpose: `serve ${settings.HOST}:${settings.PORT}`,
    as: "alone",
    poolSize: POOL_SIZE,
    say: (line) => output.say(line),
  });
  const entryPool = connect(opened.backend.target, {
    poolSize: 2,
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
      logger: createLogger(settings),
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
      payments: setup.sandbox ? "sandbox" : "none",
      showCodes: showsCodes(setup),
      notices: options.notices,
      ...(options.tour ? { tour: options.tour } : {}),
    });
    const address = await server.listen(settings.HOST, settings.PORT);
    // Bundle in the background now, so that the first visitor does not wait.
    publicFiles().catch(() => undefined);
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
export async function sayAddresses(serving: Serving, output: Output): Promise<void> {
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
