import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readCommonPasswords, weaknessOf } from "../../../src/access/password.ts";
import { ROOT } from "../../house/tree.ts";

const common = readCommonPasswords(
  readFileSync(`${ROOT}/src/access/io/commonPasswords.txt`, "utf8"),
);
const own = ["Andi Wijaya", "tokosepatu", "peluncuran-sepatu", "Peluncuran Sepatu", "Sneaker Drop"];
const weakness = (password: string) => weaknessOf(password, { common, own });

describe("new passwords", () => {
  it("are compared with at least ten thousand common ones, whose source and licence are named", () => {
    expect(common.size).toBeGreaterThan(10_000);
    const head = readFileSync(`${ROOT}/src/access/io/commonPasswords.txt`, "utf8").slice(0, 600);
    expect(head).toMatch(/^# Source: .+\n# Licence: MIT/m);
  });

  it.each([
    ...["1234567890", "password12", "aaaaaaaaaa", "qwertyuiop", "Password123!", "p@ssw0rd2026"],
    ...["PASSWORD12", "iloveyou12345", "abcabcabcabc", "abcdefghij", "9876543210", "08123456789"],
    ...["bismillah99", "Sayangku2026", "drowssap....", "1qaz2wsx3edc", "passwordpassword"],
    ...[
      "ｐａｓｓｗｏｒｄ１２",
      "pass\u200bword12",
      "p.a.s.s.w.o.r.d",
      "asdfghjkl;",
      "!!!!!!!!!!!!",
    ],
  ])("%s is common", (password) => {
    expect(weakness(password)).toBe("password_common");
  });

  it.each([
    ...[
      "Andi123456",
      "andiwijaya",
      "AndiWijaya!!",
      "4nd1-2026-xx",
      "wijaya-wijaya-7",
      "Аndi123456",
    ],
    ...["tokosepatu1", "TokoSepatu2026!", "t0k0s3p4tu99", "sneakerdrop", "SneakerDrop#1"],
    ...[
      "peluncuran-sepatu",
      "peluncuransepatu26",
      "drop2026andi",
      "passwordandi",
      "an.di.wi.ja.ya",
    ],
  ])("%s is made of what strangers know", (password) => {
    expect(weakness(password)).not.toBeNull();
  });

  it.each([
    ...[
      "correct horse battery staple",
      "long enough",
      "a long enough password",
      "kursi biru hujan",
    ],
    ...["andi menanam tujuh pohon mangga", "Zv8#kq!2mLp0", "drop by the river at noon"],
    ...["animasi gudang rempah", "4815162342108x-lost-isle"],
  ])("%s is good enough", (password) => {
    expect(weakness(password)).toBeNull();
  });
});
