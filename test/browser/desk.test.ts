import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { playIncident, type Afterwards } from "../../sim/incident/story.ts";
import { EVERY_WAY, violations } from "./axe.ts";
import { hasBrowser, openBrowser } from "./browser.ts";

/** As much of a picture as its first bytes say. */
function smallPng(): Buffer {
  const png = Buffer.alloc(64);
  png.write("\u0089PNG\r\n\u001a\n", "latin1");
  png.writeUInt32BE(200, 16);
  png.writeUInt32BE(200, 20);
  return png;
}

/** A place that a phone writes into its photos. */
const PLACE = "GPS 6.2088 S 106.8456 E";

/**
 * Puts two photos without any pattern into the form, with the place in each, and keeps what is sent of them; returns
 * their bytes. Runs in the page.
 */
async function choosePhotos(place: string): Promise<number[]> {
  const exif = new TextEncoder().encode(`Exif\0\0${place}`);
  const head = new Uint8Array([0xff, 0xd8, 0xff, 0xe1, 0, exif.length + 2]);
  const photo = async (width: number, height: number) => {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = height;
    const pen = canvas.getContext("2d")!;
    const picture = pen.createImageData(width, height);
    for (let at = 0; at < picture.data.length; at += 65_536)
      crypto.getRandomValues(picture.data.subarray(at, at + 65_536));
    for (let at = 3; at < picture.data.length; at += 4) picture.data[at] = 255;
    pen.putImageData(picture, 0, 0);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", 0.95));
    return new File([head, exif, blob!.slice(2)], "kk.jpeg", { type: "image/jpeg" });
  };
  const photos = [await photo(3_600, 2_400), await photo(800, 600)];
  const chosen = new DataTransfer();
  for (const one of photos) chosen.items.add(one);
  (document.getElementById("files") as HTMLInputElement).files = chosen.files;
  type Send = (this: XMLHttpRequest, body: FormData) => void;
  const send = Object.getOwnPropertyDescriptor(XMLHttpRequest.prototype, "send")?.value as Send;
  const held: Send = function (body) {
    const files = body.getAll("files") as File[];
    const texts = files.map(async (one) => {
      const bytes = new Uint8Array(await one.arrayBuffer());
      return {
        name: one.name,
        text: Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""),
      };
    });
    Object.assign(window, { sentPhotos: Promise.all(texts) });
    // Sent only once the test has looked: the page that follows knows nothing of it.
    Object.assign(window, { release: () => send.call(this, body) });
  };
  Object.assign(XMLHttpRequest.prototype, { send: held });
  return photos.map(({ size }) => size);
}

interface Sending {
  readonly sentPhotos?: Promise<{ readonly name: string; readonly text: string }[]>;
  readonly release?: () => void;
}

