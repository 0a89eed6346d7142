import { describe, expect, it } from "vitest";
import { factorNeed } from "../../../src/access/factor/secondFactor.ts";
import { base32, hotp, stepOf, stepOfCode, totpAddress } from "../../../src/access/factor/totp.ts";

const secret = new TextEncoder().encode("12345678901234567890");

describe("codes of authenticator apps", () => {
  it.each([
    [59, "94287082"],
    [1_111_111_109, "07081804"],
    [1_111_111_111, "14050471"],
    [1_234_567_890, "89005924"],
    [2_000_000_000, "69279037"],
    [20_000_000_000, "65353130"],
  ])("are those of RFC 6238 at %s s", (seconds, code) => {
    expect(hotp(secret, stepOf(seconds * 1_000), 8)).toBe(code);
  });

  it.each([
    [0, "755224"],
    [1, "287082"],
    [9, "520489"],
  ])("are those of RFC 4226 at %s", (counter, code) => {
    expect(hotp(secret, counter)).toBe(code);
  });

  it("count for a step before and after, and once", () => {
    const nowMs = 1_111_111_111_000;
    const step = stepOf(nowMs);
    const at = (offset: number, lastStep = 0) =>
      stepOfCode(secret, hotp(secret, step + offset), { nowMs, lastStep });
    expect([at(-2), at(-1), at(0), at(1), at(2)]).toEqual([null, step - 1, step, step + 1, null]);
    expect(at(0, step)).toBeNull();
    expect(at(-1, step)).toBeNull();
    expect(at(1, step)).toBe(step + 1);
  });

  it("have a secret that people can type", () => {
    expect(base32(secret)).toBe("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    expect(base32(new TextEncoder().encode("foob"))).toBe("MZXW6YQ");
    expect(totpAddress("ABC", "Sari W.", "Giliran")).toBe(
      "otpauth://totp/Giliran%3ASari%20W.?secret=ABC&issuer=Giliran",
    );
  });
});

describe("the need of a second factor", () => {
  const none = { factor: null, demanded: false, hasTotp: false, passkeyCount: 0 };
  it.each([
    [none, null],
    [{ ...none, demanded: true }, "set_up"],
    [{ ...none, demanded: true, passkeyCount: 1 }, "give"],
    [{ ...none, passkeyCount: 1 }, null],
    [{ ...none, hasTotp: true }, "give"],
    [{ ...none, demanded: true, hasTotp: true }, "give"],
    [{ ...none, demanded: true, hasTotp: true, factor: "recovery" as const }, null],
    [{ ...none, demanded: true, factor: "passkey" as const }, null],
  ])("of %o is %s", (session, need) => {
    expect(factorNeed(session)).toBe(need);
  });
});
