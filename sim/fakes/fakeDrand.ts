/* A fake drand network of one node, with a key of its own, for tests and demonstrations. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { bls12_381 } from "@noble/curves/bls12-381.js";
import { must } from "../../src/base/assert.ts";
import { toHex } from "../../src/base/bytes.ts";
import { sha256, utf8 } from "../../src/base/hash.ts";
import { beaconRoundAtMs, type DrandChain } from "../../src/sale/beacon/beacon.ts";
import { BEACON_DOMAIN, beaconMessage } from "../../src/sale/beacon/beaconSignature.ts";

const { shortSignatures } = bls12_381;

/**
 * Its HTTP API. A round exists from its time on, by the given clock; before, it is refused as drand
 * does.
 */
export class FakeDrand {
  readonly chain: DrandChain;
  /** Its answers: true, a status, another round's signature, or none. */
  mode: "true" | "another" | "silent" | number = "true";
  /** Rounds that were requested. */
  readonly asked: number[] = [];
  readonly #secretKey: Uint8Array;
  readonly #server: Server;
  readonly #nowMs: () => number;

  private constructor(server: Server, nowMs: () => number, genesisSeconds: number) {
    this.#server = server;
    this.#nowMs = nowMs;
    // A scalar below the group's order: the first byte is cleared.
    this.#secretKey = sha256(utf8("a drand network of one"));
    this.#secretKey[0] = 0;
    const publicKey = toHex(shortSignatures.getPublicKey(this.#secretKey).toBytes());
    const chainHash = toHex(sha256(utf8(publicKey)));
    this.chain = { chainHash, publicKey, periodSeconds: 3, genesisSeconds };
  }

  static async start(nowMs: () => number, genesisSeconds: number): Promise<FakeDrand> {
    const server = createServer();
    const drand = new FakeDrand(server, nowMs, genesisSeconds);
    server.on("request", (request, response) => {
      const [, chainHash, word, round] = must(request.url, "address of a request").split("/");
      const beaconRoundNo = Number(round);
      if (chainHash !== drand.chain.chainHash || word !== "public") {
        response.writeHead(404).end();
        return;
      }
      drand.asked.push(beaconRoundNo);
      if (drand.mode === "silent") {
        request.socket.destroy();
        return;
      }
      const early = beaconRoundAtMs(drand.chain, beaconRoundNo) > drand.#nowMs();
      if (early || typeof drand.mode === "number") {
        response.writeHead(early ? 425 : (drand.mode as number)).end();
        return;
      }
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(drand.answer(beaconRoundNo, drand.mode === "another" ? 1 : 0)));
    });
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    return drand;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  signature(beaconRoundNo: number): Uint8Array {
    const message = shortSignatures.hash(beaconMessage(beaconRoundNo), BEACON_DOMAIN);
    return shortSignatures.sign(message, this.#secretKey).toBytes();
  }

  /** The answer in drand's form; with `shift`, carrying another round's signature. */
  answer(beaconRoundNo: number, shift = 0): Record<string, unknown> {
    const signature = this.signature(beaconRoundNo + shift);
    return {
      round: beaconRoundNo,
      randomness: toHex(sha256(signature)),
      signature: toHex(signature),
    };
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((done) => this.#server.close(done));
  }
}
