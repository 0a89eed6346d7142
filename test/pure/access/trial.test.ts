import { describe, expect, it } from "vitest";
import { isOwnBrowser, isPublic, showsCodes, type Setup } from "../../../src/access/trial.ts";
import { paymentWords, readSettings, setupFrom } from "../../../src/cli/settings.ts";
import { canTake, paymentNotice } from "../../../src/sale/payments.ts";

const TRIAL: Setup = {
  sandbox: true,
  host: "127.0.0.1",
  publicUrl: null,
  trustedProxies: [],
  sendsMessages: false,
};

describe("who is shown a one-time code", () => {
  it("a sandbox on its own machine that can send nothing, and no other server", () => {
    expect(showsCodes(TRIAL)).toBe(true);
    for (const host of ["localhost", "::1", "127.0.0.53"])
      expect(showsCodes({ ...TRIAL, host })).toBe(true);
    expect(showsCodes({ ...TRIAL, publicUrl: "http://127.0.0.1:8080" })).toBe(true);
    const REAL: Partial<Setup>[] = [
      { sandbox: false },
      { host: "0.0.0.0" },
      { host: "::" },
      { host: "192.168.1.4" },
      { host: "localhost.evil.example" },
      { publicUrl: "https://shop.example" },
      { publicUrl: "http://shop.example" },
      { trustedProxies: ["127.0.0.1"] },
      { sendsMessages: true },
    ];
    for (const change of REAL)
      expect({ change, shows: showsCodes({ ...TRIAL, ...change }) }).toEqual({
        change,
        shows: false,
      });
  });

  const OWN = {
    address: "127.0.0.1",
    httpVersion: "1.1",
    headers: { host: "127.0.0.1:8080", origin: "http://127.0.0.1:8080" },
  };

  it("a browser on this machine, and nothing that somebody passed on", () => {
    expect(isOwnBrowser(OWN)).toBe(true);
    expect(isOwnBrowser({ ...OWN, address: "::ffff:127.0.0.1" })).toBe(true);
    expect(isOwnBrowser({ ...OWN, headers: { host: "localhost:8080" } })).toBe(true);
    const FOREIGN: [string, Partial<typeof OWN> & { headers?: Record<string, string> }][] = [
      ["from the network", { address: "10.0.0.7" }],
      ["nginx as it comes", { httpVersion: "1.0" }],
      ["a proxy that keeps the host", { headers: { host: "shop.example" } }],
      ["a page of elsewhere", { headers: { ...OWN.headers, origin: "https://shop.example" } }],
      ["a sandboxed page", { headers: { ...OWN.headers, origin: "null" } }],
      ["a name that was bound to this machine", { headers: { host: "rebound.example:8080" } }],
      ["no host", { headers: {} as never }],
      ...["x-forwarded-for", "x-forwarded-host", "forwarded", "via", "x-real-ip", "cf-ray"].map(
        (name): [string, object] => [name, { headers: { ...OWN.headers, [name]: "x" } }],
      ),
    ];
    for (const [what, change] of FOREIGN)
      expect({ what, own: isOwnBrowser({ ...OWN, ...change }) }).toEqual({ what, own: false });
  });
});

describe("who takes the money", () => {
  it("nobody by itself: a server is a sandbox when it is told so, a demonstration unless it is not", () => {
    const of = (environment: Record<string, string>, demo: boolean) =>
      setupFrom(readSettings(environment), demo).sandbox;
    expect(of({}, false)).toBe(false);
    expect(of({}, true)).toBe(true);
    expect(of({ GILIRAN_SANDBOX: "off" }, true)).toBe(false);
    expect(of({ GILIRAN_SANDBOX: "on" }, false)).toBe(true);
    expect(() => readSettings({ GILIRAN_SANDBOX: "yes" })).toThrow("GILIRAN_SANDBOX");
  });

  it("the operator is told, and warned if it is public", () => {
    const publicUrl = "https://shop.example";
    expect(isPublic({ ...TRIAL, publicUrl })).toBe(true);
    expect(paymentWords(TRIAL)).toEqual({ state: "ok", words: "sandbox: no money moves" });
    expect(paymentWords({ ...TRIAL, publicUrl })).toMatchObject({ state: "warn" });
    expect(paymentWords({ ...TRIAL, publicUrl }).words).toContain("no money moves");
    const none = paymentWords({ ...TRIAL, publicUrl, sandbox: false });
    expect(none.state).toBe("warn");
    expect(none.words).toContain("only cash on delivery");
  });

  it("cash on delivery needs nobody; buyers are told what cannot be paid", () => {
    expect(canTake("none", "cod")).toBe(true);
    expect(canTake("none", "va")).toBe(false);
    expect(canTake("sandbox", "va")).toBe(true);
    const sale = (...methods: ("cod" | "va")[]) => ({ channels: [{ paymentMethods: methods }] });
    expect(paymentNotice("none", sale("cod"))).toBe(null);
    expect(paymentNotice("none", sale("cod", "va"))).toBe("only_cod");
    expect(paymentNotice("none", sale("va"))).toBe("nothing");
    expect(paymentNotice("sandbox", sale("va"))).toBe("sandbox");
  });
});
