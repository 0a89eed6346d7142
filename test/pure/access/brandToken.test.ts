import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { beforeAll, describe, expect, it } from "vitest";
import { createBrandTokenCheck, type BrandTokenCheck } from "../../../src/access/io/brandToken.ts";

const NAME = "Maria Ulfah Kartika";
const PLACE = { street_address: "Jl. Pahlawan Revolusi No. 12", locality: "Bekasi" };
const VERIFIED = { trust_framework: "id_ktp" };
const PROFILE = { name: NAME, address: PLACE.street_address, city: "Bekasi" };

describe("what a brand's token says of a customer", () => {
  let check: BrandTokenCheck;
  let sign: (claims: Record<string, unknown>) => Promise<string>;

  beforeAll(async () => {
    const { publicKey, privateKey } = await generateKeyPair("EdDSA");
    const jwk = { ...(await exportJWK(publicKey)), alg: "EdDSA" };
    check = createBrandTokenCheck({
      issuer: "https://brand.example",
      audience: "giliran",
      jwks: { keys: [jwk] },
    });
    sign = (claims) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "EdDSA" })
        .setIssuer("https://brand.example")
        .setAudience("giliran")
        .setSubject("one")
        .setExpirationTime(2_000_000_000)
        .sign(privateKey);
  });
  const profileOf = async (claims: Record<string, unknown>) =>
    (await check(await sign(claims), 1_900_000_000_000))!.profile;

  it("believes name and address that it verified, however they are stated", async () => {
    const claims = { name: NAME, address: PLACE };
    for (const said of [
      { verification: VERIFIED, claims },
      [
        { verification: VERIFIED, claims: { email: "a@b.id" } },
        { verification: VERIFIED, claims },
      ],
      {
        verification: VERIFIED,
        claims: { given_name: "Maria Ulfah", family_name: "Kartika", address: PLACE },
      },
    ])
      expect(await profileOf({ verified_claims: said })).toEqual(PROFILE);
  });

  it("believes nothing that a customer may have typed, and no half of it", async () => {
    const claims = { name: NAME, address: PLACE };
    for (const said of [
      claims,
      { ...claims, name_verified: true, address_verified: true },
      { verified_claims: claims },
      { verified_claims: { claims } },
      { verified_claims: { verification: {}, claims } },
      { verified_claims: { verification: { trust_framework: "" }, claims } },
      { ...claims, verified_claims: { verification: VERIFIED, claims: { name: NAME } } },
      { ...claims, verified_claims: { verification: VERIFIED, claims: { address: PLACE } } },
      { verified_claims: [null, "x", { verification: null, claims: null }] },
    ])
      expect(await profileOf(said)).toBeNull();
  });
});
