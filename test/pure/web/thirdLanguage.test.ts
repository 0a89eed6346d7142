import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PROBLEMS } from "../../../src/api/problems.ts";
import type { ProblemDocument } from "../../../src/api/problems.ts";
import { LENGTHS } from "../../../src/integrity/evidence/words.ts";
import { sameMoment } from "../../../src/integrity/signals/sameMoment.ts";
import type { Message } from "../../../src/messages/message.ts";
import { MESSAGE_WORDS } from "../../../src/messages/words.ts";
import { SALE_WORDS } from "../../../web/buyer/sale/words.ts";
import { FRAME_WORDS } from "../../../web/console/frame/words.ts";
import { COMMON_WORDS } from "../../../web/console/ui/words.ts";
import { ROOT } from "../../house/tree.ts";

/* A third language is added to a copy of the sources as CONTRIBUTING says it, and spoken everywhere. */

interface Spoken {
  readonly page: string;
  readonly console: string;
  readonly message: Message;
  readonly problem: ProblemDocument;
  readonly reason: string;
}

/** The texts of the invented language; all others stay English. */
const OVERRIDES = {
  [SALE_WORDS.yourTurn.en]: "Xyour turn",
  [PROBLEMS.sale_not_found.title.en]: "Xno such sale",
  [MESSAGE_WORDS.sign_in_code.text.en]: "X{code} within {minutes}",
  [FRAME_WORDS.noScript.en]: "Xscript",
  [sameMoment.texts.reason.en]: "X{orders} within {duration}",
  [LENGTHS.minutes.en]: "{n} Xminutes",
  // Both languages of the sources have this word, in two places.
  [COMMON_WORDS.roles.operator]: "Xoperator",
};

const copy = mkdtempSync(join(tmpdir(), "giliran-language-"));

/** Changes one place of a file of the copy. */
function edit(file: string, place: string, becomes: string): void {
  const before = readFileSync(join(copy, file), "utf8");
  expect(before.split(place)).toHaveLength(2);
  writeFileSync(join(copy, file), before.replace(place, becomes));
}

function run(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: "utf8",
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

function speak(language: string): Spoken {
  const { stdout, stderr } = run("test/helpers/children/thirdLanguageChild.ts", language);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Spoken;
}

describe("a third language", () => {
  let xx: Spoken;

  beforeAll(() => {
    for (const folder of ["src", "web", "test", "sim", "bench", "bin", "examples"]) {
      cpSync(join(ROOT, folder), join(copy, folder), { recursive: true });
    }
    cpSync(join(ROOT, "package.json"), join(copy, "package.json"));
    symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
    expect(run("test/language/missing.ts", "xx").status).toBe(2);
    const languages = "src/base/languages";
    writeFileSync(
      join(copy, languages, "xx.ts"),
      `export const XX = ${JSON.stringify(OVERRIDES)} as const;\n`,
    );
    edit(
      `${languages}/list.ts`,
      "} as const;",
      '  xx: { name: "Xish", locale: "en" },\n} as const;',
    );
    edit(`${languages}/overrides.ts`, "= {};", "= { xx: XX };");
    edit(`${languages}/overrides.ts`, "import", 'import { XX } from "./xx.ts";\nimport');
    xx = speak("xx");
  });

  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  it("is on a page, with English for what it lacks, and the way to the others", () => {
    expect(xx.page).toContain('<html lang="xx">');
    expect(xx.page).toContain("Xyour turn");
    expect(xx.page).not.toContain(SALE_WORDS.yourTurn.en);
    expect(xx.page).toContain(SALE_WORDS.rulesTitle.en);
    for (const other of ["id", "en"]) expect(xx.page).toContain(`href="?lang=${other}"`);
  });

  it("is in what a page's script must say of answers, and no more than that", () => {
    const data = /id="page-data">(.*?)<\/script>/s.exec(xx.page)?.[1] ?? "";
    expect(data).toContain("X{orders} within {duration}");
    expect(data).not.toContain("Xno such sale");
  });

  it("is in a message, a problem, and a reason that was stored before", () => {
    expect(xx.message.text).toBe("X123456 within 10");
    expect(xx.message.subject).toBe(MESSAGE_WORDS.sign_in_code.subject.en);
    expect(xx.problem.title).toBe("Xno such sale");
    expect(xx.reason).toBe("X12 within 4 Xminutes");
  });

  it("comes with the console's page, which says all else of it", () => {
    expect(xx.console).toContain("Xscript");
    expect(xx.console).toContain("Xno such sale");
  });

  it("leaves the others as they are, but for the way to it", () => {
    const en = speak("en");
    expect(en.page).toContain(SALE_WORDS.yourTurn.en);
    expect(en.page).toContain('href="?lang=xx"');
    expect(en.page).not.toContain("overrides");
    expect(en.console).not.toContain("overrides");
    expect(en.problem.title).toBe(PROBLEMS.sale_not_found.title.en);
  });

  it("has its missing texts listed by file, and those that are no more", () => {
    const listed = run("test/language/missing.ts", "xx");
    expect(listed.status).toBe(1);
    expect(listed.stdout).toContain("web/buyer/sale/words.ts");
    expect(listed.stdout).toContain(JSON.stringify(SALE_WORDS.rulesTitle.en));
    expect(listed.stdout).not.toContain(JSON.stringify(SALE_WORDS.yourTurn.en));
    expect(listed.stdout).toContain(JSON.stringify(COMMON_WORDS.roles.auditor));
    expect(listed.stdout).toMatch(/\n8 of \d{4} texts, 0 stale\n/);
    edit("src/base/languages/xx.ts", "= {", '= { "Nobody says this.": "X",');
    const stale = run("test/language/missing.ts", "xx").stdout;
    expect(stale).toContain('no such text any more: "Nobody says this."');
  });
});
