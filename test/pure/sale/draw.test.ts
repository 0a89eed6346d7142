import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareBytes, fromHex, toHex } from "../../../src/base/bytes.ts";
import { sha256, utf8 } from "../../../src/base/hash.ts";
import { leafHash, merkleRoot } from "../../../src/base/merkle.ts";
import { chanceRank, entryLeaf } from "../../../src/sale/rank.ts";
import { anchorOfSecret, chainAnchor, chainSecrets, windowSeed } from "../../../src/sale/seed.ts";
import { fastSha256 } from "../../../src/sale/line/io/windowRoot.ts";

interface Vector {
  name: string;
  chainEnd: string;
  chainLength: number;
  window: number;
  anchor: string;
  secret: string;
  beacon: string;
  entries: { id: string; tier: number; channel: number; preferences: string; turn?: string }[];
  root: string;
  seed: string;
  line: string[];
  firstRank: string | null;
}

const vectors = JSON.parse(readFileSync("test/vectors/draw.json", "utf8")) as Vector[];
const bytes = (hex: string) => fromHex(hex) as Uint8Array;

describe("the draw, against vectors of a second implementation (test/vectors/draw.py)", () => {
  it("has vectors", () =>
    expect(vectors.map((vector) => vector.name)).toEqual([
      "nobody",
      "one",
      "seven",
      "hundred",
      "shared",
    ]));

  for (const vector of vectors) {
    it(`chain, root, seed and line: ${vector.name}`, () => {
      const secrets = chainSecrets(bytes(vector.chainEnd), vector.chainLength);
      const secret = secrets[vector.window] as Uint8Array;
      expect(toHex(secret)).toBe(vector.secret);
      expect(toHex(anchorOfSecret(secret, vector.window))).toBe(vector.anchor);
      expect(toHex(chainAnchor(secrets))).toBe(vector.anchor);
      const leaves = vector.entries.map((entry) =>
        entryLeaf(
          {
            entryId: bytes(entry.id),
            tier: entry.tier,
            channelNo: entry.channel,
            preferences: entry.preferences,
            arrivalNo: 99,
            turnId: entry.turn === undefined ? null : bytes(entry.turn),
          },
          "draw",
        ),
      );
      for (const hash of [sha256, fastSha256])
        expect(toHex(merkleRoot(leaves, hash))).toBe(vector.root);
      const seed = windowSeed(secret, bytes(vector.root), bytes(vector.beacon));
      expect(toHex(seed)).toBe(vector.seed);
      const ranked = vector.entries
        .map((entry) => ({ id: entry.id, rank: chanceRank(seed, bytes(entry.id)) }))
        .sort((a, b) => compareBytes(a.rank, b.rank));
      expect(ranked.map((entry) => entry.id)).toEqual(vector.line);
      if (vector.firstRank) expect(toHex(ranked[0]!.rank)).toBe(vector.firstRank);
    });
  }
});

describe("Merkle tree (RFC 6962)", () => {
  it("has the root of the RFC's empty tree, and its leaf hash of nothing", () => {
    expect(toHex(merkleRoot([]))).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    expect(toHex(leafHash(new Uint8Array(0)))).toBe(
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    );
  });

  it("has the roots of the test leaves of Certificate Transparency's reference code", () => {
    const leaves = [
      "",
      "00",
      "10",
      "2021",
      "3031",
      "40414243",
      "5051525354555657",
      "606162636465666768696a6b6c6d6e6f",
    ].map(bytes);
    const roots = [
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ];
    roots.forEach((root, index) =>
      expect(toHex(merkleRoot(leaves.slice(0, index + 1)))).toBe(root),
    );
  });

  it("depends on every leaf and on their order", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 40 }),
        fc.nat(),
        (texts, n) => {
          const leaves = texts.map(utf8);
          const changed = leaves.map((leaf, index) =>
            index === n % leaves.length ? utf8(`${texts[index]}!`) : leaf,
          );
          const root = toHex(merkleRoot(leaves));
          expect(toHex(merkleRoot(changed))).not.toBe(root);
          expect(toHex(merkleRoot(leaves.toReversed()))).not.toBe(root);
        },
      ),
    );
  });
});
