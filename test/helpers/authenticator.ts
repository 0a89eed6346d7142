import {
  createHash,
  createSign,
  generateKeyPairSync,
  randomBytes,
  type KeyObject,
} from "node:crypto";

/* A device with a passkey, as the browser hands its answers over (WebAuthn level 3; CTAP2's canonical CBOR). */

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();
const base64url = (data: Buffer) => data.toString("base64url");

/** CBOR of what an attestation is made of: whole numbers, bytes, texts, maps (RFC 8949). */
function cbor(value: number | string | Buffer | Map<number | string, unknown>): Buffer {
  const head = (major: number, size: number) =>
    size < 24
      ? Buffer.from([(major << 5) | size])
      : size < 256
        ? Buffer.from([(major << 5) | 24, size])
        : Buffer.from([(major << 5) | 25, size >> 8, size & 255]);
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, value.length), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const parts = [...value].flatMap(([key, one]) => [cbor(key), cbor(one as Buffer)]);
  return Buffer.concat([head(5, value.size), ...parts]);
}

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const ATTESTED = 0x40;

export class TestAuthenticator {
  readonly #id = randomBytes(16);
  readonly #origin: string;
  readonly #verifies: boolean;
  readonly #privateKey: KeyObject;
  readonly #coseKey: Buffer;
  #uses = 0;

  /** `verifies`: whether it makes sure who holds it. */
  constructor(origin: string, verifies = true) {
    this.#origin = origin;
    this.#verifies = verifies;
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.#privateKey = privateKey;
    const { x = "", y = "" } = publicKey.export({ format: "jwk" });
    const [ES256, EC2, P256] = [-7, 2, 1];
    this.#coseKey = cbor(
      new Map<number, number | Buffer>([
        [1, EC2],
        [3, ES256],
        [-1, P256],
        [-2, Buffer.from(x, "base64url")],
        [-3, Buffer.from(y, "base64url")],
      ]),
    );
  }

  get id(): string {
    return base64url(this.#id);
  }

  #data(flags: number, more = Buffer.alloc(0)): Buffer {
    const count = Buffer.alloc(4);
    count.writeUInt32BE(++this.#uses);
    const all = flags | USER_PRESENT | (this.#verifies ? USER_VERIFIED : 0);
    const host = new URL(this.#origin).hostname;
    return Buffer.concat([sha256(host), Buffer.from([all]), count, more]);
  }

  #client(type: string, challenge: string): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: this.#origin }));
  }

  #credential(response: Record<string, string>) {
    const { id } = this;
    return { id, rawId: id, type: "public-key", response, clientExtensionResults: {} };
  }

  /** The answer to a question for a new passkey. */
  make(question: { challenge: string }) {
    const length = Buffer.from([0, this.#id.length]);
    const attested = Buffer.concat([Buffer.alloc(16), length, this.#id, this.#coseKey]);
    const attestation = new Map<string, unknown>([
      ["fmt", "none"],
      ["attStmt", new Map()],
      ["authData", this.#data(ATTESTED, attested)],
    ]);
    return this.#credential({
      clientDataJSON: base64url(this.#client("webauthn.create", question.challenge)),
      attestationObject: base64url(cbor(attestation)),
    });
  }

  /** The answer to a question for a passkey that is there. */
  use(question: { challenge: string }) {
    const client = this.#client("webauthn.get", question.challenge);
    const data = this.#data(0);
    const signature = createSign("sha256").update(data).update(sha256(client));
    return this.#credential({
      clientDataJSON: base64url(client),
      authenticatorData: base64url(data),
      signature: base64url(signature.sign(this.#privateKey)),
    });
  }
}
