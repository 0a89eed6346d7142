import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { callApi } from "../../../src/cli/deskClient.ts";

let server: Server;
afterEach(() => server.close());

const SALT = "a1b2";
const WORK = {
  algorithm: "SHA-256",
  salt: SALT,
  challenge: createHash("sha256").update(`${SALT}7`).digest("hex"),
  maxnumber: 20,
  signature: "-",
};

/** A server that asks for work so many times; gives its address and how often it was called. */
async function asking(times: number) {
  let calls = 0;
  server = createServer((request, response) => {
    request.resume().on("end", () => {
      const isPaid = ++calls > times;
      response.writeHead(isPaid ? 200 : 429, { "content-type": "application/json" });
      response.end(JSON.stringify(isPaid ? { ok: true } : { title: "Work first.", work: WORK }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { address, calls: () => calls };
}

const signIn = async (address: string) =>
  await callApi(address, { method: "POST", path: "/v1/operators/session", body: { name: "sari" } });

it("work is done for a server that asks for it, also when its price rises meanwhile", async () => {
  const { address } = await asking(2);
  expect(await signIn(address)).toEqual({ ok: true });
});

it("a server that asks for work each time is told off after a few", async () => {
  const { address, calls } = await asking(20);
  await expect(signIn(address)).rejects.toThrow("Work first.");
  expect(calls()).toBe(4);
});
