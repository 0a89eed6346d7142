import { beforeAll, describe, expect, it } from "vitest";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/*
 * `npm run slow:chance`: whose name and address five strangers copy has the chance of anybody else. A few minutes of
 * sales over HTTP, so it is no part of `npm test`; what makes it so is asserted there sale by sale.
 */

const SALES = Number(process.env["CHANCE_SALES"] ?? 0);
const COPIES = 5;
/** Two units, and seven entries that nothing puts together. */
const EXPECTED = 2 / (COPIES + 2);
/** Five standard deviations at 400 sales: the seed is by chance, and nobody wants to look at that twice. */
const MARGIN = 5 * Math.sqrt((EXPECTED * (1 - EXPECTED)) / SALES);

const SARI = {
  name: "Sari Wulandari Kartika",
  address: "Jl. Pahlawan Revolusi No. 12 RT 03",
  city: "Bekasi",
};

describe.skipIf(SALES === 0)("the chance of a buyer", () => {
  describeOnDatabase("whose name and address are copied", () => {
    let test: TestServer;
    let people = 0;
    beforeAll(async () => {
      test = await TestServer.start();
    });

    /** The shares of the sales in which she, and an honest buyer beside her, are offered a unit. */
    async function sharesOf(name: string, verified: boolean, sales: number) {
      const had = { hers: 0, honest: 0 };
      for (let sale = 0; sale < sales; sale++) {
        const slug = `${name}-${sale}`;
        test.clock.ms = START_MS - 30_000;
        await test.createSale(smallSale({ slug, units: 1 }));
        const hers = { ...SARI, verified };
        const honest = {
          name: "Budi Santoso Wijaya",
          address: `Jl. Melati No. ${sale}`,
          city: "Bogor",
        };
        const said = [hers, ...Array.from({ length: COPIES }, () => hers), honest];
        const sessions = await Promise.all(said.map((one) => test.signIn(++people, one)));
        for (const session of sessions) await test.enter(session, { slug });
        test.clock.ms = START_MS + 10;
        await test.tick();
        const own = await Promise.all(sessions.map((session) => test.mine(session, slug)));
        if (own[0].offer !== null) had.hers++;
        if (own.at(-1).offer !== null) had.honest++;
      }
      const shares = { hers: had.hers / sales, honest: had.honest / sales };
      console.info(`${name}: ${JSON.stringify(shares)} of ${sales} sales, expected ${EXPECTED}`);
      return shares;
    }

    it("is that of anybody else", { timeout: 1_200_000 }, async () => {
      const { hers, honest } = await sharesOf("copied", false, SALES);
      expect(Math.abs(hers - EXPECTED)).toBeLessThan(MARGIN);
      expect(Math.abs(honest - EXPECTED)).toBeLessThan(MARGIN);
    });

    it("would fall, were copies believed: the control", { timeout: 1_200_000 }, async () => {
      const { hers, honest } = await sharesOf("believed", true, SALES / 4);
      expect(hers).toBeLessThan(EXPECTED);
      expect(honest).toBe(1);
    });
  });
});
