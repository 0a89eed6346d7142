import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inLanguage } from "../../src/base/inLanguage.ts";
import { SeededChance } from "../../src/crowd/chance.ts";
import { joinLobby, takeOffers, type Entrant } from "../../sim/incident/crowd.ts";
import { readMessages } from "../../sim/fakes/readMessages.ts";
import { openStage, type Stage } from "../../sim/incident/stage.ts";
import { OrderMaker } from "../../src/crowd/orders.ts";
import { localTimeOf } from "../../src/base/zone.ts";
import { inviteFirstOwner } from "../../src/people/io/operatorRoutes.ts";
import { CHECK_WORDS } from "../../web/buyer/check/words.ts";
import { DECISION_WORDS } from "../../web/buyer/decision/words.ts";
import { REPORT_WORDS } from "../../web/buyer/report/words.ts";
import { SALE_WORDS } from "../../web/buyer/sale/words.ts";
import { fillDelivery, hasBrowser, joinLine, openBrowser } from "./browser.ts";
import { consoleWords } from "../helpers/consoleWords.ts";

const HOUR_MS = 3_600_000;
const PASSWORD = "a password of the story";
const UNITS = 200;

/** The state of a page a moment later. */
const soon = (look: () => unknown) => expect.poll(look, { timeout: 15_000 });

