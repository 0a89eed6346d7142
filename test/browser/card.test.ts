import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fillDelivery, hasBrowser, joinLine, openBrowser } from "./browser.ts";
import { createWorld, type World } from "./world.ts";

/** The card of a buyer's turn: nothing typed is lost, nothing is undone on one tap, the price is said. */
describe.skipIf(!hasBrowser)("the card of a turn", () => {
  let world: World;
  let browser: Browser;
  let person = 0;

  beforeAll(async () => {
    world = await createWorld();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  /** A phone of somebody new who is signed in. */
  async function phone(): Promise<BrowserContext> {
    const context = await browser.newContext({
      locale: "id-ID",
      viewport: { width: 360, height: 780 },
    });
    const subject = `card ${++person}`;
    const value = await world.brandSession({
      subject,
      phone: `+62812990${String(person).padStart(5, "0")}`,
    });
    const cookie = { url: world.address, sameSite: "Lax" as const };
    await context.addCookies([
      { ...cookie, name: "giliran_session", value },
      { ...cookie, name: "giliran_signed_in", value: "1" },
    ]);
    return context;
  }

  async function open(context: BrowserContext, language = "id"): Promise<Page> {
    const page = await context.newPage();
    page.setDefaultTimeout(20_000);
    await page.goto(`${world.address}/s/poco-m3?lang=${language}`);
    return page;
  }

  /** With a unit held, as a phone shows it. */
  async function offered(context?: BrowserContext): Promise<Page> {
    const page = await open(context ?? (await phone()));
    await joinLine(page, "lazada");
    await page.locator("#recipient").waitFor({ timeout: 30_000 });
    return page;
  }

  /** Another recipient and place for each, or a question would stand before the order. */
  async function fillOwn(page: Page): Promise<void> {
    await fillDelivery(page);
    await page.locator("#recipient").fill(`Pembeli ${"ABCDEFGHIJ"[person % 10]} Nomor ${person}`);
    await page.locator("#address").fill(`Jalan Kenanga ${person * 7} Blok ${person}`);
  }

  const card = (page: Page) => page.locator("#turn");
  const press = (page: Page, name: string) =>
    card(page).getByRole("button", { name, exact: true }).click();
  const typed = (page: Page) =>
    Promise.all(
      ["recipient", "address", "district", "city"].map((name) =>
        page.locator(`#${name}`).inputValue(),
      ),
    );

  it("nothing is wished for the buyer: without a wish nobody joins, and a wish is kept", async () => {
    const page = await open(await phone());
    await page.locator("#channel").selectOption("lazada");
    const ranks = () =>
      page
        .locator(".wishes select")
        .evaluateAll((all) => all.map((one) => (one as HTMLSelectElement).value));
    expect((await ranks()).length).toBeGreaterThan(2);
    expect((await ranks()).join("")).toBe("");
    const before = world.arrivals.length;
    await press(page, "Ikut antre");
    await card(page)
      .getByRole("alert")
      .getByText("Pilih dulu paling sedikit satu varian.")
      .waitFor();
    expect(world.arrivals.slice(before).some(({ url }) => url.endsWith("/entries"))).toBe(false);
    await page.locator(".wishes select").nth(2).selectOption("1");
    expect(await card(page).getByRole("alert").isVisible()).toBe(false);
    await page.locator(".wishes select").nth(1).selectOption("1");
    const wished = await page.locator(".wishes li").allTextContents();
    for (const language of ["id", "en"]) {
      await page.goto(`${world.address}/s/poco-m3?lang=${language}`);
      await page.locator(".wishes li").first().waitFor();
      expect((await ranks()).join("")).toBe("12");
    }
    await page.goto(`${world.address}/s/poco-m3?lang=id`);
    await page.locator(".wishes li").first().waitFor();
    const names = (texts: string[]) => texts.slice(0, 2).map((text) => /Poco \w+/.exec(text)?.[0]);
    expect(names(await page.locator(".wishes li").allTextContents())).toEqual(names(wished));
    const joining = page.waitForRequest((request) => request.url().endsWith("/entries"));
    await press(page, "Ikut antre");
    expect((await joining).postDataJSON().preferences).toHaveLength(2);
    await page.context().close();
  });

  it("a half-typed delivery survives more time, a reload, another language and a question", async () => {
    const page = await offered();
    await fillOwn(page);
    await page.locator("input[name=method]").first().check();
    const before = await typed(page);
    await press(page, "Minta waktu tambahan (satu kali)");
    await page.getByText("Minta waktu tambahan").waitFor({ state: "detached" });
    expect(await typed(page)).toEqual(before);
    await page.reload();
    await page.locator("#recipient").waitFor();
    expect(await typed(page)).toEqual(before);
    await page.getByRole("link", { name: "English" }).click();
    await card(page).getByText("One unit is held for you").waitFor();
    expect(await typed(page)).toEqual(before);
    expect(await page.locator("input[name=method]").first().isChecked()).toBe(true);
    // Once it was sent nothing of it is left in the tab.
    await press(page, "Order now");
    await card(page).getByText("Waiting for payment").waitFor();
    const kept = await page.evaluate(() => JSON.stringify(Object.entries(sessionStorage)));
    expect(kept).not.toContain("Kenanga");
    await page.context().close();
  });

  it("signing out leaves nothing that was typed", async () => {
    const page = await offered();
    await fillOwn(page);
    const kept = () => page.evaluate(() => JSON.stringify(Object.entries(sessionStorage)));
    expect(await kept()).toContain("Kenanga");
    await page.locator("#who summary").click();
    await page.getByRole("button", { name: "Keluar", exact: true }).click();
    await page.locator("#contact").waitFor();
    expect(await kept()).not.toContain("Kenanga");
    await page.context().close();
  });

  it("with storage forbidden the card works, and a redraw still loses nothing", async () => {
    const context = await phone();
    await context.addInitScript(() => {
      for (const name of ["sessionStorage", "localStorage"])
        Object.defineProperty(globalThis, name, {
          get: () => {
            throw new DOMException("forbidden", "SecurityError");
          },
        });
    });
    const page = await offered(context);
    await fillOwn(page);
    const before = await typed(page);
    await press(page, "Minta waktu tambahan (satu kali)");
    await page.getByText("Minta waktu tambahan").waitFor({ state: "detached" });
    expect(await typed(page)).toEqual(before);
    await context.close();
  });

  it("the price is said wherever money is committed, and a promised one as it is", async () => {
    const page = await offered();
    const [offer] = await world.sql<{ offerId: string }[]>`
      select offer_id from offer where state = 'open' order by made_at desc limit 1`;
    await card(page)
      .locator(".to-pay")
      .getByText(/^Yang Anda bayar: Rp[\d.]+ \(1 unit × Rp[\d.]+\)$/)
      .waitFor();
    await world.sql`
      insert into make_good (sale_no, round_no, entry_id, channel_no, variant_no, price_minor_units)
      select sale_no, round_no, entry_id, channel_no, variant_no, 123400000
      from offer where offer_id = ${offer!.offerId}`;
    await page.reload();
    const price = card(page).locator(".to-pay").getByText("Rp1.234.000").first();
    await price.waitFor();
    await fillOwn(page);
    await page.locator("input[name=method]").first().check();
    await press(page, "Pesan sekarang");
    await card(page).getByText("Menunggu pembayaran").waitFor();
    await price.waitFor();
    const href = await page.getByRole("link", { name: "Bayar (uji coba)" }).getAttribute("href");
    const pay = await page.context().newPage();
    await pay.goto(href as string);
    await pay.getByText("Rp1.234.000").waitFor();
    await pay.getByRole("button", { name: "Bayar", exact: true }).click();
    await pay.getByRole("status").waitFor();
    await page.reload();
    await card(page).getByText("Kwitansi").click();
    await card(page).getByText("Rp1.234.000").waitFor();
    await page.context().close();
  });

  it("declining asks first and says what it does; afterwards nothing says that the place stays", async () => {
    const page = await offered();
    await press(page, "Lepas unit ini");
    await card(page).getByText("Ini tidak bisa diurungkan.").waitFor();
    await press(page, "Kembali");
    const [open] = await world.sql`
      select state from offer order by made_at desc limit 1`;
    expect(open?.state).toBe("open");
    await press(page, "Lepas unit ini");
    await press(page, "Ya, lepas unit ini");
    await card(page).getByText("Anda menolak tawaran.").waitFor();
    const said = await card(page).innerText();
    expect(said).not.toMatch(/tempat Anda tetap ada|Peluang|cukup untuk semua/);
    await page.context().close();
  });

  it("a second device learns from a refusal that the first has ordered, and cancelling asks first", async () => {
    const context = await phone();
    const first = await offered(context);
    const second = await open(context);
    await second.locator("#recipient").waitFor();
    await fillOwn(first);
    await first.getByRole("radio", { name: "Bayar di tempat (COD)" }).check();
    await press(first, "Pesan sekarang");
    await first.locator("#cod").waitFor();
    await press(second, "Lepas unit ini");
    await press(second, "Ya, lepas unit ini");
    await second.getByRole("alert").waitFor();
    await second.locator("#cod").waitFor();
    await card(second).locator(".to-pay").waitFor();
    // A code as it may be pasted: in wide digits, with blanks and marks that nobody sees.
    const code = await world.newestCode("cod_code");
    const wide = Array.from(code, (digit) => String.fromCharCode(0xff10 + Number(digit)));
    await second
      .locator("#cod")
      .fill(`\u202a${wide.slice(0, 3).join("")} ${wide.slice(3).join("")}\u200b`);
    await press(first, "Batalkan pesanan");
    await card(first).getByText("unitnya ditawarkan kepada orang berikutnya").waitFor();
    await press(first, "Kembali");
    await press(second, "Konfirmasi");
    await card(second).getByText("Bayar di tempat dikonfirmasi").waitFor();
    await context.close();
  });

  it("a sign-in code counts as it was pasted", async () => {
    const page = await open(await browser.newContext({ locale: "id-ID" }));
    await page.locator("#contact").fill("081277665544");
    await page.locator("#turn button").first().click();
    await page.locator("#code").waitFor();
    const code = await world.newestCode("sign_in_code");
    await page.locator("#code").fill(`\u202a${code.slice(0, 3)}\u00a0${code.slice(3)}\u200b`);
    await press(page, "Masuk");
    await page.locator("#channel").waitFor();
    await page.context().close();
  });

  it("the first failed attempt to send says so at once, and what is kept", async () => {
    const page = await offered();
    let failures = 0;
    await page.route("**/extension", async (route) => {
      if (++failures > 2) await route.continue();
      else await route.abort("internetdisconnected");
    });
    await press(page, "Minta waktu tambahan (satu kali)");
    await page.locator("#reach").getByText("Belum terkirim; dicoba lagi.").waitFor();
    expect(failures).toBe(1);
    await page.getByText("Minta waktu tambahan").waitFor({ state: "detached" });
    expect(await page.locator("#reach").isVisible()).toBe(false);
    await page.context().setOffline(true);
    await page
      .locator("#reach")
      .getByText("tempat dan isian Anda tetap ada")
      .waitFor({ timeout: 2_000 });
    await page.context().setOffline(false);
    await page.locator("#reach").waitFor({ state: "hidden" });
    await page.context().close();
  });

  it("a visitor reads what is left, and that it is sold out, before signing in", async () => {
    const page = await open(
      await browser.newContext({ locale: "id-ID", viewport: { width: 360, height: 780 } }),
    );
    const cell = page.locator(".stock .left[data-channel=akulaku]").first();
    const [row] = await world.sql<{ free: number }[]>`
      select free from stock where channel_no = 2 order by variant_no limit 1`;
    await cell.waitFor();
    expect(await cell.textContent()).toBe(
      `Sisa ${new Intl.NumberFormat("id-ID").format(row!.free)}`,
    );
    await page
      .locator("#odds")
      .getByText("Unitnya cukup untuk semua yang antre sekarang.")
      .waitFor();
    await world.sql`update stock set free = free - 5, sold = sold + 5 where free > 10`;
    const fewer = `Sisa ${new Intl.NumberFormat("id-ID").format(row!.free - 5)}`;
    await expect.poll(() => cell.textContent(), { timeout: 10_000 }).toBe(fewer);
    // Nothing is cut at this width.
    const cut = await page.evaluate(() =>
      [...document.querySelectorAll(".stock *")].some(
        (node) => node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0,
      ),
    );
    expect(cut).toBe(false);
    await world.sql`update stock set sold = sold + free, free = 0 where free > 0`;
    await expect
      .poll(() => page.locator("#phase").textContent(), { timeout: 10_000 })
      .toContain("Habis");
    await page
      .locator("#odds")
      .getByText(/masih bisa kembali|tidak ada yang bisa kembali/)
      .waitFor();
    expect(await page.locator("#contact").count()).toBe(1);
    await page.reload();
    expect(await page.locator("#phase").textContent()).toContain("Habis");
    await page.context().close();
  });
});
