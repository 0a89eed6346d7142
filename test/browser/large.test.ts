import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  addAuthenticator,
  enterConsole,
  hasBrowser,
  openBrowser,
  secureAddress,
} from "./browser.ts";
import { createWorld, type World } from "./world.ts";

const CASES = 20_000;
const RING = 500;

/** Large data: twenty thousand cases, a ring of five hundred. And sign-in without a password. */
describe.skipIf(!hasBrowser)("the console under weight", () => {
  let world: World;
  let browser: Browser;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    world = await createWorld();
    browser = await openBrowser();
    const { sql } = world;
    const [{ saleNo, policyDigest }] = (await sql`
      select sale_no, policy_digest from sale`) as unknown as [
      { saleNo: number; policyDigest: string },
    ];
    const document = {
      speaks_for_a_ring: [],
      speaks_against: [],
      would_release: { id: "–", en: "–" },
      orders: Array.from({ length: RING }, (_, index) => ({ order_id: orderId(index) })),
      shared_evidence: Array.from({ length: 20 }, (_, device) => ({
        attribute: "device",
        value: `d…${device}`,
        orders: RING / 20,
        members: Array.from({ length: RING / 20 }, (_, at) => at * 20 + device),
      })),
    };
    await sql`
      insert into suspicion_case (sale_no, case_no, state, policy_digest, top_bits, order_count,
        account_count, document, opened_at, due_at)
      select ${saleNo}, n, 'open', ${policyDigest}, 9, case when n = 1 then ${RING} else 5 end, 5,
        case when n = 1 then ${sql.json(document as never)}::jsonb else '{}'::jsonb end,
        now(), now() + n * interval '1 minute'
      from generate_series(1, ${CASES}) n`;
    await sql`
      insert into purchase_order (sale_no, order_id, offer_id, round_no, entry_id, account_key,
        channel_no, variant_no, state, payment_method, price_minor_units, currency, placed_at, due_at)
      select ${saleNo}, id::uuid, id::uuid, 1, id::uuid, id::uuid, 1, 1, 'paid', 'va', 100, 'IDR',
        now(), now()
      from unnest(${Array.from({ length: RING }, (_, index) => orderId(index))}::text[]) id`;
    await sql`
      insert into case_order (sale_no, order_id, case_no, account_key, person_no, bits, reasons,
        counterfactual, region)
      select ${saleNo}, order_id, 1, account_key, 1, 9, '[]', '{"id":"–","en":"–"}', '–'
      from purchase_order where sale_no = ${saleNo}`;
    const context = await browser.newContext({
      locale: "en-GB",
      viewport: { width: 1440, height: 900 },
    });
    page = await context.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    await enterConsole(page, world);
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  /** Far apart in their first letters, as real ones are: the account's label is made of them. */
  function orderId(index: number): string {
    return `${(index * 7_919 + 4_096).toString(16).padStart(8, "0")}-0000-4000-8000-000000000000`;
  }

  it("twenty thousand cases: the last is a key away, and only what is in sight is drawn", async () => {
    await page.getByRole("link", { name: "Cases" }).click();
    await page.getByText("20,000 cases").waitFor();
    const grid = page.getByRole("grid", { name: "Cases" });
    expect(await grid.getAttribute("aria-rowcount")).toBe(String(CASES + 1));
    await grid.focus();
    const drawn = await page.evaluate(async () => {
      const node = document.querySelector(".virtual")!;
      let most = 0;
      const started = performance.now();
      // A hand on the wheel: two hundred steps through everything.
      for (let step = 0; step <= 200; step++) {
        node.scrollTop = (node.scrollHeight * step) / 200;
        await new Promise((resume) => requestAnimationFrame(resume));
        most = Math.max(most, document.querySelectorAll(".virtual-row").length);
      }
      return { most, frameMs: (performance.now() - started) / 201 };
    });
    console.log(`20,000 cases: ${drawn.frameMs.toFixed(1)} ms a frame, ${drawn.most} rows at most`);
    expect(drawn.most).toBeLessThan(80);
    await grid.getByRole("link", { name: "20000", exact: true }).waitFor();
  });

  it("keys do what the help says: search takes the typing, and U takes back the last decision", async () => {
    await page.goto(`${world.address}/console/cases?lang=en`);
    const marked = () =>
      page.getByRole("row", { selected: true }).getByRole("gridcell").first().textContent();
    const isMarked = (number: string) => expect.poll(marked, { timeout: 15_000 }).toBe(number);
    await isMarked("1");
    await page.keyboard.press("/");
    await page.keyboard.type("uji");
    expect(await page.locator("#search").inputValue()).toBe("uji");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    for (const number of ["2", "3"]) {
      await page.keyboard.press("j");
      await isMarked(number);
    }
    await page.keyboard.press("r");
    const said = "poco-m3 #3 is decided (verdict: let stand).";
    const toast = page.getByRole("status").getByText(said);
    await toast.waitFor();
    // The row has gone, and the mark stands on the next one: that is not what U is about.
    await isMarked("4");
    await page.keyboard.press("u");
    await toast.waitFor({ state: "detached" });
    await isMarked("3");
    expect(await page.getByRole("alert").count()).toBe(0);
    // Two decisions, taken back one after the other, the second from inside of a case.
    await page.keyboard.press("r");
    await isMarked("4");
    await page.keyboard.press("r");
    await isMarked("5");
    await page.keyboard.press("u");
    await isMarked("4");
    for (const number of ["2", "1"]) {
      await page.keyboard.press("k");
      await isMarked(number);
    }
    await page.keyboard.press("Enter");
    await page.waitForURL(/cases\/poco-m3\/1\?/);
    await page.getByText(said).waitFor();
    await page.keyboard.press("u");
    await page.getByText("#3 is decided").waitFor({ state: "detached" });
    const [{ open }] = (await world.sql`
      select count(*)::int as open from suspicion_case where state = 'open'`) as unknown as [
      { open: number },
    ];
    expect(open).toBe(CASES);
  });

  it("Esc closes a dialog and nothing else, wherever the focus is", async () => {
    await page.goto(`${world.address}/console/cases/poco-m3/1?at=0`);
    await page.getByRole("button", { name: "See details" }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(await dialog.locator("input").evaluate((node) => node === document.activeElement)).toBe(
      true,
    );
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    expect(page.url()).toContain("/console/cases/poco-m3/1");
    await page.keyboard.press("Escape");
    await page.waitForURL(/\/console\/cases$/);
  });

  it("the log is filtered, and the filter stands in the address", async () => {
    await page.goto(`${world.address}/console/log`);
    await page
      .getByRole("row", { name: /accepted invitation|set policy|open/ })
      .first()
      .waitFor();
    await world.sql`
      insert into operator_log (operator_name, action, subject, logged_at)
      values ('Bima', 'approve', 'batch 7', now()), ('Citra', 'pause', 'poco-m3', now())`;
    await page.getByLabel("Who (part of a name)").fill("bima");
    await page.getByRole("row", { name: /batch 7/ }).waitFor();
    expect(await page.getByRole("row").count()).toBe(2);
    await page.waitForURL(/who=bima/);
    await page.reload();
    await page.getByRole("row", { name: /batch 7/ }).waitFor();
    expect(await page.getByLabel("Who (part of a name)").inputValue()).toBe("bima");
    await page.getByLabel("What, or what about").fill("pause");
    await page.getByText("No line matches this filter.").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByRole("row", { name: /Citra/ }).waitFor();
  });

  it("with its API away the console says so and comes back by itself; forbidden storage changes nothing", async () => {
    const away = await page.context().newPage();
    away.on("pageerror", (error) => problems.push(error.message));
    await away.addInitScript(() => {
      for (const name of ["sessionStorage", "localStorage"])
        Object.defineProperty(globalThis, name, {
          get: () => {
            throw new DOMException("forbidden", "SecurityError");
          },
        });
    });
    await away.route("**/v1/**", (route) => route.abort("connectionrefused"));
    await away.goto(`${world.address}/console/cases?lang=en`);
    const said = away.getByRole("alert").getByText("The server is out of reach.");
    await said.waitFor();
    expect(await away.locator("body").innerText()).not.toContain("Not sent");
    await away.unroute("**/v1/**");
    await away.getByText("20,000 cases").waitFor({ timeout: 15_000 });
    await away.getByRole("combobox", { name: "State" }).selectOption("decided");
    await away.getByText("No case here.").waitFor();
    // A page that is open says so, too, keeps what it shows, and is read again at once on demand.
    await away.route("**/v1/**", (route) =>
      route.fulfill({ status: 502, contentType: "text/html", body: "<h1>Bad gateway</h1>" }),
    );
    await away.getByRole("link", { name: "Appeals" }).click();
    await said.first().waitFor();
    await away.unroute("**/v1/**");
    await away.getByRole("button", { name: "Try now" }).first().click();
    await said.first().waitFor({ state: "detached" });
    await away.close();
  });

  it("a ring of five hundred is drawn once its part of the program is there", async () => {
    await page.goto(`${world.address}/console/cases/poco-m3/1`);
    const map = page.getByRole("img", { name: "A picture of accounts" });
    await map.locator("canvas").first().waitFor({ state: "attached" });
    const spentMs = await page.evaluate(() => performance.getEntriesByName("ring")[0]?.duration);
    console.log(`a ring of ${RING}: ${spentMs?.toFixed(0)} ms`);
    expect(spentMs).toBeGreaterThan(0);
    expect(
      await page.getByRole("grid", { name: "Orders of the case" }).getByRole("row").count(),
    ).toBeLessThan(80);
  });

  it("the live page holds with a hundred thousand entries", async () => {
    const [{ saleNo }] = (await world.sql`select sale_no from sale`) as unknown as [
      { saleNo: number },
    ];
    await world.sql`
      insert into entry (sale_no, round_no, account_key, entry_id, window_no, arrival_no, channel_no,
        preferences, request_key, entered_at)
      select ${saleNo}, 1, gen_random_uuid(), gen_random_uuid(), 1000000, n, 1, '1',
        gen_random_uuid(), now()
      from generate_series(1, 100000) n`;
    await page.goto(`${world.address}/console/sales/poco-m3`);
    await page.getByText("100,000").first().waitFor();
    await page.locator(".plot canvas").first().waitFor();
    const tookMs = await page.evaluate(async () => {
      const times: number[] = [];
      for (let n = 0; n < 5; n++) {
        const started = performance.now();
        await fetch("/v1/operator/sales/poco-m3/live");
        times.push(performance.now() - started);
      }
      return times.sort((a, b) => a - b)[2]!;
    });
    console.log(`the live figures of 100,000 entries: ${tookMs.toFixed(0)} ms`);
  });

  it("a passkey is made with the browser's own means, signs in, and is forgotten again", async () => {
    const address = secureAddress(world);
    await addAuthenticator(page);
    await page.goto(`${address}/console/account`);
    await page.getByLabel("Name").fill("sari");
    await page.getByLabel("Password").fill("a long enough password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.getByRole("heading", { name: "My account" }).waitFor();
    await page.getByLabel("Name").fill("my laptop");
    await page.getByRole("button", { name: "Add a passkey" }).click();
    await page.getByRole("row", { name: /my laptop/ }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByRole("link", { name: "sari (owner)" }).waitFor();
    await page.getByRole("button", { name: "Remove" }).click();
    await page.getByRole("row", { name: /my laptop/ }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByRole("button", { name: "Sign in with a passkey" }).click();
    await page.getByText("This passkey was not accepted").waitFor();
    expect(problems).toEqual([]);
  });
});