/** The whole incident by clicking, as each person would, in both languages; only the crowd comes by program. */
describe.skipIf(!hasBrowser).each(["id", "en"] as const)(
  "the incident by clicking (%s)",
  (language) => {
    const words = consoleWords(language);
    const buyer = inLanguage(SALE_WORDS, language);
    const rights = inLanguage(DECISION_WORDS, language);
    const slug = `klik-${language}`;
    const lobbyMs = Math.floor(Date.now() / 1_000) * 1_000 + 60_000;
    const opensMs = lobbyMs + HOUR_MS;
    let stage: Stage;
    let browser: Browser;
    let entrants: readonly Entrant[] = [];
    const problems: string[] = [];
    const desk = new Map<string, Page>();
    let wronged = "";

    beforeAll(async () => {
      browser = await openBrowser();
      stage = await openStage(lobbyMs - 60_000, () => undefined);
    });
    afterAll(async () => {
      await browser?.close();
      await stage?.close();
    });

    async function open(path: string, width = 1440): Promise<Page> {
      const context = await browser.newContext({
        locale: language === "id" ? "id-ID" : "en-GB",
        viewport: { width, height: 900 },
      });
      const page = await context.newPage();
      page.setDefaultTimeout(15_000);
      page.on("pageerror", (error) => problems.push(error.message));
      page.on("dialog", (dialog) => void dialog.accept());
      await page.goto(stage.address + path);
      return page;
    }

    /** Sets name and password with an invitation and stays signed in. */
    async function enterDesk(link: string, name: string): Promise<Page> {
      const page = await open(link.replace(stage.address, ""));
      await page.getByLabel(words.name).fill(name);
      await page.getByLabel(words.password).fill(PASSWORD);
      await page.getByRole("button", { name: words.create }).click();
      await page.locator("aside").waitFor();
      desk.set(name, page);
      return page;
    }

    /** Approves the only batch: seven signs of its digest are too few, eight are enough. */
    async function approveByDigest(page: Page): Promise<void> {
      await page.getByRole("button", { name: words.approve }).click();
      const digest = (await page.locator(".card .digest").textContent())!;
      const dialog = page.getByRole("dialog", { name: words.approve });
      const typed = dialog.getByLabel(words.approveType.replace("{n}", "8"));
      const approve = dialog.getByRole("button", { name: words.approve });
      await typed.fill(digest.slice(0, 7));
      expect(await approve.isDisabled()).toBe(true);
      await typed.fill(digest.slice(0, 8));
      await approve.click();
      await dialog.waitFor({ state: "detached" });
    }

    const newest = async (kind: string): Promise<{ code?: string; text?: string }> => {
      const [row] = await stage.sql<{ payloadCipher: Buffer }[]>`
      select payload_cipher from outbox where kind = ${kind} order by message_id desc limit 1`;
      return JSON.parse(stage.keyring.decrypt(row!.payloadCipher)).facts;
    };

    const saleFile = () => ({
      format: "giliran.sale/1",
      slug,
      timeZone: "Asia/Jakarta",
      currency: "IDR",
      title: { id: "Penjualan klik", en: "The clicked sale" },
      description: { id: "Dua ratus ponsel.", en: "Two hundred phones." },
      unitsPerPerson: 1,
      workCost: 20,
      synthetic: ["Semuanya. / All of it."],
      variants: [{ sku: "M3", name: { id: "Poco M3", en: "Poco M3" }, price: "1899000" }],
      channels: [{ code: "own", name: "Mi.com", paymentMethods: ["va", "qris"], codQuota: 0 }],
      rounds: [
        {
          name: { id: "Gelombang", en: "Round" },
          mode: "shuffled_queue",
          windowMs: 1_000,
          lobbyOpensAt: localTimeOf(lobbyMs, "Asia/Jakarta"),
          opensAt: localTimeOf(opensMs, "Asia/Jakarta"),
          closesAt: localTimeOf(opensMs + 300_000, "Asia/Jakarta"),
          offerSeconds: 3_600,
          offerExtensionSeconds: 300,
          paymentSeconds: 7_200,
          stock: { own: { M3: UNITS } },
        },
      ],
    });

    it("an owner takes the first link and invites four colleagues", async () => {
      const invitation = await inviteFirstOwner(stage.sql, stage.keyring, stage.clock.nowMs());
      const owner = await enterDesk(`/console#invitation=${invitation}`, "Ratna");
      await owner.getByRole("link", { name: words.people }).click();
      for (const [name, role] of [
        ["Agus", "operator"],
        ["Sari", "reviewer"],
        ["Bima", "reviewer"],
        ["Dewi", "approver"],
      ] as const) {
        const link = owner.locator("code");
        const before = (await link.count()) > 0 ? await link.textContent() : "";
        await owner.getByLabel(words.role, { exact: true }).selectOption(role);
        await owner.getByRole("button", { name: words.makeLink }).click();
        await soon(async () => (await link.textContent()) !== before).toBe(true);
        await enterDesk((await link.textContent()) as string, name);
      }
    });

    it("the operator makes the sale from a file, sees it as buyers will, rehearses and opens it", async () => {
      const page = desk.get("Agus")!;
      await page.getByRole("link", { name: words.sales, exact: true }).click();
      await page.getByRole("link", { name: words.newSale }).click();
      const broken = { ...saleFile(), unitsPerPerson: 0 };
      const file = (content: object) => ({
        name: "x.json",
        mimeType: "application/json",
        buffer: Buffer.from(JSON.stringify(content)),
      });
      await page.getByLabel(words.wizard.openFile).setInputFiles(file(broken));
      await page.getByText("unitsPerPerson").waitFor();
      expect(await page.getByRole("button", { name: words.wizard.create }).isDisabled()).toBe(true);
      await page.getByLabel(words.wizard.limit).fill("1");
      const preview = page.frameLocator("iframe");
      await preview.getByRole("heading", { name: saleFile().title[language] }).waitFor();
      await page.getByRole("button", { name: words.wizard.create }).click();
      await page.getByRole("button", { name: words.shippedPolicy }).click();
      await page.getByRole("link", { name: words.rehearsal }).click();
      await page.getByRole("button", { name: words.crowdRun }).click();
      await page.getByRole("heading", { name: words.crowdRings }).waitFor({ timeout: 60_000 });
      await page.goBack();
      await page.getByRole("button", { name: words.actions.open, exact: true }).click();
      await page.getByRole("button", { name: words.actions.pause }).waitFor();
    });

    it("a buyer joins with a code on a narrow screen; the crowd comes, too, rings in it", async () => {
      stage.clock.moveTo(lobbyMs + 1_000);
      const page = await open(`/s/${slug}`, 360);
      await page.getByLabel(buyer.contact).fill("081311112222");
      await page.getByRole("button", { name: buyer.sendCode }).click();
      await page.getByLabel(buyer.code).waitFor();
      await page.getByLabel(buyer.code).fill((await newest("sign_in_code")).code!);
      await page.getByRole("button", { name: buyer.signIn }).click();
      await joinLine(page, "own");
      await page.locator("#turn").getByText(buyer.joined).waitFor({ timeout: 30_000 });
      const rings = new OrderMaker(4, ["own"]).make({
        count: 48,
        ringShare: 1,
        styles: ["phone_farm", "bought_accounts"],
      });
      // A large household on one phone: by its data a small ring, and the reason for all that follows.
      const household = new OrderMaker(9, ["own"])
        .make({ count: 5, ringShare: 1, styles: ["tiny"] })
        .map((label, index) => ({
          ...label,
          ring: null,
          style: null,
          kind: "family" as const,
          order: { ...label.order, account: `h${index}`, orderId: `h${index}` },
        }));
      const others = new OrderMaker(5, ["own"]).make({ count: 40, ringShare: 0 });
      entrants = [...rings, ...household, ...others].map((label) => ({
        label,
        session: "",
        orderId: null,
      }));
      const sale = { slug, channels: [{ code: "own", skus: ["M3"] }] };
      await joinLobby(stage, sale, entrants, new SeededChance(1));
      stage.clock.moveTo(opensMs + 10);
      await stage.server.worker.tick();
      // A board that was read during the tick is shown for a second, and this clock stands still.
      stage.clock.moveTo(opensMs + 1_010);
      await page.locator("#turn").getByText(buyer.offerTitle).waitFor({ timeout: 30_000 });
      await fillDelivery(page);
      await page.getByRole("radio", { name: buyer.methods.qris }).check();
      await page.getByRole("button", { name: buyer.order }).click();
      await page.locator("#turn").getByText(buyer.ownStatus.awaiting_payment).waitFor();
      await takeOffers(stage, sale, entrants, opensMs + 1_020);
      // Unpaid units go to the next in line, whose time runs out, too.
      for (const hours of [3, 5, 7]) {
        stage.clock.moveTo(opensMs + hours * HOUR_MS);
        await stage.server.worker.tick();
        await stage.server.worker.tick();
      }
      await stage.server.caseWorker.run();
      await stage.server.sender.run();
    });

    it("a reviewer works the queue with keys alone, and takes one decision back", async () => {
      const page = desk.get("Sari")!;
      await page.keyboard.press("g");
      await page.keyboard.press("c");
      const marked = page.getByRole("row", { selected: true });
      await marked.filter({ hasText: words.state.open }).waitFor();
      // One look for both: between two looks the last row gives way to the words that stand for none.
      const shown = page.getByText(/^\d+ /).or(page.getByText(words.noCases)).first();
      const count = async () => {
        const text = (await shown.textContent())!;
        return text === words.noCases ? 0 : Number(text.split(" ")[0]);
      };
      const open = await count();
      expect(open).toBeGreaterThan(2);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: words.speaksFor }).waitFor();
      const title = () => page.getByRole("heading", { level: 1 }).textContent();
      const first = await title();
      await page.keyboard.press("x");
      await soon(title).not.toBe(first);
      await page
        .getByRole("status")
        .filter({ hasText: `${slug} #` })
        .waitFor();
      await page.keyboard.press("u");
      await page
        .getByRole("status")
        .filter({ hasText: `${slug} #` })
        .waitFor({ state: "detached" });
      await page.keyboard.press("Escape");
      await soon(count).toBe(open);
      for (let left = open; left > 0; left--) {
        await page.keyboard.press("Home");
        await marked.filter({ hasText: words.state.open }).waitFor();
        await page.keyboard.press("x");
        const refused = page.getByRole("alert");
        // An order that must not be cancelled is released; a refusal goes away as soon as its key
        // is pressed.
        await soon(async () => {
          if ((await refused.count()) > 0) await page.keyboard.press("r");
          return count();
        }).toBeLessThan(left);
      }
    });

    it("the batch shows its harm, two people approve, and it runs after the grace", async () => {
      const operator = desk.get("Agus")!;
      await operator.getByRole("link", { name: words.batches }).click();
      await operator.getByRole("button", { name: words.freeze }).click();
      await operator.getByText(words.oneOrder).waitFor();
      await approveByDigest(operator);
      const approval = `Agus ${words.invitedBy} Ratna`;
      await operator.getByRole("listitem").filter({ hasText: approval }).waitFor();
      const approver = desk.get("Dewi")!;
      await approver.getByRole("link", { name: words.batches }).click();
      await approveByDigest(approver);
      await approver.getByText(words.batchState.grace).waitFor();
      stage.clock.moveTo(stage.clock.nowMs() + HOUR_MS);
      for (let round = 0; round < 4; round++) await stage.server.caseWorker.run();
      await stage.server.sender.run();
      await operator.getByText(words.batchState.done, { exact: true }).waitFor();
    });

    it("the wronged buyer appeals from her notice; somebody else upholds it; she has her unit back", async () => {
      const household = new Set(
        entrants
          .filter((one) => one.label.household && one.label.kind === "family")
          .map((one) => one.orderId),
      );
      for (const { text } of await readMessages(stage.sql, stage.keyring, "decision")) {
        const link = /\/d\/[0-9a-f]{48}/.exec(text)![0];
        const { record } = await stage.api.get<{ record: { order_id: string } }>(
          `/v1/decisions${link.slice(2)}`,
        );
        if (household.has(record.order_id)) wronged = link;
      }
      expect(wronged).not.toBe("");
      const page = await open(wronged, 360);
      await page
        .getByLabel(rights.statement)
        .fill("Kami serumah memakai satu ponsel dan satu dompet.");
      await page.getByLabel(rights.family).check();
      await page.getByRole("button", { name: rights.send }).click();
      await page.getByText(rights.pending.split("{")[0]!.trim()).waitFor();
      const reviewer = desk.get("Bima")!;
      await reviewer.getByRole("link", { name: words.appeals }).click();
      await reviewer.getByRole("row").filter({ hasText: slug }).getByRole("link").click();
      await reviewer.getByText("Kami serumah memakai satu ponsel dan satu dompet.").waitFor();
      await reviewer.getByLabel(words.answer).fill("Kartu keluarga menunjukkan lima orang dewasa.");
      await reviewer.getByRole("button", { name: words.uphold }).click();
      await reviewer.getByRole("row").filter({ hasText: words.appealState.upheld }).waitFor();
      await page.reload();
      await page.getByText(rights.upheld).waitFor();
    });

    it("an outsider reads the report and recomputes the draw", async () => {
      const operator = desk.get("Agus")!;
      await operator.getByRole("link", { name: words.sales, exact: true }).click();
      await operator.getByRole("link", { name: words.ownError }).click();
      await operator.getByRole("button", { name: words.error.publish }).click();
      const outsider = await open(`/s/${slug}/report`);
      await outsider
        .getByRole("heading", { name: inLanguage(REPORT_WORDS, language).reportTitle })
        .waitFor();
      await outsider.goto(`${stage.address}/s/${slug}/check`);
      await outsider.getByRole("button", { name: inLanguage(CHECK_WORDS, language).start }).click();
      await outsider.getByText(inLanguage(CHECK_WORDS, language).good).waitFor({ timeout: 60_000 });
      expect(problems).toEqual([]);
    });
  },
);
