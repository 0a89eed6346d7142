/*
 * `bench paint`: the sale page on a cheap phone and a slow network. Measures when it can be read
 * and when it can be used.
 */

import { must } from "../src/base/assert.ts";
import { table } from "../src/cli/output.ts";
import { openBrowser } from "../test/browser/browser.ts";
import { createWorld } from "../test/browser/world.ts";

/** 1.6 Mbps both ways, 150 ms round trip, a processor four times slower than this one. */
const NETWORK = { latency: 150, downloadThroughput: 200_000, uploadThroughput: 200_000 };
const CPU_SLOWDOWN = 4;
const VISITS = 7;

interface Visit {
  readonly paintMs: number;
  readonly readyMs: number;
  readonly bytes: number;
}

const median = (values: readonly number[]) =>
  must(values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)], "a visit");

export async function benchPaint(): Promise<void> {
  const world = await createWorld();
  const browser = await openBrowser();
  const visits: Visit[] = [];
  try {
    for (let visit = 0; visit < VISITS; visit++) {
      const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
      const page = await context.newPage();
      const devtools = await context.newCDPSession(page);
      await devtools.send("Network.enable");
      await devtools.send("Network.emulateNetworkConditions", { offline: false, ...NETWORK });
      await devtools.send("Emulation.setCPUThrottlingRate", { rate: CPU_SLOWDOWN });
      let bytes = 0;
      devtools.on("Network.loadingFinished", (event) => (bytes += event.encodedDataLength));
      await page.goto(`${world.address}/s/poco-m3`);
      await page.locator("#contact").waitFor();
      const [paintMs, readyMs] = await page.evaluate(() => [
        performance.getEntriesByName("first-contentful-paint")[0]?.startTime,
        performance.now(),
      ]);
      visits.push({
        paintMs: must(paintMs, "a paint"),
        readyMs: must(readyMs, "a ready page"),
        bytes,
      });
      await context.close();
    }
  } finally {
    await browser.close();
    await world.close();
  }
  // The first visit includes bundling the scripts, which happens once in a server's life.
  const [first, ...rest] = visits;
  console.log("The sale page at 1.6 Mbps, 150 ms, 4× slower processor, empty cache:");
  const row = (name: string, pick: (visit: Visit) => number) => [
    name,
    Math.round(median(rest.map(pick))),
    Math.round(Math.max(...rest.map(pick))),
    Math.round(pick(must(first, "a first visit"))),
  ];
  console.log(
    table(
      ["", "median", "worst", "first in the server's life"],
      [
        row("first paint, ms", (visit) => visit.paintMs),
        row("ready to sign in, ms", (visit) => visit.readyMs),
        row("bytes on the wire", (visit) => visit.bytes),
      ],
    ),
  );
}
