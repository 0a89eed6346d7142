import { expect, it } from "vitest";
import { customerAddress } from "../../../src/access/address.ts";
import { Gate } from "../../../src/http/gate.ts";
import { Refusal } from "../../../src/http/problem.ts";

/** Works that run until the test ends them, in the order in which they began. */
function works(gate: Gate) {
  const running: string[] = [];
  const end = new Map<string, () => void>();
  const start = (name: string) =>
    gate.run(async () => {
      running.push(name);
      await new Promise<void>((go) => end.set(name, go));
      running.splice(running.indexOf(name), 1);
      return name;
    });
  return { running, start, end: (name: string) => end.get(name)!() };
}

const turn = () => new Promise((go) => setImmediate(go));

it("a gate lets a few in, lets a few wait in order, and refuses the rest", async () => {
  const { running, start, end } = works(new Gate({ most: 2, waiting: 2 }));
  const done = ["a", "b", "c", "d"].map(start);
  await expect(start("e")).rejects.toMatchObject({ code: "server_busy", retryAfterSeconds: 2 });
  expect(running).toEqual(["a", "b"]);
  end("a");
  await turn();
  // Somebody who comes later goes behind those who wait.
  const late = start("f");
  expect(running).toEqual(["b", "c"]);
  end("b");
  end("c");
  await turn();
  expect(running).toEqual(["d", "f"]);
  end("d");
  end("f");
  expect(await Promise.all([...done, late])).toEqual(["a", "b", "c", "d", "f"]);
  const after = start("g");
  await turn();
  expect(running).toEqual(["g"]);
  end("g");
  await after;
});

it("a gate goes on after a work that failed", async () => {
  const gate = new Gate({ most: 1, waiting: 1 });
  const failed = gate.run(() => Promise.reject(new Refusal("not_found")));
  const next = gate.run(() => Promise.resolve("done"));
  await expect(failed).rejects.toMatchObject({ code: "not_found" });
  expect(await next).toBe("done");
});

it("one customer's IPv6 addresses count as one, and so does IPv4 in its IPv6 form", () => {
  const same = [
    ["203.0.113.9", "203.0.113.9"],
    ["::ffff:203.0.113.9", "203.0.113.9"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"],
    ["2001:db8:1:2::9", "2001:db8:1:2::"],
    ["2001:db8::1", "2001:db8:0:0::"],
    ["2001:db8:0:0:7::", "2001:db8:0:0::"],
    ["::1", "0:0:0:0::"],
    ["fe80::1", "fe80:0:0:0::"],
  ] as const;
  for (const [address, customer] of same) expect(customerAddress(address)).toBe(customer);
});
