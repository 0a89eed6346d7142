import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { MOST_CALLS } from "../../web/ui/pace.ts";
import { fillDelivery, hasBrowser, joinLine, openBrowser } from "./browser.ts";
import { createWorld, type World } from "./world.ts";

const STEP_MS = 500;
/** How long a test waits for a page, which is slow on a busy machine. */
const TIMEOUT_MS = 30_000;

/**
 * Time and state on pages, and how often they ask. Server and page share one clock, which the test
 * turns.
 */
describe.skipIf(!hasBrowser)("a sale's page over time", () => {
  const clock = { ms: Date.now(), nowMs: () => clock.ms };
  let world: World;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let inFlight = 0;
  let person = 0;

  beforeAll(async () => {
    world = await createWorld({ clock, worker: false });
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });
  beforeEach(async () => {
    await context?.close();
    await world.act("resume").catch(() => "it ran");
    context = await browser.newContext({
      locale: "id-ID",
      viewport: { width: 360, height: 900 },
    });
    await context.clock.install({ time: clock.ms });
    await context.clock.pauseAt(clock.ms + STEP_MS);
    clock.ms += STEP_MS;
    inFlight = 0;
    context.on("request", () => void inFlight++);
    for (const end of ["requestfinished", "requestfailed"] as const)
      context.on(end as "requestfailed", () => void inFlight--);
    // An intercepted page has no cache: the browser's own lives by real time, which passes slower
    // than the test's.
    await context.route("**/board", (route) => route.continue());
    page = await context.newPage();
  });

  /** Lets the page finish what it has begun. */
  async function settle(): Promise<void> {
    const untilMs = performance.now() + TIMEOUT_MS;
    do await new Promise((resume) => setTimeout(resume, 5));
    while (inFlight > 0 && performance.now() < untilMs);
  }

  /** Time passes, here and there, in steps short enough for answers to come in between. */
  async function pass(ms: number, stepMs = STEP_MS): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      clock.ms += stepMs;
      await page.clock.runFor(stepMs);
      await settle();
    }
  }

  /** Passes time until something is seen. */
  async function passUntil(seen: () => Promise<boolean>, mostMs = 60_000): Promise<void> {
    for (let passed = 0; !(await seen()); passed += STEP_MS) {
      if (passed > mostMs) throw new Error(`not seen: ${await turn()}`);
      await pass(STEP_MS);
    }
  }

  const turn = () => page.locator("#turn").innerText();
  const pill = () => page.locator("#phase").innerText();
  const label = () => page.locator("#countdown-label").innerText();
  const count = () => page.locator("#countdown").innerText();
  /** The seconds that the countdown shows. */
  const shownMs = async () =>
    1000 *
    (await count())
      .split(":")
      .map(Number)
      .reduce((sum, part) => 60 * sum + part, 0);

  async function open(path = "/s/poco-m3?lang=id"): Promise<void> {
    await page.goto(world.address + path);
    await settle();
    await pass(2 * STEP_MS);
  }

  async function signIn(): Promise<void> {
    const subject = `states ${++person}`;
    const phone = `+6281234${String(person).padStart(6, "0")}`;
    const value = await world.brandSession({ subject, phone });
    await context.addCookies([{ name: "giliran_session", value, url: world.address }]);
  }

  async function join(channel = "mi"): Promise<void> {
    await signIn();
    await open();
    await passUntil(async () => (await page.locator("#channel").count()) > 0);
    await joinLine(page, channel);
    await passUntil(async () => /Anda terdaftar/.test(await turn()));
  }

  /** Joined, drawn and offered a unit. */
  async function getOffer(): Promise<void> {
    await join();
    await passUntil(async () => {
      await world.tick();
      return (await page.locator("#recipient").count()) > 0;
    });
  }

  async function order(): Promise<void> {
    await getOffer();
    await fillDelivery(page);
    // Another name and place for each, or a question would stand before the order.
    await page.locator("#recipient").fill(`Pembeli ${"ABCDEFGHIJ"[person % 10]} Nomor ${person}`);
    await page.locator("#address").fill(`Jalan Kenanga ${person * 7} Blok ${person}`);
    await page.locator("input[name=method]").first().check();
    await page.locator("#turn form button").first().click();
    await passUntil(async () => /Menunggu pembayaran/.test(await turn()));
  }

  const expiry = async (column: "offer.expires_at" | "purchase_order.due_at") => {
    const [table] = column.split(".") as [string];
    const [row] = await world.sql<{ at: Date }[]>`
      select ${world.sql(column.split(".")[1]!)} as at from ${world.sql(table)}
      order by 1 desc limit 1`;
    return row!.at.getTime();
  };

  /** Lets what is held end soon, and the page know. */
  async function endIn(ms: number): Promise<void> {
    await world.sql`
      update offer set expires_at = ${new Date(clock.ms + ms)} where expires_at > ${new Date(clock.ms)}`;
    await open();
  }

  /** Calls of a minute that no cache could have answered: it answers for the board, but never for a refusal. */
  async function callsOfMinute(): Promise<string[]> {
    const before = world.arrivals.length;
    await pass(60_000, 2 * STEP_MS);
    return world.arrivals
      .slice(before)
      .filter(({ url, status }) => !url.endsWith("/board") || status >= 400)
      .map(({ method, url }) => `${method} ${url}`);
  }

  it("a pause is on the screen within 5 s, whatever the reader's state, and so is its end", async () => {
    const states = { "signed out": open, waiting: join, offered: getOffer, ordered: order };
    for (const [state, enter] of Object.entries(states)) {
      await context.clearCookies();
      await enter();
      expect(await pill(), state).toBe("Sedang berlangsung");
      await world.act("pause");
      await pass(5_000);
      expect(await pill(), state).toBe("Dijeda");
      expect(await page.locator("#pause").isVisible(), state).toBe(true);
      const still = [await label(), await count()];
      expect(still[0], state).toContain("Dijeda");
      await pass(10_000);
      expect([await label(), await count()], state).toEqual(still);
      await world.act("resume");
      await pass(5_000);
      expect(await pill(), state).toBe("Sedang berlangsung");
      expect(await label(), state).not.toContain("Dijeda");
      expect(await page.locator("#pause").isVisible(), state).toBe(false);
    }
  });

  it("the time left stands still from the instant of the pause, also after a reload, and then goes on", async () => {
    await getOffer();
    const leftMs = (await expiry("offer.expires_at")) - clock.ms;
    expect(Math.abs((await shownMs()) - leftMs)).toBeLessThanOrEqual(1_000);
    await world.act("pause");
    await pass(60_000);
    expect(await label()).toBe("Dijeda, sisa");
    expect(Math.abs((await shownMs()) - leftMs)).toBeLessThanOrEqual(1_000);
    // The instant that was said before the pause is no longer true.
    expect(await page.locator("#turn").getByText("Ditahan sampai").isVisible()).toBe(false);
    await open();
    expect(await label()).toBe("Dijeda, sisa");
    expect(Math.abs((await shownMs()) - leftMs)).toBeLessThanOrEqual(1_000);
    await world.act("resume");
    const resumedMs = clock.ms;
    await pass(5_000);
    expect(await label()).toBe("Sisa waktu");
    // Never more time than there is, even before the server was asked again; afterwards the same.
    expect(await shownMs()).toBeLessThan(leftMs - (clock.ms - resumedMs) + 3_000);
    await pass(5_000);
    const trueMs = (await expiry("offer.expires_at")) - clock.ms;
    expect(Math.abs((await shownMs()) - trueMs)).toBeLessThanOrEqual(1_000);
  });

  it("a minute away and the Back button: the time left is right", async () => {
    await getOffer();
    // From here on with the browser's cache, which is what the Back button shows.
    await context.unrouteAll();
    await open();
    await page.goto(`${world.address}/method?lang=id`);
    await settle();
    await pass(60_000);
    await page.goBack();
    await settle();
    await passUntil(async () => (await label()) === "Sisa waktu", 10_000);
    const leftMs = (await expiry("offer.expires_at")) - clock.ms;
    expect(Math.abs((await shownMs()) - leftMs)).toBeLessThanOrEqual(1_000);
  });

  it("a phone whose clock is set while the page is open still shows the time left", async () => {
    await getOffer();
    for (const jumpMs of [600_000, -1_200_000]) {
      await page.evaluate((ms) => {
        const { now } = Date;
        Date.now = () => now() + ms;
      }, jumpMs);
      await pass(1_000);
      const leftMs = (await expiry("offer.expires_at")) - clock.ms;
      expect(Math.abs((await shownMs()) - leftMs), String(jumpMs)).toBeLessThanOrEqual(1_000);
    }
  });

  it("the last minute changes the clock's look, and speaks of more time only while there is some", async () => {
    await getOffer();
    const warning = () => page.locator("#warning").innerText();
    const last = () => page.locator("#countdown.last").count();
    expect([await warning(), await last()]).toEqual(["", 0]);
    await endIn(50_000);
    expect(await warning()).toContain("meminta waktu tambahan satu kali");
    expect(await last()).toBe(1);
    await page.getByRole("button", { name: "Minta waktu tambahan" }).click();
    await passUntil(async () => (await last()) === 0);
    expect(await warning()).toBe("");
    await endIn(50_000);
    expect(await warning()).toBe("Sisa kurang dari satu menit.");
    expect(await last()).toBe(1);
  });

  it("what another device has ordered shows by itself", async () => {
    await getOffer();
    const [offer] = await world.sql<{ offerId: string }[]>`
      select offer_id from offer where state = 'open' order by made_at desc limit 1`;
    const reply = await page.request.post(
      `${world.address}/v1/sales/poco-m3/offers/${offer!.offerId}/order`,
      {
        headers: { "idempotency-key": `another-device-${person}`, origin: world.address },
        data: {
          paymentMethod: await page.locator("input[name=method]").first().inputValue(),
          delivery: { name: `Orang Lain ${person}`, address: `Jalan Dahlia ${person} Blok Z` },
        },
      },
    );
    expect(reply.status(), await reply.text()).toBe(201);
    await passUntil(async () => /Menunggu pembayaran/.test(await turn()), 25_000);
  });

  describe("makes at most twelve uncached calls a minute", () => {
    const expectFew = async () => {
      const calls = await callsOfMinute();
      expect(calls.length, calls.join("\n")).toBeLessThanOrEqual(MOST_CALLS);
      return calls;
    };

    it("signed out", async () => {
      await open();
      expect(await expectFew()).toEqual([]);
    });

    it("waiting in line", async () => {
      await join();
      await expectFew();
    });

    it("with a unit held", async () => {
      await getOffer();
      await expectFew();
    });

    it("past zero, while the server has not ended it", async () => {
      await getOffer();
      await endIn(10_000);
      await pass(10_000);
      const calls = await expectFew();
      expect(calls.length).toBeGreaterThan(1);
      expect(await count()).toBe("00:00");
    });

    it("paused past zero", async () => {
      await getOffer();
      await endIn(20_000);
      const leftMs = (await expiry("offer.expires_at")) - clock.ms;
      await world.act("pause");
      await pass(30_000, 2 * STEP_MS);
      await expectFew();
      expect(await pill()).toBe("Dijeda");
      expect(Math.abs((await shownMs()) - leftMs)).toBeLessThanOrEqual(1_000);
    });

    it("with a payment under way", async () => {
      await order();
      await expectFew();
      // Afterwards regularly: what was pressed before counted, too.
      expect((await expectFew()).length).toBeGreaterThan(4);
    });

    it("sold out", async () => {
      await world.sql`update stock set sold = sold + free, free = 0 where free > 0`;
      await join("akulaku");
      await passUntil(async () => {
        await world.tick();
        return /Belum kali ini/.test(await turn());
      });
      await expectFew();
    });

    for (const [name, status, retryAfter] of [
      ["refused with 503", 503, "1"],
      ["refused with 429 and a wait of half a minute", 429, "30"],
    ] as const) {
      it(name, async () => {
        await signIn();
        const calls: number[] = [];
        await page.route("**/v1/**", async (route) => {
          calls.push(clock.ms);
          await route.fulfill({
            status,
            headers: { "retry-after": retryAfter },
            json: { code: status === 503 ? "server_busy" : "rate_limited", title: "Nanti." },
          });
        });
        await open();
        await pass(60_000, 2 * STEP_MS);
        expect(calls.length).toBeLessThanOrEqual(MOST_CALLS);
        expect(calls.length).toBeGreaterThan(2);
        const gaps = calls.slice(2).map((at, i) => at - calls[i]!);
        expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1_000 * Number(retryAfter));
        await page.unroute("**/v1/**");
        await passUntil(async () => (await page.locator("#channel").count()) > 0, 120_000);
      });
    }

    for (const path of ["/me?lang=id", "/s/poco-m3/board?lang=id"]) {
      it(`refused with 503 on ${path}`, async () => {
        await signIn();
        await page.goto(world.address + path);
        await settle();
        let calls = 0;
        await page.route(/\/v1\/|\/board/, async (route) => {
          calls++;
          const json = { code: "server_busy", title: "Nanti." };
          await route.fulfill({ status: 503, headers: { "retry-after": "1" }, json });
        });
        // The page of one's own asks when it comes, the board's page by itself.
        if (path.startsWith("/me")) await page.reload();
        await settle();
        await pass(60_000, 2 * STEP_MS);
        expect(calls).toBeLessThanOrEqual(MOST_CALLS);
        expect(calls).toBeGreaterThan(2);
      });
    }

    it("offline, which it says, and comes back by itself", async () => {
      await join();
      let calls = 0;
      await page.route("**/v1/**", async (route) => {
        calls++;
        await route.abort("internetdisconnected");
      });
      await pass(60_000, 2 * STEP_MS);
      expect(calls).toBeLessThanOrEqual(MOST_CALLS);
      expect(calls).toBeGreaterThan(1);
      const reach = page.locator("#reach");
      expect(await reach.isVisible()).toBe(true);
      // Said once: a screen reader does not hear the same words with each failure.
      const words = await reach.evaluateHandle((place) => place.firstChild);
      calls = 0;
      await pass(90_000, 2 * STEP_MS);
      expect(calls).toBeGreaterThan(0);
      expect(await reach.evaluate((place, first) => place.firstChild === first, words)).toBe(true);
      await page.unroute("**/v1/**");
      await passUntil(async () => !(await reach.isVisible()), 120_000);
    });

    it("in a hidden tab: none, and at once when it is seen again", async () => {
      await join();
      const see = (state: "hidden" | "visible") =>
        page.evaluate((value) => {
          Object.defineProperty(document, "visibilityState", { value, configurable: true });
          document.dispatchEvent(new Event("visibilitychange"));
        }, state);
      await see("hidden");
      const before = world.arrivals.length;
      await pass(60_000, 2 * STEP_MS);
      // One look may have been on its way.
      expect(world.arrivals.length - before).toBeLessThanOrEqual(1);
      await see("visible");
      await pass(1_000);
      const urls = world.arrivals.slice(before).map(({ url }) => url.split("/").at(-1));
      expect(urls).toContain("board");
      expect(urls).toContain("mine");
    });
  });

  it("a browser that refuses cookies is told so", async () => {
    await page.route("**/v1/sign-in", async (route) => {
      const reply = await route.fetch();
      const { "set-cookie": _, ...headers } = reply.headers();
      await context.clearCookies();
      await route.fulfill({ status: reply.status(), headers, body: await reply.body() });
    });
    await open();
    await page.locator("#contact").fill("081277001133");
    await page.locator("#turn button").first().click();
    await page.locator("#code").waitFor();
    await page.locator("#code").fill(await world.newestCode("sign_in_code"));
    await page.getByRole("button", { name: "Masuk", exact: true }).click();
    await page.locator("#turn").getByText("menolak kuki").waitFor();
    await page.locator("#turn").getByRole("button", { name: "Coba lagi" }).click();
    await page.locator("#contact").waitFor();
  });

  it("a page in another language than the reader's goes to the right one, and remembers what was chosen", async () => {
    // A cache that heeds nothing gives a reader the page of another one.
    await page.route(`${world.address}/s/poco-m3`, async (route) => {
      const reply = await route.fetch({ headers: { "accept-language": "en" } });
      await route.fulfill({ response: reply });
    });
    await page.goto(`${world.address}/s/poco-m3`);
    await page.waitForURL(`${world.address}/s/poco-m3?lang=id`);
    expect(await page.locator("html").getAttribute("lang")).toBe("id");
    await page.getByRole("link", { name: "English" }).click();
    await page.waitForURL(/lang=en/);
    await page.goto(`${world.address}/method`);
    await page.waitForURL(/\/method\?lang=en/);
  });
});
