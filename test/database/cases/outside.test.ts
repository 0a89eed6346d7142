import { createServer as createHttp, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createBrandTokenCheck } from "../../../src/access/io/brandToken.ts";
import { SimulatedBrand } from "../../../sim/crowd/brand.ts";
import { START_MS } from "../../helpers/sale.ts";

describe("a brand's keys by address", () => {
  const brand = new SimulatedBrand();
  const served = { up: true };
  let http: HttpServer;
  let url: URL;

  beforeAll(async () => {
    http = createHttp((_request, response) => {
      response.statusCode = served.up ? 200 : 500;
      response.setHeader("content-type", "application/jwk-set+json");
      response.end(served.up ? JSON.stringify(brand.login.jwks) : "");
    });
    await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
    url = new URL(`http://127.0.0.1:${(http.address() as AddressInfo).port}/jwks.json`);
  });
  afterAll(() => void http.close());

  const token = () =>
    brand.token({ subject: "siti", phone: "+628111111111" }, START_MS + 3_600_000);

  it("are fetched, and believed for a genuine token only", async () => {
    const check = createBrandTokenCheck({ ...brand.login, jwks: url });
    expect(await check(token(), START_MS)).toMatchObject({ phone: { value: "+628111111111" } });
    expect(await check(`${token().slice(0, -4)}AAAA`, START_MS)).toBeNull();
    const other = new SimulatedBrand();
    const forged = other.token({ subject: "x", phone: "+628111111111" }, START_MS + 3_600_000);
    expect(await check(forged, START_MS)).toBeNull();
  });

  it("that cannot be fetched are our trouble, not the customer's", async () => {
    served.up = false;
    const check = createBrandTokenCheck({ ...brand.login, jwks: url });
    await expect(check(token(), START_MS)).rejects.toThrow();
    served.up = true;
  });
});
