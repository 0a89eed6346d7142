import type { Readable } from "node:stream";
import { createTransport, type SendMailOptions, type Transporter } from "nodemailer";
import type { Clock } from "../../base/clock.ts";
import type { Sql } from "../../db/connect.ts";
import {
  fateAfter,
  firstStep,
  urgencyOf,
  type Attempt,
  type Urgency,
  type WayName,
} from "../sending.ts";
import { askHook, postHook, type HookSettings } from "../../access/io/hook.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { OutboxQueue, type ClaimedMessage } from "./outboxQueue.ts";
import { neverLeft, outside } from "../../access/io/outside.ts";
import type { Job, Way } from "./lane.ts";
import { SEND_TIMEOUT_MS } from "./sender.ts";

/* The ways that messages go: a mail server, a gateway for texts. */

/** How often the outbox is looked into while nothing waits: a code waits for as long at most. */
const PAUSE_MS = 200;

export interface MailSettings {
  readonly smtpUrl: string;
  readonly from: string;
  /** Connections at once. */
  readonly connections: number;
  /** How long the server may be silent; absent: `SILENCE_MS`. */
  readonly silenceMs?: number;
}

export interface TextGateway extends HookSettings {
  /** Requests at once. */
  readonly connections: number;
}

export interface MessageWayDeps {
  readonly sql: Sql;
  readonly keyring: Keyring;
  readonly clock: Clock;
  readonly mail: MailSettings | null;
  readonly textGateway: TextGateway | null;
}

/** How one message is handed over. */
interface Carrier {
  readonly connections: number;
  send(message: ClaimedMessage, signal: AbortSignal): Promise<Attempt>;
  /** Whether an earlier attempt arrived; null where the way cannot be asked. */
  readonly knows: ((message: ClaimedMessage, signal: AbortSignal) => Promise<boolean>) | null;
  close(): void;
}

/** The two ways; a way that is not set up says so to each message. Empty where none is: then nobody sends. */
export function messageWays(deps: MessageWayDeps): Way[] {
  const { sql, keyring, clock, mail, textGateway } = deps;
  if (mail === null && textGateway === null) return [];
  const queue = new OutboxQueue(sql, keyring);
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

/** Tries that count, so that after an hour somebody is told that the message never went. */
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
    claim: async (urgency: Urgency, count: number, nowMs: number) => {
      const claimed = await queue.claim(name, urgency, count, nowMs);
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

/** What a send carries beside the mail itself. */
interface Mail extends SendMailOptions {
  /** Called once all of it was read, right before the dot that ends it. */
  readonly handedOver: () => void;
}

/** Shorter than an attempt: a server that falls silent is found out by the connection itself. */
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
    const mail: Mail = {
      ...message,
      from,
      to: contact.value,
      // The same over all attempts, so that a mail box may tell a repeated one.
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

  /** A connection that was given up stays taken in its pool, so the pool is replaced. */
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
    // A message whose connection closed comes back to us: attempts are counted in one place.
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
  // Errors of a connection that carries nothing: whoever needs it next is told.
  transport.on("error", () => undefined);
  return transport;
}

/** Without the address: what is said here is shown to operators. */
function readMailFailure(error: unknown, left: boolean): Attempt {
  const { code, command, responseCode, response } = error as {
    code?: string;
    command?: string;
    responseCode?: number;
    response?: string;
  };
  const why = `mail server: ${code ?? "error"} ${responseCode ?? ""}`.trim();
  if (responseCode === undefined) return { result: left ? "unclear" : "away", why };
  // It closes, or wants none of our mails: a wrong password, a sender that it does not know.
  if (responseCode === 421 || command === "MAIL FROM" || code === "EAUTH") {
    return { result: "away", why };
  }
  if (code !== "EENVELOPE" && code !== "EMESSAGE") return { result: "away", why };
  // 5.7.x is about who may send to whom: somebody may set that right.
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
    const data = { messageId, to: contact.value, text: message.text };
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

  /** A gateway that knows no such question has not seen the message by that id, as far as it can tell. */
  readonly knows = async ({ messageId }: ClaimedMessage, signal: AbortSignal): Promise<boolean> => {
    const status = await askHook(this.#gateway, hookId(messageId), signal);
    if (status === 200) return true;
    if (status === 404 || status === 405 || status === 501) return false;
    throw new Error(`text gateway: ${status} when asked`);
  };

  close(): void {}
}

/** The same over all attempts, so that the gateway can tell a repeated one. */
const hookId = (messageId: number) => `message.${messageId}`;

/** What is wrong with one message, and not with our settings or the gateway. */
const ABOUT_THE_MESSAGE = new Set([400, 413, 422]);

function readStatus(status: number): Attempt {
  if (status >= 200 && status < 300) return { result: "sent" };
  const why = `text gateway: ${status}`;
  if (ABOUT_THE_MESSAGE.has(status)) return { result: "refused", why, forGood: true };
  // 503: it takes nothing now. Other 5xx may come after it was taken.
  if (status >= 500 && status !== 503) return { result: "unclear", why };
  return { result: "away", why };
}
