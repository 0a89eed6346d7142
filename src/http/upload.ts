/*
 * Uploads as multipart/form-data, streamed to disk and never held in memory. A refused upload
 * leaves no file behind.
 */

import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyFileStream, type BusboyInstance } from "@fastify/busboy";
import type { UploadRule } from "../api/contract.ts";
import { Refusal } from "./problem.ts";
import type { UploadFolder } from "./uploadFolder.ts";

export interface UploadedFile {
  /** The sender's name for the file: shown to people, never used in a path. */
  readonly name: string;
  readonly path: string;
  readonly byteCount: number;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

export interface Upload {
  readonly files: readonly UploadedFile[];
  /** The other fields of the form: the body of the request. */
  readonly fields: Readonly<Record<string, string>>;
  /** Deletes the files. */
  discard(): Promise<void>;
}

const MOST_FIELDS = 12;
const MOST_FIELD_BYTES = 65_536;
const MOST_NAME_LETTERS = 200;
/** Allowance for headers and boundaries of the parts. */
const FRAME_BYTES = 65_536;
/**
 * Beyond its limit a form is read and discarded up to this size: a browser does not show an answer
 * that arrives while it is still sending. After that the connection is closed.
 */
const DISCARDED_BYTES = 32_000_000;

/** The longest form of an upload rule. */
export function mostFormBytes({ mostFiles, mostFileBytes }: UploadRule): number {
  return mostFiles * mostFileBytes + MOST_FIELDS * MOST_FIELD_BYTES + FRAME_BYTES;
}

const wrong = (field: string, reason: string) =>
  new Refusal("invalid_request", { errors: [{ field, reason }] });

function tooLarge({ tooLarge: code, mostFileBytes }: UploadRule, field: string): Refusal {
  const reason = `is too large: a file may have ${mostFileBytes / 1_000_000} MB`;
  return new Refusal(code, { errors: [{ field, reason }] });
}

function openForm(headers: IncomingHttpHeaders, rule: UploadRule): BusboyInstance {
  try {
    return new Busboy({
      headers: { ...headers, "content-type": headers["content-type"] ?? "" },
      limits: {
        fields: MOST_FIELDS,
        fieldSize: MOST_FIELD_BYTES,
        fieldNameSize: 100,
        files: rule.mostFiles,
        // One more byte, so that a file of exactly the limit does not look truncated.
        fileSize: rule.mostFileBytes + 1,
        parts: MOST_FIELDS + rule.mostFiles + 1,
        headerPairs: 20,
      },
    });
  } catch {
    throw wrong("body", "is not multipart/form-data with a boundary");
  }
}

/** Streams the form of a request to disk. Throws the refusal, and then leaves no file. */
export async function takeForm(
  source: Readable,
  headers: IncomingHttpHeaders,
  rule: UploadRule,
  folder: UploadFolder,
): Promise<Upload> {
  const most = mostFormBytes(rule) + DISCARDED_BYTES;
  if (Number(headers["content-length"] ?? 0) > most) throw tooLarge(rule, rule.field);
  const form = new FormReader(rule, openForm(headers, rule), await folder.make());
  try {
    return await form.read(source, most);
  } catch (error) {
    await form.discard();
    throw error;
  }
}

class FormReader {
  readonly #rule: UploadRule;
  readonly #form: BusboyInstance;
  readonly #folder: string;
  readonly #fields = new Map<string, string>();
  readonly #open = new Set<BusboyFileStream>();
  readonly #storing: Promise<UploadedFile>[] = [];
  /** The first error; the rest of the form is read and discarded. */
  #refusal: Refusal | null = null;

  constructor(rule: UploadRule, form: BusboyInstance, folder: string) {
    this.#rule = rule;
    this.#form = form;
    this.#folder = folder;
  }

  async read(source: Readable, mostBytes: number): Promise<Upload> {
    const { mostFiles } = this.#rule;
    this.#form.on("field", (name, value, _, isCut) => this.#field(name, value, isCut));
    this.#form.on("file", (field, stream, name) => this.#file(field, stream, name));
    this.#form.on("filesLimit", () =>
      this.#refuse(wrong(this.#rule.field, `at most ${mostFiles} may be sent`)),
    );
    for (const limit of ["fieldsLimit", "partsLimit"] as const) {
      this.#form.on(limit, () => this.#refuse(wrong("body", "has too many parts")));
    }
    try {
      await this.#flow(source, mostBytes);
    } finally {
      for (const stream of this.#open) stream.destroy(new Error("the form ended within a file"));
    }
    const files = await Promise.all(this.#storing);
    if (this.#refusal) throw this.#refusal;
    const fields = Object.fromEntries(this.#fields);
    return { files, fields, discard: () => this.discard() };
  }

  async discard(): Promise<void> {
    await Promise.allSettled(this.#storing);
    await rm(this.#folder, { recursive: true, force: true });
  }

  #refuse(refusal: Refusal): void {
    this.#refusal ??= refusal;
  }

  #field(name: string, value: string, isCut: boolean): void {
    if (isCut) this.#refuse(wrong(`body.${name}`, "is too long"));
    this.#fields.set(name, value);
  }

  #file(field: string, stream: BusboyFileStream, name: string): void {
    const { field: expected } = this.#rule;
    const no = this.#storing.length;
    if (field !== expected) this.#refuse(wrong(field, `files come as "${expected}"`));
    // A broken form emits an error on each of its files, also on those without a reader.
    stream.on("error", () => undefined);
    if (this.#refusal) {
      stream.resume();
      return;
    }
    this.#open.add(stream);
    stream.once("limit", () => this.#refuse(tooLarge(this.#rule, `${expected}.${no}`)));
    const stored = store(stream, name, join(this.#folder, String(no)));
    // The awaiting code gets the error; the form may end before anything awaits.
    stored.catch(() => undefined).finally(() => this.#open.delete(stream));
    this.#storing.push(stored);
  }

  /**
   * Pipes the body through the form parser. Settles at the end, or as soon as continuing is
   * pointless.
   */
  #flow(source: Readable, mostBytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let received = 0;
      const end = (error: Error | null) => {
        source.unpipe(this.#form);
        if (error) reject(error);
        else resolve();
      };
      source.on("data", (chunk: Buffer) => {
        received += chunk.length;
        if (received > mostBytes) end(tooLarge(this.#rule, this.#rule.field));
      });
      source.once("error", () => end(wrong("body", "ended too early")));
      source.once("close", () => {
        if (!source.readableEnded) end(wrong("body", "ended too early"));
      });
      this.#form.once("finish", () => end(null));
      this.#form.once("error", () => end(wrong("body", "is broken multipart/form-data")));
      source.pipe(this.#form);
    });
  }
}

async function store(stream: BusboyFileStream, name: string, path: string): Promise<UploadedFile> {
  const hash = createHash("sha256");
  let byteCount = 0;
  await pipeline(
    stream,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        byteCount += chunk.length;
        yield chunk;
      }
    },
    createWriteStream(path, { flags: "wx", mode: 0o600 }),
  );
  const shown = name.replaceAll("\0", "").trim().slice(0, MOST_NAME_LETTERS).toWellFormed();
  return { name: shown === "" ? "file" : shown, path, byteCount, digest: hash.digest("hex") };
}
