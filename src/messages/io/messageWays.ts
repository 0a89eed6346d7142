/*
 * The ways of messages: a mail server, a gateway for texts. The important question after a failure
 * is whether the message may have arrived: only "surely not" allows a blind retry of a decision.
 */

import type { Readable } from "node:stream";
import { createTransport, type SendMailOptions, type Transporter } from "nodemailer";
import type { Clock } from "../../base/clock.ts";
import type { Sql } from "../../db/connect.ts";
import { fateAfter, firstStep, urgencyOf, type Attempt, type WayName } from "../sending.ts";
import { askHook, postHook, type HookSettings } from "../../access/io/hook.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { OutboxQueue, type ClaimedMessage } from "./outboxQueue.ts";
import { neverLeft, outside } from "../../access/io/outside.ts";
import type { Job, Way } from "./lane.ts";
import { SEND_TIMEOUT_MS } from "./sender.ts";

/** Poll interval of the outbox while it is empty: the most that a code waits. */
const PAUSE_MS = 200;

export interface MailSettings {
  readonly smtpUrl: string;
  readonly from: string;
  /** Concurrent connections. */
  readonly connections: number;
  /** Silence timeout of the server; `SILENCE_MS` by default. */
  readonly silenceMs?: number;
}

export interface TextGateway extends HookSettings {
  /** Concurrent requests. */
  readonly connections: number;
}

export interface MessageWayDeps {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly mail: MailSettings | null;
  readonly textGateway: TextGateway | null;
  /** The address of the site, where links in messages lead. */
  readonly siteUrl: () => string;
}

/** Hands one message over. */
interface Carrier {
  readonly connections: number;
  send(message: ClaimedMessage, signal: AbortSignal): Promise<Attempt>;
  /** Whether an earlier attempt arrived; null if the way cannot be asked. */
  readonly knows: ((message: ClaimedMessage, signal: AbortSignal) => Promise<boolean>) | null;
  close(): void;
}

/**
 * The two ways; one that is not configured fails every message with that reason. Empty without any:
 * then nothing is sent.
 */
export function messageWays(deps: MessageWayDeps): Way[] {
  const { sql, keyring, clock, mail, textGateway, siteUrl } = deps;
  if (mail === null && textGateway === null) return [];
  const queue = new OutboxQueue(sql, keyring, siteUrl);
  const mailCarrier =
    mail === null ? missing("no mail server is configured") : new MailServer(mail);
  const textCarrier =
    textGateway === null
      ? missing("no gateway for text messages is configured")
      : new TextMessages(textGateway, clock);
  return [
    outboxWay("mail", { queue, clock, carrier: mailCarrier }),
    outboxWay("text", { queue, clock, carrier: textCarrier }),
  ];
}

/**
 * A failure that counts as an attempt, so that after an hour an operator learns that the message
 * never left.
 */
function missing(why: string): Carrier {
  return {
    connections: 20,
    send: async () => ({ result: "refused", why, forGood: false }),
    knows: async () => false,
    close: () => undefined,
  };
}

function outboxWay(
  name: WayName,
  parts: { readonly queue: OutboxQueue; readonly clock: Clock; readonly carrier: Carrier },
): Way {
  const { queue, carrier } = parts;
  return {
    name,
    connections: carrier.connections,
    pauseMs: PAUSE_MS,
    due: (nowMs) => queue.due(name, nowMs),
    claim: async (urgency, most) => {
      const claimed = await queue.claim(name, urgency, most);
      return claimed.map((message) => messageJob(name, message, parts));
    },
    close: () => carrier.close(),
  };
}

function messageJob(
  way: WayName,
  message: ClaimedMessage,
  parts: { readonly queue: OutboxQueue; readonly clock: Clock; readonly carrier: Carrier },
): Job {
  const { queue, clock, carrier } = parts;
  const { messageId, claim } = message;
  const about = { ...message, canAsk: carrier.knows !== null };
  return {
    urgency: urgencyOf(message.kind),
    send: async (signal) => {
      const step = firstStep(about);
      if (step === "end_bounced") return { result: "not_sent", failure: "bounced" };
      if (step === "end_unclear") return { result: "not_sent", failure: "unclear" };
      if (step === "ask" && (await carrier.knows?.(message, signal))) return { result: "sent" };
      return await carrier.send(message, signal);
    },
    record: async (attempt) => {
      const fate = fateAfter(about, attempt);
      const why = "why" in attempt ? attempt.why : null;
      await queue.record({ messageId, claim, fate, way, why, nowMs: clock.nowMs() });
    },
  };
}

/** A mail with our own additions. */
interface Mail extends SendMailOptions {
  /** Called when everything was read, right before the final dot. */
  readonly handedOver: () => void;
}

/** Shorter than an attempt's timeout: the connection itself detects a silent server. */
const SILENCE_MS = SEND_TIMEOUT_MS - 2_000;

class MailServer implements Carrier {
  readonly connections: number;
  readonly knows = null;
  readonly #settings: MailSettings;
  #transport: Transporter;

  constructor(settings: MailSettings) {
    this.connections = settings.connections;
    this.#settings = settings;
    this.#transport = pooledTransport(settings);
  }

