import { parseSync } from "oxc-parser";

/* Source text as a tree, and what the guards of the house find in it. No guard looks at text between quotes. */

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && "start" in value;

/** The nodes of a list that a node may have. */
export const nodesOf = (value: unknown): Node[] => (value as Node[] | undefined) ?? [];

/** The tree of a file's source. */
export const parse = (file: string, source: string): Node =>
  parseSync(file, source).program as unknown as Node;

/** Visits every node below `root`, with its parent and the name that the parent has for it. */
export function walk(
  root: Node,
  visit: (node: Node, parent: Node | null, key: string) => void,
): void {
  const go = (value: unknown, parent: Node | null, key: string): void => {
    if (Array.isArray(value)) for (const one of value) go(one, parent, key);
    else if (isNode(value)) {
      visit(value, parent, key);
      for (const [name, child] of Object.entries(value)) go(child, value, name);
    }
  };
  go(root, null, "");
}

/** Where a node stands, for people: "src/sale/line.ts:12". */
export const placeOf = (file: string, source: string, node: Node): string =>
  `${file}:${source.slice(0, node.start).split("\n").length}`;

/** Whether an identifier is read as a variable: no property, no key, no name in a type. */
function isVariable(parent: Node | null, key: string): boolean {
  if (parent === null || parent.type.startsWith("TS")) return false;
  if (parent.type === "MemberExpression") return key === "object" || parent["computed"] === true;
  if (parent.type === "Property" || parent.type.endsWith("Definition")) {
    return key === "value" || parent["computed"] === true;
  }
  return !/^(Import|Export)/.test(parent.type);
}

/**
 * Names of the world, its clock and its chance, which a rule must not use. `Promise` counts, as it
 * is work for later.
 */
const WORLD = new Set(
  `process fetch setTimeout setInterval setImmediate queueMicrotask requestAnimationFrame crypto
  performance console globalThis navigator localStorage sessionStorage indexedDB caches WebSocket
  EventSource XMLHttpRequest Worker Buffer Promise require`.split(/\s+/),
);
/** A browser's, unless the file has something of its own by that name: a window of a sale, a document of JSON. */
const BROWSER = ["window", "document", "location"];

/** Which of the names a file declares: variables, parameters, parts of either. */
function declared(tree: Node, names: readonly string[]): Set<string> {
  const found = new Set<string>();
  const patterns = (node: Node) =>
    node.type === "VariableDeclarator" ? [node["id"]] : ((node["params"] as unknown[]) ?? []);
  walk(tree, (node) => {
    for (const pattern of patterns(node)) {
      if (!isNode(pattern)) continue;
      walk(pattern, ({ type, name }) => {
        if (type === "Identifier" && names.includes(String(name))) found.add(String(name));
      });
    }
  });
  return found;
}

/** Async code in a rule, and its uses of the world. */
export function impurities(file: string, source: string): string[] {
  const found: string[] = [];
  const tree = parse(file, source);
  const own = declared(tree, BROWSER);
  const world = new Set([...WORLD, ...BROWSER.filter((name) => !own.has(name))]);
  walk(tree, (node, parent, key) => {
    const say = (what: string) => found.push(`${placeOf(file, source, node)}: ${what}`);
    const name = node["name"] as string;
    if (node["async"] === true) say("async");
    if (node.type === "AwaitExpression" || node["await"] === true) say("await");
    if (node.type === "ImportExpression") say("import()");
    if (node.type === "MetaProperty" && source.slice(node.start, node.end) === "import.meta") {
      say("import.meta");
    }
    if (node.type === "Identifier" && world.has(name) && isVariable(parent, key)) say(name);
    const text = () => source.slice(node.start, node.end).replaceAll(/\s/g, "");
    if (node.type === "MemberExpression" && /^(Date\.now|Math\.random)$/.test(text())) say(text());
    const callee = node["callee"] as Node | undefined;
    if (callee?.["name"] === "Date") {
      const isClock = node.type === "CallExpression" || (node["arguments"] as Node[]).length === 0;
      if (isClock) say("the clock");
    }
  });
  return found;
}

/** Packages that compute and touch nothing; a rule may import these. */
const PURE_PACKAGES =
  /^(zod|fastest-levenshtein|graphology(-communities-louvain)?|@noble\/(hashes|curves)\/[\w.-]+)$/;

