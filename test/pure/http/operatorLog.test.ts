import { describe, expect, it } from "vitest";
import type { RouteContract } from "../../../src/api/contract.ts";
import { ROUTES } from "../../../src/api/routes.ts";
import { lineOf } from "../../../src/http/io/operatorLog.ts";
import { files, text } from "../../house/tree.ts";

/* Each POST of an operator says which line it leaves in the operator log, or why it leaves none. */

const routes: readonly RouteContract[] = ROUTES;

/** Operators' POST routes that say neither. */
const silent = (all: readonly RouteContract[]) =>
  all
    .filter(({ auth, method }) => auth === "operator" && method === "POST")
    .filter(({ logs }) => typeof logs !== "object" && !/^never: .{10,}/.test(logs ?? ""))
    .map(({ id }) => id);

interface Given {
  readonly params?: object;
  readonly body?: object;
  readonly answer?: object;
  readonly about?: string;
}

const sale = { params: { slug: "poco" } };
const orderOf = { params: { slug: "poco", orderId: "o-1" } };
const sampled = { params: { slug: "poco", sampleId: "s-1" } };
const batch = { params: { batchId: "B-1" }, answer: { batchId: "b-1" } };
const person = { params: { operatorId: "p-1" }, about: "Sari" };
const policy = { name: "shipped", version: 3 };

/** Actions in the log: people and programs read these words, so they do not change. */
const LINES: Readonly<Record<string, readonly [Given, string, string]>> = {
  acceptInvitation: [
    { body: { name: " Sari" }, answer: { name: "Sari", role: "owner" } },
    "accepted invitation",
    "owner",
  ],
  addTotp: [{}, "set up second factor", "app"],
  removeTotp: [{}, "removed second factor", "app"],
  makeRecoveryCodes: [{}, "made recovery codes", "own"],
  setDemand: [{ body: { role: "owner", demanded: true } }, "demanded second factor", "owner"],
  resetFactors: [person, "reset second factor", "Sari"],
  linkLogin: [{}, "began to tie a login", "own"],
  changePassword: [{}, "changed password", "own"],
  invite: [{ body: { role: "auditor" } }, "invited", "auditor"],
  createSale: [{ answer: { slug: "poco" } }, "create", "poco"],
  openSale: [sale, "open", "poco"],
  pauseSale: [sale, "pause", "poco"],
  resumeSale: [sale, "resume", "poco"],
  closeSale: [sale, "close", "poco"],
  saySomething: [{ ...sale, body: { message: { id: "a" } } }, "said to everybody", "poco"],
  publishPolicy: [{ answer: policy }, "publish policy", "shipped v3"],
  setSalePolicy: [{ ...sale, answer: policy }, "set policy shipped v3", "poco"],
  auditSale: [sale, "audit", "poco"],
  createBatch: [{ ...batch, ...sale }, "create batch", "poco b-1"],
  approveBatch: [batch, "approve batch", "b-1"],
  stopBatch: [batch, "stop batch", "b-1"],
  announceBatch: [batch, "announce batch", "b-1"],
  decideAppeal: [
    { body: { outcome: "upheld" }, answer: { appealId: "a-1" } },
    "appeal upheld",
    "a-1",
  ],
  decideObjection: [
    { params: { slug: "poco", entryId: "e-1" }, body: { verdict: "apart" } },
    "objection apart",
    "poco e-1",
  ],
  setOrderStatus: [
    { ...orderOf, body: { status: "handed_over" } },
    "set order handed_over",
    "poco o-1",
  ],
  proposeCredits: [{ ...sale, answer: { listId: "l-1" } }, "propose credits", "poco l-1"],
  approveCredits: [{ ...sale, answer: { listId: "l-1" } }, "approve credits", "poco l-1"],
  rejectCredits: [{ ...sale, answer: { listId: "l-1" } }, "reject credits", "poco l-1"],
  carveOutRound: [{ params: { slug: "poco", roundNo: 2 } }, "carve out", "poco round 2"],
  drawErrorSample: [sale, "draw error sample", "poco"],
  lookAtErrorSample: [sampled, "look at error sample", "poco s-1"],
  judgeErrorSample: [sampled, "judge error sample", "poco s-1"],
  publishReport: [
    { ...sale, answer: { edition: 2, digest: "d" } },
    "publish report, edition 2",
    "poco d",
  ],
  importOrders: [{ answer: { importId: "i-1", orders: 7 } }, "imported", "i-1 (7 orders)"],
  showImportDecisions: [{ params: { importId: "i-1" } }, "took import decisions", "i-1"],
  addPasskey: [{ body: { name: "phone" } }, "added passkey", "phone"],
  removePasskey: [
    { body: { credentialId: "0123456789abcdef" } },
    "removed passkey",
    "0123456789ab",
  ],
  changeRole: [{ ...person, body: { role: "owner" } }, "made owner", "Sari"],
  letGo: [person, "let go", "Sari"],
  createKey: [{ body: { name: "ERP" } }, "made key", "ERP"],
  revokeKey: [{ params: { keyId: "k-1" } }, "revoked key", "k-1"],
  resendMessage: [{ body: { messageId: 5 } }, "sent message again", "5"],
  settleMisfit: [{ params: { misfitNo: 7 } }, "settled payment report", "7"],
  resendWebhook: [{ body: { sale: "poco", orderId: "o-1" } }, "told channel again", "o-1"],
};

const lineFor = (id: string, { params, body, answer, about }: Given) => {
  const contract = routes.find((one) => one.id === id) as RouteContract;
  const call = { params, body, operator: { name: "Ana" }, nowMs: 1 };
  return lineOf(contract, call as unknown as Parameters<typeof lineOf>[1], {
    body: answer,
    ...(about === undefined ? {} : { about }),
  });
};

describe("the operator log", () => {
  it("has a word in the contract of each POST of an operator", () => {
    expect(silent(routes)).toEqual([]);
    const planted = routes.map((one): RouteContract => {
      const { logs: _logs, ...bare } = one;
      return one.id === "pauseSale" ? bare : one;
    });
    expect(silent(planted)).toEqual(["pauseSale"]);
  });

  it("says who did what, and to what", () => {
    const speaking = routes.filter(({ logs }) => typeof logs === "object").map(({ id }) => id);
    expect(Object.keys(LINES).sort()).toEqual(speaking.sort());
    for (const [id, [given, action, subject]] of Object.entries(LINES)) {
      const operatorName = id === "acceptInvitation" ? "Sari" : "Ana";
      expect(lineFor(id, given), id).toEqual({ operatorName, action, subject, nowMs: 1 });
    }
    const nothing = { ...sale, body: { message: null } };
    expect(lineFor("saySomething", nothing)).toMatchObject({ action: "took message back" });
    expect(lineFor("claimCase", sale)).toBeNull();
  });

  it("is written by the mounting of routes; beside it by what no request asks for", () => {
    const writing = files.filter((file) => /\blogOperatorAction\(/.test(text(file)));
    expect(writing.filter((file) => file.startsWith("src/"))).toEqual([
      "src/access/io/operatorStore.ts",
      // Clocks.
      "src/cases/appeal/io/appealCommands.ts",
      "src/cases/review/io/letStand.ts",
      // Going on after a setback, from the command line.
      "src/cli/doctorCommand.ts",
      "src/http/io/operatorLog.ts",
      // A budget, strangers, the command line.
      "src/messages/io/textBudget.ts",
      "src/people/io/codeRoutes.ts",
      // The end of a login, whose browser has no session yet.
      "src/people/io/loginRoutes.ts",
      "src/people/io/recovery.ts",
    ]);
  });
});
