import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALLOWED, ROOMS, type RoomName } from "./rooms.ts";
import { documents } from "./documents.ts";
import { ROOT, text } from "./tree.ts";

/* Documents state the truth about the tree, and keep to their length. */

const PATH = /`((?:src|web|sim|bin|bench|test|docs|examples|migrations)\/[\w./-]*)`/g;

const pathsIn = (document: string) => [...document.matchAll(PATH)].map((match) => match[1] ?? "");
const linesOf = (file: string) => text(file).split("\n");

describe("paths", () => {
  it("that a document names exist", () => {
    const named = documents.flatMap((file) => pathsIn(text(file)).map((path) => ({ file, path })));
    expect(named.length).toBeGreaterThan(80);
    expect(named.filter(({ path }) => !existsSync(join(ROOT, path)))).toEqual([]);
    expect(pathsIn("see `src/gone.ts`")).toEqual(["src/gone.ts"]);
  });
});

describe("README.md", () => {
  it("has three pictures, two commands, and its limits in ten lines", () => {
    const readme = text("README.md");
    expect(readme.match(/^!\[/gm)).toHaveLength(3);
    expect(readme.match(/^ {4}npm ci/gm)).toHaveLength(2);
    const limits = readme.split("## Honest limits")[1]?.split("\n## ")[0] ?? "";
    expect(limits.match(/^\* /gm)?.length).toBe(10);
    expect(limits.trim().split("\n")).toHaveLength(10);
    expect(linesOf("README.md").length).toBeLessThanOrEqual(95);
  });
});

describe("CHANGELOG.md", () => {
  it("has one line for a change", () => {
    const lines = linesOf("CHANGELOG.md").filter((line) => line !== "");
    expect(lines.filter((line) => !/^(#{1,3}|\*) /.test(line))).toEqual([]);
    expect(lines.filter((line) => line.length > 260)).toEqual([]);
  });
});

describe("ARCHITECTURE.md", () => {
  const drawings = [...text("ARCHITECTURE.md").matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(
    (match) => match[1] ?? "",
  );

  it("keeps to two pages, its drawings apart", () => {
    const drawn = drawings.join("").split("\n").length;
    expect(linesOf("ARCHITECTURE.md").length - drawn).toBeLessThanOrEqual(110);
  });

  it("draws the rooms, and the ways of an entry, an order and an appeal", () => {
    expect(drawings).toHaveLength(4);
  });

  it("draws no import that a room may not have, and every room", () => {
    const arrows = arrowsOf(drawings[0] ?? "");
    expect(arrows.length).toBeGreaterThan(25);
    expect(arrows.filter(({ from, to }) => !ALLOWED[from].includes(to))).toEqual([]);
    const drawn = new Set(arrows.flatMap(({ from, to }) => [from, to]));
    const left = ROOMS.filter((room) => !drawn.has(room));
    expect(left).toEqual(["src/base", "bench", "test"]);
  });

  it("a wrong arrow is seen", () => {
    const [arrow] = arrowsOf("flowchart TB\n  sale --> web\n");
    expect(arrow).toEqual({ from: "src/sale", to: "web" });
    expect(ALLOWED["src/sale"].includes("web")).toBe(false);
  });
});

/** `a --> b["label"] & c`: what imports what. A room's node is called like the room, with _ for /. */
function arrowsOf(drawing: string): { from: RoomName; to: RoomName }[] {
  return [...drawing.matchAll(/^ +(\S.*?) --> (.+)$/gm)].flatMap(([, left = "", right = ""]) =>
    left
      .split(" & ")
      .flatMap((from) =>
        right.split(" & ").map((to) => ({ from: roomOfNode(from), to: roomOfNode(to) })),
      ),
  );
}

function roomOfNode(node: string): RoomName {
  const name = node.replace(/\[.*\]/, "");
  const called = name === "formats" ? "connectors/formats" : name.replace("_", "/");
  const room = ROOMS.find((one) => one === called || one === `src/${called}`);
  if (room === undefined) throw new Error(`the map names "${node}", which is no room`);
  return room;
}

describe("docs/decisions", () => {
  const decisions = documents.filter((file) => file.startsWith("docs/decisions/")).sort();

  it("are numbered without a gap", () => {
    const numbers = decisions.map((file) => Number(/(\d{4})-/.exec(file)?.[1]));
    expect(numbers).toEqual(decisions.map((_, at) => at + 1));
  });

  for (const file of decisions) {
    it(`${file} has its number, a status and what it decides`, () => {
      const [title, , status] = linesOf(file);
      expect(title).toMatch(new RegExp(`^# ${/\d{4}/.exec(file)?.[0]} `));
      expect(status).toMatch(/^Status: (accepted|rejected|superseded by \[\d{4}\])/);
      expect(text(file)).toContain("**What.**");
    });
  }
});

describe.each(["benchmarks.md", "accuracy.md"])("docs/reference/%s", (name) => {
  it("keeps to two pages and says how to repeat it", () => {
    expect(linesOf(`docs/reference/${name}`).length).toBeLessThanOrEqual(130);
    const scripts = (JSON.parse(text("package.json")) as { scripts: Record<string, string> })
      .scripts;
    for (const [, script = ""] of text(`docs/reference/${name}`).matchAll(/npm run ([\w:]+)/g)) {
      expect(scripts).toHaveProperty(script);
    }
  });
});

describe("CONTRIBUTING.md", () => {
  /** How many files a change may touch; more of them say that a seam is in the wrong place. */
  const MOST: Readonly<Record<string, number>> = {
    "A rule about appeals": 4,
    "A marketplace's file": 3,
    "A payment service": 12,
    "A signal": 4,
    "A text that buyers read": 1,
    "A language": 5,
    "A route": 3,
  };
  const sections = text("CONTRIBUTING.md").split(/^### /m).slice(1);

  it("names the files of each change, and no more than it says", () => {
    const said = sections.map((section) => {
      const title = section.split("\n")[0] ?? "";
      const [, name = "", count] = /^(.*?) \((\d+) files?\b/.exec(title) ?? [];
      const steps = [...section.matchAll(/^\d+\. /gm)].length;
      expect(steps, title).toBe(Number(count));
      expect(steps, title).toBeLessThanOrEqual(MOST[name] ?? 0);
      return name;
    });
    expect(said).toEqual(Object.keys(MOST));
  });

  it("begins each step with a file", () => {
    const steps = sections.flatMap((section) => [...section.matchAll(/^\d+\. (.*)$/gm)]);
    expect(steps.filter(([, step]) => !/^`[\w./-]+`/.test(step ?? ""))).toEqual([]);
  });
});

/** Words for people and orders of no real sale, and a measured figure. */
const MADE_UP = /made[- ]up|synthetic|invented (?:orders|people|crowd)|sim\/(?:blind|event)/i;
const FIGURE = /\d\s?%|\bF1 [.\d]|\d [smh]\b/;

/** Paragraphs, items of lists, and tables with the sentence that leads to them. */
const blocksOf = (document: string): readonly string[] =>
  document
    .replace(/:\n\n\|/g, ":\n|")
    .split(/\n\n|\n(?=\* )|\n(?=\d+\. )/)
    .flatMap((block) => (block.startsWith("|") ? block.split("\n") : [block]));

const unsaid = (document: string): readonly string[] =>
  blocksOf(document).filter(
    (block) => MADE_UP.test(block) && FIGURE.test(block) && !/own[- ]generator/i.test(block),
  );

describe("figures of made-up sales", () => {
  it("say in every document that an own generator made them", () => {
    const found = documents.flatMap((file) =>
      unsaid(text(file)).map((block) => `${file}: ${block}`),
    );
    expect(found).toEqual([]);
  });

  it("say so on the pages that show them", () => {
    for (const file of ["web/console/rehearsal/words.ts", "sim/incident/page.ts"]) {
      expect(text(file), file).toContain("our own generator");
      expect(text(file), file).toContain("generator kami sendiri");
    }
    expect(text("sim/commands/replayCommand.ts")).toContain("our own generator");
  });

  it("are seen without it: in a sentence, an item, a table, and a table behind its sentence", () => {
    const says = [
      "On made-up orders 3 % were held.",
      "* Of 400 synthetic ones 0.3 % broke.",
      "| made-up orders | 3 % |",
      "50,000 made-up orders:\n\n| held | 3 % |",
      "Pairs (`sim/blind/addressPairs.ts`): F1 .9",
    ];
    for (const one of says) {
      expect(unsaid(`Before.\n\n${one}\n\nAfter.`)).toHaveLength(1);
      expect(unsaid(one.replace(/ |\n\n/, " own generator: "))).toEqual([]);
    }
    expect(unsaid("Made-up names are refused.\n\nHalf of all, 50 %, are asked.")).toEqual([]);
  });
});