/** A dispute by clicking, as the buyer and as the desk, after the incident was played. */
describe.skipIf(!hasBrowser)("the desk in a browser", () => {
  let browser: Browser;
  let played: Afterwards;
  let ended: Promise<unknown>;
  let leave: () => void;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
    const left = new Promise<void>((done) => (leave = done));
    await new Promise<void>((ready, failed) => {
      ended = playIncident({
        entrants: 900,
        seed: 26,
        say: () => undefined,
        progress: () => undefined,
        afterwards: async (afterwards) => {
          played = afterwards;
          ready();
          await left;
        },
      }).catch(failed);
    });
  });
  afterAll(async () => {
    leave();
    await ended;
    await browser?.close();
  });

  async function open(path: string, width: number, locale = "id-ID"): Promise<Page> {
    const context = await browser.newContext({ locale, viewport: { width, height: 900 } });
    const page = await context.newPage();
    page.on("pageerror", (error) => problems.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !/40[13]/.test(message.text()))
        problems.push(message.text());
    });
    await page.goto(played.address + path);
    return page;
  }

  async function signIn(page: Page, name: string): Promise<void> {
    await page.getByLabel("Nama").fill(name);
    await page.getByLabel("Kata sandi").fill(played.password);
    await page.getByRole("button", { name: "Masuk", exact: true }).click();
    await page.locator("aside").waitFor();
  }

  const operator = (part: string) => played.operators.find((name) => name.includes(part))!;

  it("a buyer appeals from her notice on a narrow screen, with a file, without an account", async () => {
    const page = await open(`/d/${played.openLink}`, 360);
    await page.getByRole("heading", { name: "Apa yang kami lihat" }).waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBeLessThanOrEqual(360);
    await page
      .getByLabel("Ceritakan dengan kata-kata Anda")
      .fill("Itu ponsel adik saya, kami serumah.");
    await page.getByLabel("Itu keluarga atau orang serumah saya").check();
    const send = page.getByRole("button", { name: "Kirim banding" });
    const scan = { name: "kk.pdf", mimeType: "application/pdf", buffer: Buffer.alloc(4_200_000) };
    await page.locator("#files").setInputFiles(scan);
    await send.click();
    await page.getByText("kk.pdf berukuran 4,2 MB; paling besar 3 MB").waitFor();
    const written = page.getByLabel("Ceritakan dengan kata-kata Anda");
    expect(await written.inputValue()).toBe("Itu ponsel adik saya, kami serumah.");
    // Photos as a phone takes them are made smaller on the way, and lose their place; so does a small one.
    const [large = 0, small = 0] = await page.evaluate(choosePhotos, PLACE);
    expect(large).toBeGreaterThan(8_000_000);
    expect(small).toBeLessThan(1_000_000);
    await send.click();
    await page.waitForFunction(() => (window as Sending).sentPhotos !== undefined);
    const sent = (await page.evaluate(() => (window as Sending).sentPhotos)) ?? [];
    expect(sent.map(({ name }) => name)).toEqual(["kk.jpg", "kk.jpg"]);
    for (const { text } of sent) {
      expect(text.length).toBeLessThanOrEqual(1_000_000);
      expect(text.startsWith("\u00ff\u00d8")).toBe(true);
      expect(text.includes("Exif") || text.includes(PLACE)).toBe(false);
    }
    await page.evaluate(() => (window as Sending).release?.());
    await page.getByText("Banding sedang diperiksa").waitFor();
  });

  it("somebody else reads it beside what was said, and upholds it", async () => {
    const page = await open("/console", 1440);
    await signIn(page, operator("kedua"));
    await page.getByRole("link", { name: "Banding" }).click();
    await page.getByRole("row").filter({ hasText: "menunggu" }).getByRole("link").click();
    await page.getByText("Itu ponsel adik saya, kami serumah.").waitFor();
    await page.getByText("menyebut keluarga").waitFor();
    await page
      .getByLabel("Jawaban dengan alasannya")
      .fill("Kartu keluarga menunjukkan dua orang yang berbeda.");
    await page.getByRole("button", { name: "Kabulkan" }).click();
    await page.getByRole("row").filter({ hasText: "dikabulkan" }).first().waitFor();
    await page.getByRole("row").filter({ hasText: "menunggu" }).waitFor({ state: "detached" });
    const buyer = await open(`/d/${played.openLink}`, 360);
    await buyer.getByText("Banding dikabulkan.").waitFor();
    await buyer.getByText("Kartu keluarga menunjukkan dua orang yang berbeda.").waitFor();
  });

  it("another appeals from her own matters, signed in, with a file", async () => {
    const page = await open("/me", 360);
    const value = played.openSession!;
    await page.context().addCookies([{ name: "giliran_session", value, url: played.address }]);
    await page.reload();
    await page.getByText("Dibatalkan dengan keputusan. Unitnya masih ditahan").waitFor();
    await page.getByText("Kami keliru? Ajukan banding").click();
    await page.getByLabel("Ceritakan dengan kata-kata Anda").fill("Saya pembeli biasa.");
    await page.getByLabel("Saya ingin berbicara dengan petugas").check();
    await page
      .getByLabel("Berkas")
      .setInputFiles({ name: "ktp.png", mimeType: "image/png", buffer: smallPng() });
    await page.getByRole("button", { name: "Kirim banding" }).click();
    await page.getByText("Banding sedang diperiksa").waitFor();
    await page.getByText("Yang terjadi").click();
    await page.getByText("Anda mengajukan banding").waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  });

  it("the queue is walked with keys, and a reviewer cannot approve a batch", async () => {
    const page = await open("/console", 1440);
    await signIn(page, operator("(peninjau)"));
    await page.keyboard.press("g");
    await page.keyboard.press("c");
    await page.getByRole("combobox", { name: "Status" }).selectOption("closed");
    await page.getByRole("row", { selected: true }).filter({ hasText: "selesai" }).waitFor();
    const marked = () =>
      page.getByRole("row", { selected: true }).getByRole("gridcell").first().textContent();
    await expect.poll(marked).toMatch(/^\d+$/);
    const first = await marked();
    await page.keyboard.press("j");
    await expect.poll(marked).not.toBe(first);
    await page.keyboard.press("k");
    await expect.poll(marked).toBe(first);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Yang memberatkan" }).waitFor();
    await page.getByRole("link", { name: "Tindakan massal" }).click();
    await page.getByText("Akun dengan satu pesanan saja").first().waitFor();
    // Screens hide the actions that a role lacks; that the server refuses them as well is the role
    // matrix's test.
    expect(await page.getByRole("button", { name: "Bekukan semua kasus" }).count()).toBe(0);
  });

  it("the draw is recomputed in the buyer's own browser, and a changed record is found out", async () => {
    const page = await open(`/s/${played.slug}/check`, 360);
    await page.getByRole("button", { name: "Hitung ulang sekarang" }).click();
    await page
      .getByText("Cocok. Tidak ada satu pun yang tidak sesuai.")
      .waitFor({ timeout: 60_000 });
    await page.getByText("pergerakan unit").waitFor();
    // Somebody on the way exchanges two offers.
    await page.route("**/record", async (route) => {
      const response = await route.fetch();
      const lines = (await response.text()).split("\n");
      const offers = lines.flatMap((line, index) => (line.includes('"offer_made"') ? [index] : []));
      const [first, last] = [offers[0]!, offers.at(-1)!];
      [lines[first], lines[last]] = [lines[last]!, lines[first]!];
      await route.fulfill({ response, body: lines.join("\n") });
    });
    await page.getByRole("button", { name: "Hitung ulang sekarang" }).click();
    await page.getByText("Ada yang tidak cocok:").waitFor({ timeout: 60_000 });
  });

  it("an export is handed in: looked at, its rows shown, its cases found, and a second one cancelled", async () => {
    const page = await open("/console/imports?lang=id", 1440);
    await signIn(page, operator("pemilik"));
    const rows = Array.from(
      { length: 40 },
      (_, no) => `O-${no},2021-01-26 10:00:0${no % 9},Siti ${no},0812000${no},dev-${no % 5}`,
    );
    const csv = ["order_id,ordered_at,name,phone,device_id", ...rows, "X,never,,,"].join("\n");
    const choose = page.getByLabel("Pilih berkas pesanan");
    const file = { name: "pesanan.csv", mimeType: "text/csv", buffer: Buffer.from(csv) };
    await choose.setInputFiles(file);
    await page
      .getByText("1 baris tidak terbaca; yang lain tetap jalan.", { exact: true })
      .waitFor();
    expect(await page.getByText("0812000").count()).toBe(0);
    await page.getByRole("button", { name: "Periksa 40 pesanan" }).click();
    await page.getByText(/pesanan.csv: \d+ kasus ditemukan/).click();
    await page.getByRole("heading", { name: "pesanan.csv" }).waitFor();
    await page.goBack();
    // The server does not get to answer: it is looked at for as long as the person likes.
    await page.route("**/imports/preview", () => undefined);
    await choose.setInputFiles(file);
    await page.getByRole("button", { name: "Batalkan" }).click();
    await page.getByText("Dibatalkan. Hasil yang sudah selesai ada di daftar.").waitFor();
  });

  it(
    "axe finds nothing on any of these pages, in both languages, themes and widths",
    { timeout: 600_000 },
    async () => {
      const paths = [
        ...[`/d/${played.openLink}`, `/d/${played.ringLink}`, `/s/${played.slug}/policy`],
        ...[
          `/s/${played.slug}/report`,
          `/s/${played.slug}`,
          `/s/${played.slug}/check`,
          "/me",
          "/method",
          "/console",
        ],
        ...["/console/cases", "/console/batches", "/console/appeals", "/console/entitlements"],
        ...["/console/policies", "/console/imports", "/console/people", "/console/keys"],
        ...["/console/log", "/console/account", "/console/sales/new"],
        ...["", "/rehearsal", "/error"].map((page) => `/console/sales/${played.slug}${page}`),
        `/console/cases/${played.slug}/1`,
      ];
      const found: string[] = [];
      const desk = await open("/console?lang=id", 1440);
      await signIn(desk, operator("pemilik"));
      const signedIn = await desk.context().storageState();
      const look = async ({ language, width }: (typeof EVERY_WAY)[number]) => {
        // axe is put in by the test, which the pages' own policy forbids everybody else.
        const context = await browser.newContext({
          locale: language,
          bypassCSP: true,
          storageState: signedIn,
          viewport: { width, height: 900 },
        });
        const page = await context.newPage();
        for (const path of paths) {
          await page.goto(`${played.address}${path}?lang=${language}`);
          await page.locator("h1").first().waitFor();
          await page.waitForTimeout(500);
          const way = `${path} ${language} ${width}`;
          found.push(...(await violations(page)).map((text) => `${way} ${text}`));
        }
        await context.close();
      };
      // Much of the time is waiting, so that two widths at once take little more than one.
      for (const language of ["id", "en"])
        await Promise.all(EVERY_WAY.filter((way) => way.language === language).map(look));
      expect(found).toEqual([]);
    },
  );

  it("the public reads policy and report, and no page had a fault", async () => {
    const page = await open(`/s/${played.slug}/report`, 1440, "en-GB");
    await page.getByRole("heading", { name: "How often we were wrong" }).waitFor();
    await page.goto(`${played.address}/s/${played.slug}/policy?lang=en`);
    await page.getByRole("heading", { name: "What can cancel an order" }).waitFor();
    expect(problems).toEqual([]);
  });
});