/** Packages and parts of Node that a rule imports and may not. */
export function foreignImports(file: string, source: string): string[] {
  const { module } = parseSync(file, source);
  return [
    ...module.staticImports.map((one) => one.moduleRequest.value),
    ...module.staticExports.flatMap((one) =>
      one.entries.flatMap((entry) => entry.moduleRequest?.value ?? []),
    ),
  ]
    .filter((name) => !name.startsWith(".") && !PURE_PACKAGES.test(name))
    .map((name) => `${file} imports ${name}`);
}

/** Statements of SQL: every tagged template that is no page, and texts that are run as they stand. */
export function statements(file: string, source: string): Node[] {
  const found: Node[] = [];
  walk(parse(file, source), (node) => {
    if (node.type === "TaggedTemplateExpression") {
      const tag = node["tag"] as Node;
      if (!/^(html|String\.raw)$/.test(source.slice(tag.start, tag.end))) found.push(node);
    }
    if (node.type !== "CallExpression") return;
    const callee = node["callee"] as Node;
    const property = callee["property"] as Node | undefined;
    if (/^(unsafe|query|queryRaw)$/.test(String(property?.["name"]))) found.push(node);
  });
  return found;
}

/** Words of the product's subjects. `toLowerCase` and `Object.entries` are the language's. */
const SUBJECTS =
  /^(sale|entry|order|offer|appeal|case|decision|policy|policie|ring|turn|refund|channel|buyer|dossier|entitlement)s?$/;
const OF_THE_LANGUAGE = new Set(["toLowerCase", "toUpperCase", "toLocaleLowerCase"]);

/** Names in a file, its own among them, that speak of a subject. */
export function subjectNames(file: string, source: string): string[] {
  const names = new Set([
    file
      .split("/")
      .at(-1)
      ?.replace(/\.tsx?$/, "") ?? "",
  ]);
  walk(parse(file, source), (node) => {
    if (node.type.endsWith("Identifier")) names.add(String(node["name"]));
  });
  const wordsOf = (name: string) => name.split(/(?=[A-Z])|[_\W]/).map((word) => word.toLowerCase());
  return [...names].filter(
    (name) => !OF_THE_LANGUAGE.has(name) && wordsOf(name).some((word) => SUBJECTS.test(word)),
  );
}

/** Whether a parameter is a number, or a number or null. */
function isNumber(parameter: Node): boolean {
  if (parameter.type === "AssignmentPattern") {
    const value = parameter["right"] as Node;
    return isNumber(parameter["left"] as Node) || typeof value["value"] === "number";
  }
  const note = (parameter["typeAnnotation"] as Node | undefined)?.["typeAnnotation"];
  if (!isNode(note)) return false;
  const types = note.type === "TSUnionType" ? (note["types"] as Node[]) : [note];
  return types.some(({ type }) => type === "TSNumberKeyword");
}

/** The name by which people call a function: its own, or that of what it is given to. */
function nameOf(node: Node, parent: Node | null): string {
  const named = (node["id"] ?? parent?.["id"] ?? node["key"] ?? parent?.["key"]) as Node | null;
  return String(named?.["name"] ?? "a function");
}

/**
 * Functions that take two numbers one after the other, with the first run of them: a call may swap them and nobody sees
 * it. Two that are called `a` and `b`, and nothing else, are of one kind.
 */
export function swappable(file: string, source: string): string[] {
  const found: string[] = [];
  walk(parse(file, source), (node, parent) => {
    const parameters = node["params"];
    if (!Array.isArray(parameters) || !/Function|TSMethodSignature/.test(node.type)) return;
    const list = parameters as Node[];
    const names = list.map((one) => String(one["name"] ?? (one["left"] as Node)?.["name"] ?? ""));
    const from = list.findIndex((one, at) => {
      const next = list[at + 1];
      return next !== undefined && isNumber(one) && isNumber(next);
    });
    if (from < 0) return;
    const end = list.findIndex((one, at) => at > from && !isNumber(one));
    const run = names.slice(from, end < 0 ? undefined : end).join(", ");
    if (run !== "a, b") found.push(`${file} ${nameOf(node, parent)}(${run})`);
  });
  return found;
}
