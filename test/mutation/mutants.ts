import { parseSync } from "oxc-parser";

/** One small change to a source text: what stood there, and what stands there instead. */
export interface Mutant {
  readonly start: number;
  readonly end: number;
  /** From 1. */
  readonly line: number;
  readonly before: string;
  readonly after: string;
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** A part of the text and what to write in its place. */
interface Change {
  readonly at: { readonly start: number; readonly end: number };
  readonly after: string;
}

type TextOf = (node: Node) => string;
type Mutator = (node: Node, text: TextOf) => readonly Change[];

/** Pairs of words, two spaces apart. */
function exchange(...lines: readonly string[]): ReadonlyMap<string, string> {
  const pairs = lines.flatMap((line) => line.split("  ")).map((pair) => pair.split(" "));
  return new Map(pairs.map(([from = "", to = ""]) => [from, to]));
}

/** Operators and what each is exchanged for. */
const OPERATORS = exchange(
  "< <=  <= <  > >=  >= >  === !==  !== ===  == !=  != ==",
  "+ -  - +  * /  / *  % *  ** *  && ||  || &&",
  "<< >>  >> <<  >>> <<  & |  | &  ^ &",
  "+= -=  -= +=  *= /=  /= *=  ??= =  ||= =  &&= =  ++ --  -- ++",
);

/** Methods and the one that each is exchanged for. */
const METHODS = exchange(
  "min max  max min  ceil floor  floor ceil  round floor  trunc ceil",
  "some every  every some  startsWith endsWith  endsWith startsWith",
);

/** Methods without whose call the object itself is left: a list unsorted, a text as it came. */
const LEFT_OUT = new Set(
  "filter sort toSorted reverse toReversed slice trim toLowerCase toUpperCase".split(" "),
);

/** Tenfold, a little more, a little less, and nothing. Whole numbers go by one, fractions by a tenth. */
function numbersBeside(value: number): number[] {
  const [more, less] = Number.isInteger(value)
    ? [value + 1, value - 1]
    : [value * 1.1, value * 0.9];
  const beside = [value * 10, more, less, 0].map((one) => Number(one.toPrecision(12)));
  return [...new Set(beside)].filter((one) => one !== value);
}

function literal(node: Node): Change[] {
  const { value } = node;
  if (typeof value === "boolean") return [{ at: node, after: String(!value) }];
  if (typeof value === "bigint") return [{ at: node, after: `${value + 1n}n` }];
  if (typeof value === "string") return [{ at: node, after: value === "" ? '"x"' : '""' }];
  if (typeof value !== "number") return [];
  return numbersBeside(value).map((one) => ({ at: node, after: one < 0 ? `(${one})` : `${one}` }));
}

/** The whole expression in parentheses, so that no operator beside it binds tighter than before. */
function otherOperator(node: Node, text: TextOf): Change[] {
  const [left, right] = [text(node["left"] as Node), text(node["right"] as Node)];
  if (node["operator"] === "??") return [{ at: node, after: `(${left})` }];
  const operator = OPERATORS.get(node["operator"] as string);
  return operator === undefined ? [] : [{ at: node, after: `(${left} ${operator} ${right})` }];
}

function assignment(node: Node, text: TextOf): Change[] {
  const operator = OPERATORS.get(node["operator"] as string);
  if (operator === undefined) return [];
  const [left, right] = [text(node["left"] as Node), text(node["right"] as Node)];
  return [{ at: node, after: `${left} ${operator} ${right}` }];
}

function call(node: Node, text: TextOf): Change[] {
  const callee = node["callee"] as Node;
  if (callee.type !== "MemberExpression" || callee["computed"] === true) return [];
  const property = callee["property"] as Node;
  const name = property["name"] as string;
  if (LEFT_OUT.has(name)) return [{ at: node, after: `(${text(callee["object"] as Node)})` }];
  const other = METHODS.get(name);
  return other === undefined ? [] : [{ at: property, after: other }];
}

/** Empties what a function does. */
function emptied(node: Node): Change[] {
  const body = node["body"] as Node | null;
  if (!body) return [];
  if (body.type !== "BlockStatement") return [{ at: body, after: "(undefined)" }];
  return (body["body"] as readonly Node[]).length > 0 ? [{ at: body, after: "{}" }] : [];
}

const always = (node: Node, ...answers: readonly ("true" | "false")[]): Change[] =>
  answers.map((after) => ({ at: node["test"] as Node, after }));

/** A loop that never ends is found by waiting, so no mutant asks for one on purpose. */
const loop: Mutator = (node) => (node["test"] ? always(node, "false") : []);

const MUTATORS: Readonly<Record<string, Mutator>> = {
  Literal: literal,
  TemplateLiteral: (node) => [{ at: node, after: '""' }],
  ArrayExpression: (node) =>
    (node["elements"] as readonly unknown[]).length > 0 ? [{ at: node, after: "[]" }] : [],
  BinaryExpression: otherOperator,
  LogicalExpression: otherOperator,
  AssignmentExpression: assignment,
  UpdateExpression: (node, text) => {
    const operator = OPERATORS.get(node["operator"] as string) ?? "";
    const argument = text(node["argument"] as Node);
    const after = node["prefix"] === true ? `${operator}${argument}` : `${argument}${operator}`;
    return [{ at: node, after }];
  },
  UnaryExpression: (node, text) =>
    node["operator"] === "!" || node["operator"] === "-"
      ? [{ at: node, after: `(${text(node["argument"] as Node)})` }]
      : [],
  CallExpression: call,
  IfStatement: (node) => always(node, "true", "false"),
  ConditionalExpression: (node) => always(node, "true", "false"),
  WhileStatement: loop,
  DoWhileStatement: loop,
  ForStatement: loop,
  FunctionDeclaration: emptied,
  FunctionExpression: emptied,
  ArrowFunctionExpression: emptied,
  ExpressionStatement: (node) => [{ at: node, after: ";" }],
  BreakStatement: (node) => [{ at: node, after: ";" }],
  ContinueStatement: (node) => [{ at: node, after: ";" }],
};

/** Nodes of TypeScript that stand around an expression; all others are types, and gone when it runs. */
const AROUND = new Set(["TSAsExpression", "TSNonNullExpression", "TSSatisfiesExpression"]);

/** The nodes inside a node in which a change can be seen. */
function within(node: Node): readonly unknown[] {
  if (AROUND.has(node.type)) return [node["expression"]];
  if (node.type.startsWith("TS")) return [];
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportAllDeclaration":
    // Texts of exceptions are for people who fix the bug.
    case "ThrowStatement":
      return [];
    case "ExportNamedDeclaration":
      return [node["declaration"]];
    case "Property":
    case "PropertyDefinition":
    case "MethodDefinition":
      return node["computed"] === true ? [node["key"], node["value"]] : [node["value"]];
    case "ForStatement":
      return [node["init"], node["test"], node["body"]];
    case "ExpressionStatement":
      // "use strict" and its like.
      return typeof node["directive"] === "string" ? [] : [node["expression"]];
    default:
      return Object.values(node);
  }
}

function nodesOf(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesOf);
  if (value === null || typeof value !== "object" || !("type" in value)) return [];
  const node = value as Node;
  return [node, ...within(node).flatMap(nodesOf)];
}

/** Every change that is tried of a source text, in the order of the text. Pure: the same text, the same list. */
export function mutantsOf(fileName: string, source: string): Mutant[] {
  const { program, errors } = parseSync(fileName, source);
  if (errors.length > 0) throw new Error(`${fileName} cannot be read: ${errors[0]?.message}`);
  const text: TextOf = ({ start, end }) => source.slice(start, end);
  const found = nodesOf(program).flatMap((node) => MUTATORS[node.type]?.(node, text) ?? []);
  return found
    .map(({ at: { start, end }, after }) => ({
      start,
      end,
      after,
      before: source.slice(start, end),
      line: source.slice(0, start).split("\n").length,
    }))
    .sort((a, b) => a.start - b.start || a.end - b.end);
}

/** The text with one change made. */
export function mutated(source: string, mutant: Mutant): string {
  return source.slice(0, mutant.start) + mutant.after + source.slice(mutant.end);
}