  async send({ messageId, contact, message }: ClaimedMessage, signal: AbortSignal) {
    const transport = this.#transport;
    const { from } = this.#settings;
    let left = false;
    const { subject, text } = message;
    const mail: Mail = {
      subject,
      text,
      from,
      to: contact.value,
      // The same for all attempts, so that a mail server can recognise a repeated message.
      messageId: `<message.${messageId}@${/@([^\s>]+)/.exec(from)?.[1] ?? "localhost"}>`,
      handedOver: () => (left = true),
    };
    const why = (text: string) => `mail server: ${text}`;
    const sent = outside("mail", () => transport.sendMail(mail)).then(
      (): Attempt => ({ result: "sent" }),
      (error: unknown) => readMailFailure(error, left),
    );
    const ended = new Promise<Attempt>((resolve) => {
      const end = () => {
        this.#renew(transport);
        resolve({ result: left ? "unclear" : "away", why: why("no answer in time") });
      };
      signal.addEventListener("abort", end, { once: true });
    });
    return await Promise.race([sent, ended]);
  }

  /** An abandoned connection stays taken in its pool, so the pool is replaced. */
  #renew(transport: Transporter): void {
    if (this.#transport !== transport) return;
    this.#transport = pooledTransport(this.#settings);
    transport.close();
  }

  close(): void {
    this.#transport.close();
  }
}

function pooledTransport({ smtpUrl, connections, ...settings }: MailSettings): Transporter {
  const url = new URL(smtpUrl);
  const silenceMs = settings.silenceMs ?? SILENCE_MS;
  const options = {
    pool: "true",
    maxConnections: connections,
    // No requeueing inside the library: attempts are counted in one place.
    maxRequeues: 0,
    connectionTimeout: silenceMs,
    greetingTimeout: silenceMs,
    socketTimeout: silenceMs,
  };
  for (const [name, value] of Object.entries(options)) url.searchParams.set(name, String(value));
  const transport = createTransport(url.href);
  transport.use("stream", (mail, done) => {
    mail.message.processFunc((stream: Readable) => {
      stream.once("end", (mail.data as Mail).handedOver);
      return stream;
    });
    done();
  });
  // Errors of idle connections; the next user of the connection gets its own error.
  transport.on("error", () => undefined);
  return transport;
}

/** Leaves the address out: operators read this text. */
function readMailFailure(error: unknown, left: boolean): Attempt {
  const { code, command, responseCode, response } = error as {
    code?: string;
    command?: string;
    responseCode?: number;
    response?: string;
  };
  const why = `mail server: ${code ?? "error"} ${responseCode ?? ""}`.trim();
  if (responseCode === undefined) return { result: left ? "unclear" : "away", why };
  // The server closes, or takes no mail of ours at all: wrong password, unknown sender.
  if (responseCode === 421 || command === "MAIL FROM" || code === "EAUTH") {
    return { result: "away", why };
  }
  if (code !== "EENVELOPE" && code !== "EMESSAGE") return { result: "away", why };
  // 5.7.x concerns permissions, which can be fixed.
  const forGood =
    responseCode >= 500 && command === "RCPT TO" && !/\b5\.7\.\d/.test(response ?? "");
  return { result: "refused", why, forGood };
}

class TextMessages implements Carrier {
  readonly connections: number;
  readonly #gateway: TextGateway;
  readonly #clock: Clock;

  constructor(gateway: TextGateway, clock: Clock) {
    this.connections = gateway.connections;
    this.#gateway = gateway;
    this.#clock = clock;
  }

  async send(
    { messageId, contact, message }: ClaimedMessage,
    signal: AbortSignal,
  ): Promise<Attempt> {
    const nowMs = this.#clock.nowMs();
    const data = { messageId, to: contact.value, text: message.sms };
    const body = { type: "message.text", timestamp: new Date(nowMs).toISOString(), data };
    const id = hookId(messageId);
    try {
      return readStatus(await postHook(this.#gateway, { id, body, nowMs }, signal));
    } catch (error) {
      return neverLeft(error)
        ? { result: "away", why: "text gateway: not reached" }
        : { result: "unclear", why: "text gateway: no answer" };
    }
  }

  /**
   * Asks the gateway about an earlier attempt. A gateway without that endpoint counts as "not
   * seen".
   */
  readonly knows = async ({ messageId }: ClaimedMessage, signal: AbortSignal): Promise<boolean> => {
    const status = await askHook(this.#gateway, hookId(messageId), signal);
    if (status === 200) return true;
    if (status === 404 || status === 405 || status === 501) return false;
    throw new Error(`text gateway: ${status} when asked`);
  };

  close(): void {}
}

/** The same for all attempts, so that the gateway recognises a repeated message. */
const hookId = (messageId: number) => `message.${messageId}`;

/** Statuses that concern the single message, and neither our settings nor the gateway. */
const ABOUT_THE_MESSAGE = new Set([400, 413, 422]);

function readStatus(status: number): Attempt {
  if (status >= 200 && status < 300) return { result: "sent" };
  const why = `text gateway: ${status}`;
  if (ABOUT_THE_MESSAGE.has(status)) return { result: "refused", why, forGood: true };
  // 503: nothing is accepted now. Another 5xx may follow an accepted message.
  if (status >= 500 && status !== 503) return { result: "unclear", why };
  return { result: "away", why };
}
