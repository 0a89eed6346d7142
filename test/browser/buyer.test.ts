import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERY_WAY, violations } from "./axe.ts";
import {
  addAuthenticator,
  fillDelivery,
  hasBrowser,
  joinLine,
  openBrowser,
  secureAddress,
} from "./browser.ts";
import { createWorld, type World } from "./world.ts";

/** A buyer and an operator with a real browser; everything is found by role and label. */
describe.skipIf(!hasBrowser)("in a browser", () => {
  let world: World;
  let browser: Browser;
  const problems: string[] = [];

  beforeAll(async () => {
    world = await createWorld();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  async function open(path: string, locale: string, width: number): Promise<Page> {
    const context = await browser.newContext({ locale, viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !/40[139]|428/.test(message.text()))
        problems.push(message.text());
    });
    await page.goto(world.address + path);
    return page;
  }

  async function signIn(page: Page, contact: string): Promise<void> {
    await page.getByLabel("Nomor ponsel atau e-mail").fill(contact);
    await page.getByRole("button", { name: "Kirim kode" }).click();
    await page.getByLabel("Kode 6 angka").waitFor();
    await page.getByLabel("Kode 6 angka").fill(await world.newestCode("sign_in_code"));
    await page.getByRole("button", { name: "Masuk" }).click();
  }

  /** Joins, and waits for the unit. */
  async function joinOn(page: Page, channel: string): Promise<void> {
    await joinLine(page, channel);
    await page
      .locator("#turn")
      .getByText("Satu unit ditahan untuk Anda")
      .waitFor({ timeout: 30_000 });
  }

  /** Drags the last wish to the top, and leaves another one out by its number; gives the order as sent. */
  async function sortWishes(page: Page): Promise<string[]> {
    const rows = page.locator(".wishes li");
    const skus = async () =>
      (await rows.locator("select").all()).map(async (one) => {
        const [name, value] = [await one.getAttribute("name"), await one.inputValue()];
        return [name!.replace("rank ", ""), value] as const;
      });
    const now = async () => Promise.all(await skus());
    expect((await now()).map(([, value]) => value).join("")).toBe("");
    await page.getByRole("button", { name: "Pilih semua, dalam urutan ini" }).click();
    const before = await now();
    expect(before.length).toBeGreaterThan(2);
    expect(before.map(([, value]) => value)).toEqual(before.map((_, index) => String(index + 1)));
    await rows.last().scrollIntoViewIfNeeded();
    const grip = (await rows.last().locator(".grip").boundingBox())!;
    const top = (await rows.first().boundingBox())!;
    await page.mouse.move(grip.x + 5, grip.y + 5);
    await page.mouse.down();
    await page.mouse.move(grip.x + 5, top.y + 20, { steps: 12 });
    await page.mouse.up();
    const dragged = await now();
    expect(dragged[0]).toEqual([before.at(-1)![0], "1"]);
    expect(dragged.map(([, value]) => value)).toEqual(before.map((_, index) => String(index + 1)));
    const second = rows.nth(1).getByRole("combobox");
    await second.focus();
    await second.selectOption("");
    const left = await now();
    expect(left.at(-1)).toEqual([dragged[1]![0], ""]);
    // The keyboard stays where it was, though the row went to the end.
    const focused = await page.evaluate(() => document.activeElement?.getAttribute("name"));
    expect(focused).toBe(`rank ${dragged[1]![0]}`);
    await rows.nth(2).getByRole("combobox").selectOption("1");
    const last = await now();
    expect(last[0]![0]).toBe(left[2]![0]);
    return last.filter(([, value]) => value !== "").map(([sku]) => sku);
  }

  it("a buyer joins on a narrow screen, gets a unit, pays another way, and keeps it after a reload", async () => {
    const page = await open("/s/poco-m3", "id-ID", 360);
    await expect.poll(() => page.title()).toContain("Poco M3");
    await signIn(page, "081234567890");
    await page.getByLabel("Beli lewat kanal").selectOption("mi");
    const wished = await sortWishes(page);
    const joining = page.waitForRequest((request) => request.url().endsWith("/entries"));
    await page.getByRole("button", { name: "Ikut antre" }).click();
    expect((await joining).postDataJSON().preferences).toEqual(wished);
    await page
      .locator("#turn")
      .getByText("Satu unit ditahan untuk Anda")
      .waitFor({ timeout: 30_000 });
    // Nothing is preselected.
    expect(await page.getByRole("radio", { checked: true }).count()).toBe(0);
    await page.reload();
    await page.locator("#turn").getByText("Satu unit ditahan untuk Anda").waitFor();
    await fillDelivery(page);
    await page.getByRole("radio", { name: "QRIS" }).check();
    await page.getByRole("button", { name: "Pesan sekarang" }).click();
    await page.locator("#turn").getByText("Menunggu pembayaran").waitFor();
    const href = await page.getByRole("link", { name: "Bayar (uji coba)" }).getAttribute("href");
    const pay = await page.context().newPage();
    await pay.goto(href as string);
    await pay.getByRole("button", { name: "Bayar, dilaporkan dua kali" }).click();
    await pay.getByRole("status").waitFor();
    await page
      .locator("#turn")
      .getByText("Lunas. Unit ini milik Anda.")
      .waitFor({ timeout: 15_000 });
    await page.context().close();
  });

  it("the place comes back on another device", async () => {
    const page = await open("/s/poco-m3", "id-ID", 1440);
    await signIn(page, "+62 812-3456-7890");
    await page.locator("#turn").getByText("Lunas. Unit ini milik Anda.").waitFor();
    await page.goto(`${world.address}/me`);
    await page.getByText("Lunas. Unit ini milik Anda.").waitFor();
    await page.getByText("Yang terjadi").click();
    const events = await page.locator(".timeline li").allTextContents();
    expect(events.map((text) => text.replace(/^.*\d{2}[.:]\d{2} /, ""))).toEqual([
      ...["Anda ikut antre", "Giliran Anda: satu unit ditahan", "Anda memesan", "Lunas"],
    ]);
    await page.getByText("Kwitansi").click();
    await page.getByText("QRIS").waitFor();
    await page.context().close();
  });

  it("the board shows where the units went, and renews itself", async () => {
    const page = await open("/s/poco-m3", "id-ID", 360);
    await page.getByRole("link", { name: "Papan penjualan" }).click();
    await page.getByRole("heading", { name: "Ke mana unit pergi" }).waitFor();
    expect(await page.locator(".bar").count()).toBeGreaterThan(6);
    const sold = page.locator(".kpi").last().locator("b");
    expect(await sold.textContent()).toBe("1");
    await world.sql`
      update stock set sold = sold + 7, free = free - 7
      where ctid = (select ctid from stock where free > 100 limit 1)`;
    await expect.poll(() => sold.textContent(), { timeout: 15_000 }).toBe("8");
    await page.context().close();
  });

  it("a server that lags behind takes nothing back on a page", async () => {
    const page = await open("/s/poco-m3", "id-ID", 360);
    const pause = page.locator("#pause");
    await page.waitForResponse(/rounds\/1\/board$/);
    let behindCount = 1_000_000;
    let answeredCount = 0;
    await page.route("**/rounds/1/board", async (route) => {
      const response = await route.fetch();
      const revisionNo = Number(response.headers()["giliran-revision"]) - behindCount;
      const headers = { "giliran-revision": String(revisionNo) };
      await route.fulfill({ json: { ...(await response.json()), saleState: "paused" }, headers });
      answeredCount++;
    });
    await expect.poll(() => answeredCount, { timeout: 15_000 }).toBe(2);
    expect(await pause.isVisible()).toBe(false);
    behindCount = 0;
    await pause.waitFor({ timeout: 15_000 });
    await page.context().close();

    const board = await open("/s/poco-m3/board", "id-ID", 360);
    const numbers = board.locator("#board");
    const old = await (await fetch(`${world.address}/s/poco-m3/board?lang=id`)).text();
    const older = old.replace(/data-revision="\d+"/, 'data-revision="1"');
    answeredCount = 0;
    await board.route("**/s/poco-m3/board", async (route) => {
      const text = answeredCount++ < 2 ? older : old;
      await route.fulfill({
        body: text.replace(/(<div id="board"[^>]*>)/, "$1<i>marked</i>"),
        contentType: "text/html",
      });
    });
    await expect.poll(() => answeredCount, { timeout: 15_000 }).toBe(2);
    expect(await numbers.getByText("marked").count()).toBe(0);
    await board.context().close();
  });

  it("who orders under another's name and address is asked once, and the answer orders", async () => {
    const page = await open("/s/poco-m3", "id-ID", 360);
    await signIn(page, "081299990000");
    await joinOn(page, "lazada");
    await fillDelivery(page);
    await page.getByRole("radio", { name: "Bayar di tempat (COD)" }).check();
    await page.getByRole("button", { name: "Pesan sekarang" }).click();
    await page.getByRole("heading", { name: "Satu pertanyaan sebelum pesanan Anda" }).waitFor();
    await page.locator("#turn").getByText("penerima dan alamat yang sama").waitFor();
    // Whom it goes to is what is doubted, so saying the address again is no answer.
    expect(await page.getByRole("button", { name: "Alamat ini benar, pesan" }).count()).toBe(0);
    // The typed order can be changed; the question stays, with the unit.
    await page.getByRole("button", { name: "Ubah isian pesanan" }).click();
    await fillDelivery(page);
    await page.getByRole("radio", { name: "Bayar di tempat (COD)" }).check();
    await page.getByRole("button", { name: "Pesan sekarang" }).click();
    await page.reload();
    await page.getByLabel("Kode 6 angka").fill("000000");
    await page.getByRole("button", { name: "Pastikan dan pesan" }).click();
    await page.getByRole("alert").waitFor();
    for (const { language, width } of EVERY_WAY) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${world.address}/s/poco-m3?lang=${language}`);
      await page.locator("#code").waitFor();
      expect(await violations(page), `${language} ${width}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    await page.setViewportSize({ width: 360, height: 900 });
    await page.goto(`${world.address}/s/poco-m3?lang=id`);
    await page.getByLabel("Kode 6 angka").fill(await world.newestCode("step_up_code"));
    await page.getByRole("button", { name: "Pastikan dan pesan" }).click();
    await page.getByLabel("Kode konfirmasi COD").waitFor();
    await page.getByLabel("Kode konfirmasi COD").fill(await world.newestCode("cod_code"));
    await page.getByRole("button", { name: "Konfirmasi" }).first().click();
    // Confirmed, it stands, and waits for a person because of the order before it.
    await page.locator("#turn").getByText("Pesanan Anda berlaku. Kami memeriksanya").waitFor();
    await page.getByRole("heading", { name: "Pesanan ini menunggu pemeriksaan" }).waitFor();
    expect(await page.getByLabel("Kode konfirmasi COD").count()).toBe(0);
    const [placed] = await world.sql`
      select state from purchase_order join held_order using (sale_no, order_id)`;
    expect(placed?.state).toBe("cod_confirmed");
    await page.context().close();
  });

  it("a number that strangers ask for costs a moment of work; the page draws meanwhile, and any code opens", async () => {
    const contact = "081255550000";
    for (let n = 0; n < 16; n++)
      await fetch(`${world.address}/v1/sign-in/codes`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": `stranger-${n}` },
        body: JSON.stringify({ contact }),
      });
    const page = await open("/s/poco-m3", "id-ID", 360);
    const cheapPhone = await page.context().newCDPSession(page);
    await cheapPhone.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.getByLabel("Nomor ponsel atau e-mail").fill(contact);
    const frames = await page.evaluateHandle(() => {
      const seen = { count: 0, startMs: performance.now() };
      const next = () => {
        seen.count++;
        requestAnimationFrame(next);
      };
      requestAnimationFrame(next);
      return seen;
    });
    await page.getByRole("button", { name: "Kirim kode" }).click();
    await page
      .locator("#turn")
      .getByText("Beberapa kode sudah dikirim")
      .waitFor({ timeout: 60_000 });
    const drawn = await frames.evaluate(({ count, startMs }) => ({
      count,
      tookMs: performance.now() - startMs,
    }));
    expect(drawn.count).toBeGreaterThan((drawn.tookMs - 1_000) / 500);
    await cheapPhone.send("Emulation.setCPUThrottlingRate", { rate: 1 });
    expect(
      world.arrivals.filter(({ url, status }) => url === "/v1/sign-in/codes" && status === 428)
        .length,
    ).toBeGreaterThan(5);
    const code = await world.newestCode("sign_in_code");
    await page.getByLabel("Kode 6 angka").fill(`${code.slice(0, 3)} ${code.slice(3)}`);
    await page.getByRole("button", { name: "Masuk" }).click();
    await page.getByLabel("Beli lewat kanal").waitFor();
    await page.context().close();
  });

  it("a passkey that was made while waiting answers the question without a message", async () => {
    const page = await open("/", "id-ID", 360);
    const address = secureAddress(world);
    await addAuthenticator(page);
    await page.goto(`${address}/s/poco-m3`);
    await signIn(page, "081277770000");
    await page.getByLabel("Beli lewat kanal").waitFor();
    await page.goto(`${address}/me#passkeys`);
    await page.getByRole("button", { name: "Buat kunci sandi di perangkat ini" }).click();
    await page.getByText("dibuat").waitFor();
    // The device has one already, and says so.
    await page.getByRole("button", { name: "Buat kunci sandi di perangkat ini" }).click();
    await page.getByRole("alert").getByText("Kunci sandi tidak dibuat").waitFor();
    for (const { language, width } of EVERY_WAY) {
      await page.setViewportSize({ width, height: 900 });
      await page.goto(`${address}/me?lang=${language}`);
      await page.locator("#passkeys li").waitFor();
      expect(await violations(page), `${language} ${width}`).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    await page.setViewportSize({ width: 360, height: 900 });
    await page.goto(`${address}/s/poco-m3?lang=id`);
    await joinOn(page, "mi");
    await fillDelivery(page);
    await page.getByRole("radio", { name: "QRIS" }).check();
    await page.getByRole("button", { name: "Pesan sekarang" }).click();
    await page.getByRole("button", { name: "Pakai kunci sandi dan pesan" }).click();
    await page.locator("#turn").getByText("Menunggu pembayaran").waitFor();
    await page.goto(`${address}/me`);
    await page.getByText("terakhir dipakai").waitFor();
    await page.getByRole("button", { name: /^Hapus:/ }).click();
    await page.getByRole("button", { name: "Ya, hapus kunci ini" }).click();
    await page.locator("#passkeys li").waitFor({ state: "detached" });
    await page.context().close();
  });

  it("says what went wrong and keeps what was typed", async () => {
    const page = await open("/s/poco-m3?lang=en", "en-GB", 360);
    await page.getByLabel("Phone number or e-mail").fill("nobody");
    await page.getByRole("button", { name: "Send a code" }).click();
    await page.getByRole("alert").getByText("neither a phone number nor an e-mail").waitFor();
    expect(await page.getByLabel("Phone number or e-mail").inputValue()).toBe("nobody");
    await page.context().close();
  });

  it("an operator sets a password with the first link, pauses and resumes", async () => {
    const page = await open(`/console#invitation=${world.invitation}`, "en-GB", 1440);
    await page.getByLabel("Name").fill("sari");
    await page.getByLabel("Password").fill("a long enough password");
    await page.getByRole("button", { name: "Create account" }).click();
    await page.getByRole("link", { name: "sari (owner)" }).waitFor();
    // The texts of this hour and of the next are used up: whichever it is when the page asks.
    await world.sql`
      insert into text_budget (hour, shard, text_count)
      select date_trunc('hour', now()) + n * interval '1 hour', 99, 5000 from generate_series(0, 1) n`;
    await page.reload();
    const usedUp = /Texts with sign-in codes are used up for this hour \(5,0\d\d of 5,000\)/;
    await page.getByRole("status").getByText(usedUp).waitFor();
    await page.getByRole("link", { name: "Poco M3 flash sale" }).click();
    await page.getByRole("button", { name: "Pause" }).click();
    await page.getByRole("button", { name: "Resume" }).waitFor();
    await page.getByLabel("Message (Indonesian)").fill("Kami berhenti sebentar.");
    await page.getByLabel("Message (English)").fill("We stop for a moment.");
    await page.getByRole("button", { name: "Show it" }).click();
    await page.getByRole("button", { name: "Take it back" }).waitFor();
    // The board may be a second old.
    await page.waitForTimeout(1_500);
    const buyer = await open("/s/poco-m3", "en-GB", 360);
    await buyer.getByText("We stop for a moment.").waitFor();
    await buyer.context().close();
    await page.getByRole("button", { name: "Resume" }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    await page.context().close();
  });

  it("no page had an error of its own", () => {
    // The one refused contact above is reported by the browser as a failed request; nothing else is.
    expect(problems.filter((text) => !/400 \(Bad Request\)/.test(text))).toEqual([]);
  });
});
