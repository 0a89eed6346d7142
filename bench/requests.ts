/*
 * Prepared requests of the entry benchmark: each a different person with a session, solved proof of
 * work and key.
 */

import { createHash, randomBytes, randomUUID } from "node:crypto";
import { createKeyring, type Keyring } from "../src/access/io/keyring.ts";
import { issueWork } from "../src/access/io/work.ts";
import { simulatedSession } from "../sim/crowd/session.ts";

/** One keyring for server and load, so that the server needs no preparation. */
export function benchKeyring(): Keyring {
  return createKeyring(createHash("sha256").update("bench").digest());
}

/** Complete requests in one buffer, which the garbage collector does not scan. */
export class PreparedRequests {
  readonly #bytes: Buffer;
  readonly #ends: Uint32Array;

  constructor(texts: Iterable<string>, count: number) {
    const pieces: Buffer[] = [];
    this.#ends = new Uint32Array(count);
    let at = 0;
    let index = 0;
    for (const text of texts) {
      const piece = Buffer.from(text, "latin1");
      pieces.push(piece);
      at += piece.length;
      this.#ends[index++] = at;
    }
    this.#bytes = Buffer.concat(pieces);
  }

  get count(): number {
    return this.#ends.length;
  }

  at(index: number): Buffer {
    return this.#bytes.subarray(index === 0 ? 0 : this.#ends[index - 1], this.#ends[index]);
  }
}

/** Prepares the requests before the window. */
export function prepareRequests(path: string, saleNo: number, people: number): PreparedRequests {
  return new PreparedRequests(requestTexts(path, saleNo, people), people);
}

function* requestTexts(path: string, saleNo: number, people: number): Generator<string> {
  const keyring = benchKeyring();
  const nowMs = Date.now();
  for (let person = 0; person < people; person++) {
    const [accountKey, phoneKey] = [randomUUID(), randomUUID()];
    const time = { nowMs, expiresAtMs: nowMs + 3_600_000 };
    const session = simulatedSession(keyring, { accountKey, phoneKey }, time);
    const purpose = { binding: `${saleNo}.1.${accountKey}`, nowMs };
    const work = { cost: 50_000, secretNumber: 12_345, nonce: randomBytes(12).toString("hex") };
    const { maxnumber: _, ...challenge } = issueWork(keyring.work, purpose, work);
    const solution = JSON.stringify({ ...challenge, number: work.secretNumber });
    const body = JSON.stringify({
      channel: "shop",
      preferences: ["RED", "BLUE"],
      work: Buffer.from(solution).toString("base64"),
    });
    yield [
      `POST ${path} HTTP/1.1`,
      "host: 127.0.0.1",
      "content-type: application/json",
      `authorization: Bearer ${session}`,
      `idempotency-key: ${randomUUID()}`,
      `content-length: ${body.length}`,
      "",
      body,
    ].join("\r\n");
  }
}
