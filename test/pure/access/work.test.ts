import { createHmac, randomBytes } from "node:crypto";
import { solveChallenge, verifySolution } from "altcha-lib/v1";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MacKey } from "../../../src/access/io/mac.ts";
import { checkWork, issueWork } from "../../../src/access/io/work.ts";
import { solveWork } from "../../../web/ui/work.client.ts";

const purpose = { binding: "1.1.abc", nowMs: Date.UTC(2021, 0, 26) };

describe("MAC and proof of work, against other people's code", () => {
  it("is HMAC-SHA-256, whatever the text", () => {
    const key = randomBytes(32);
    const mac = new MacKey(key);
    // The key is used as its hexadecimal text, which fills one block.
    const reference = (text: string) =>
      createHmac("sha256", key.toString("hex")).update(text).digest("hex");
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 300 }),
        (text) => mac.hex(text) === reference(text),
      ),
    );
  });

  it("hands out challenges that ALTCHA's own solver solves, and takes its solution", async () => {
    const key = new MacKey(randomBytes(32));
    const challenge = issueWork(key, purpose, {
      cost: 500,
      secretNumber: 321,
      nonce: "abcdef012345",
    });
    const solution = await solveChallenge(challenge.challenge, challenge.salt, "SHA-256", 500)
      .promise;
    expect(solution?.number).toBe(321);
    const { maxnumber: _, ...rest } = challenge;
    const payload = Buffer.from(JSON.stringify({ ...rest, number: 321 })).toString("base64");
    expect(checkWork(key, purpose, payload)).toMatchObject({ ok: true });
    expect(checkWork(key, purpose, await solveWork(challenge))).toMatchObject({ ok: true });
  });

  it("agrees with ALTCHA's own check about right and wrong solutions", async () => {
    const secret = randomBytes(32);
    const key = new MacKey(secret);
    const far = { ...purpose, nowMs: Date.now() };
    const challenge = issueWork(key, far, { cost: 50, secretNumber: 7, nonce: "00ff" });
    for (const number of [7, 8]) {
      const { maxnumber: _, ...rest } = challenge;
      const payload = Buffer.from(JSON.stringify({ ...rest, number })).toString("base64");
      const theirs = await verifySolution(payload, secret.toString("hex"), true);
      expect(checkWork(key, far, payload).ok).toBe(theirs);
      expect(theirs).toBe(number === 7);
    }
  });
});
