import { describe, expect, it } from "vitest";
import {
  findingText,
  isInternalHost,
  originFinding,
  originOf,
  ownOrigin,
} from "../../../src/access/origin.ts";
import { isNetwork, Networks } from "../../../src/access/io/networks.ts";

describe("where a request comes from", () => {
  it("an origin is scheme, host and port; a default port is none", () => {
    expect(originOf("https://Shop.example:443")).toBe("https://shop.example");
    expect(originOf("http://shop.example:8080/console")).toBe("http://shop.example:8080");
    for (const none of ["null", "", "shop.example", "file:///etc", "https://", "javascript:1"])
      expect(originOf(none), none).toBe(null);
  });

  it("our own is the address that was set, else as the request arrived", () => {
    const arrival = { scheme: "http", host: "127.0.0.1:8080" };
    expect(ownOrigin("", arrival)).toBe("http://127.0.0.1:8080");
    expect(ownOrigin("https://shop.example/", arrival)).toBe("https://shop.example");
    expect(ownOrigin("", { scheme: "http", host: "" })).toBe(null);
  });

  it("knows names and addresses that are nobody's on the internet", () => {
    const inner = ["127.0.0.1:8080", "localhost", "giliran", "app:8080", "10.1.2.3", "172.20.0.2"];
    for (const host of [...inner, "192.168.1.1", "[::1]:8080", "[fd00::1]", "a.internal"])
      expect(isInternalHost(host), host).toBe(true);
    const outer = ["shop.example", "1.2.3.4", "172.32.0.1", "11.0.0.1", "[2001:db8::1]:80"];
    for (const host of outer) expect(isInternalHost(host), host).toBe(false);
  });

  const arrived = (host: string, saidSameOrigin = false) => ({
    scheme: "http",
    host,
    saidSameOrigin,
  });

  it("tells a proxy that hides its name, or its TLS, from another site", () => {
    const shown = "https://shop.example";
    const hidden = originFinding(shown, arrived("127.0.0.1:8080"), "");
    expect(hidden).toEqual({
      kind: "origin",
      shown,
      own: "http://127.0.0.1:8080",
      publicUrl: "",
    });
    expect(findingText(hidden!)).toMatch(/GILIRAN_PUBLIC_URL is not set.*https:\/\/shop\.example/);
    expect(originFinding(shown, arrived("shop.example"), "")).toMatchObject({ kind: "origin" });
    expect(originFinding(shown, arrived("shop.example", true), "https://old.example")).toEqual({
      kind: "origin",
      shown,
      own: "https://old.example",
      publicUrl: "https://old.example",
    });
    // Another site's page: what the check is for, and nothing to be set.
    expect(originFinding("https://evil.example", arrived("shop.example"), "")).toBe(null);
    const set = "https://shop.example";
    expect(originFinding("https://evil.example", arrived("127.0.0.1:8080"), set)).toBe(null);
    expect(originFinding("null", arrived("127.0.0.1:8080"), "")).toBe(null);
  });

  it("reads addresses, networks and their names, and nothing else", () => {
    for (const good of ["10.0.0.7", "10.0.0.0/8", "::1", "fd00::/8", "loopback", "uniquelocal"])
      expect(isNetwork(good), good).toBe(true);
    for (const bad of ["proxy.example", "10.0.0.0/33", "10.0.0", "::1/129", "1.2.3.4/8/9", "*", ""])
      expect(isNetwork(bad), bad).toBe(false);
    const networks = new Networks(["10.0.0.0/8", "loopback"]);
    for (const inside of ["10.9.8.7", "127.0.0.1", "::ffff:127.0.0.1", "::1"])
      expect(networks.has(inside), inside).toBe(true);
    for (const outside of ["11.0.0.1", "::2", "", "nonsense"])
      expect(networks.has(outside), outside).toBe(false);
    expect(() => new Networks(["proxy.example"])).toThrow("no address and no network");
  });
});
