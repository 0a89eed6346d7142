import { nodesOf, parse, placeOf, statements, walk, type Node } from "./syntax.ts";

/*
 * The statements of a source file as the database is sent them, found without running it: what is filled into a
 * template is followed to where it was made. A part that depends on something gives one text for each possibility.
 */

/** A statement, as it stands in one place of a file. */
export interface FoundStatement {
  /** "src/sale/io/saleStore.ts:12". */
  readonly place: string;
  /** One for each possibility, with $1, $2 … for values. */
  readonly texts: readonly string[];
}

/** A name in the source: what it stands for, and where that is known. */
interface Binding {
  readonly name: string;
  /** Its value; null for a parameter. */
  readonly value: Node | null;
  readonly type: string | null;
  readonly scope: Node;
}

/** The arguments of a function where it is called, by parameter. */
type Given = ReadonlyMap<string, { readonly node: Node; readonly given: Given }>;
const NOTHING: Given = new Map();

/** Stands for a value until all parts of a text are together and the values are numbered. */
const VALUE = "\u0001";
/** Stands for a name of a column that is only known at run time; what gives the name follows, up to another mark. */
const NAME = "\u0002";

const isFunction = (node: Node) => /Function/.test(node.type);

/** Each beginning with each end. */
const combine = (beginnings: readonly string[], ends: readonly string[]): string[] =>
  beginnings.flatMap((beginning) => ends.map((end) => beginning + end));

class Source {
  readonly #file: string;
  readonly #text: string;
  readonly #bindings: Binding[] = [];
  readonly #statements: readonly Node[];
  /** Where those start that were filled into another. */
  readonly #parts = new Set<number>();

  constructor(file: string, text: string) {
    this.#file = file;
    this.#text = text;
    const tree = parse(file, text);
    this.#statements = statements(file, text);
    this.#bind(tree);
  }

  #bind(tree: Node): void {
    const scopes: Node[] = [tree];
    const scopeOf = (node: Node) => {
      while (scopes.at(-1) !== tree && (scopes.at(-1)?.end ?? 0) < node.end) scopes.pop();
      return scopes.at(-1) ?? tree;
    };
    walk(tree, (node) => {
      const scope = scopeOf(node);
      const id = node["id"] as Node | undefined;
      if (node.type === "VariableDeclarator" && id?.type === "Identifier") {
        this.#add(id, node["init"] as Node | null, scope);
      }
      if (!isFunction(node)) return;
      if (id) this.#add(id, node, scope);
      for (const parameter of nodesOf(node["params"])) {
        const left = (parameter["left"] as Node | undefined) ?? parameter;
        if (left.type === "Identifier") this.#add(left, null, node);
        for (const property of nodesOf(left["properties"])) {
          const value = property["value"] as Node | undefined;
          if (value?.type === "Identifier") this.#add(value, null, node);
        }
      }
      scopes.push(node);
    });
  }

  #add(id: Node, value: Node | null, scope: Node): void {
    const annotation = id["typeAnnotation"] as Node | undefined;
    const type = annotation ? this.#textOf(annotation).replace(/^:\s*/, "") : null;
    this.#bindings.push({ name: String(id["name"]), value, type, scope });
  }

  #textOf(node: Node): string {
    return this.#text.slice(node.start, node.end);
  }

  /** The meaning of a name where it is read: the innermost of that name. */
  #lookUp(name: Node): Binding | undefined {
    const around = this.#bindings.filter(
      (one) =>
        one.name === name["name"] && one.scope.start <= name.start && name.end <= one.scope.end,
    );
    return around.sort((a, b) => b.scope.start - a.scope.start)[0];
  }

  /** The texts that an expression may be, if it is a part of a statement; null for a value. */
  #part(node: Node, given: Given): readonly string[] | null {
    switch (node.type) {
      case "TaggedTemplateExpression":
        this.#parts.add(node.start);
        return this.#template(node["quasi"] as Node, given, (one) => this.#filled(one, given));
      case "ConditionalExpression":
        return this.#either([node["consequent"], node["alternate"]] as Node[], (one) =>
          this.#part(one, given),
        );
      case "MemberExpression":
        return this.#member(node, (one) => this.#part(one, given));
      case "CallExpression":
        return this.#call(node, given, (one, inside) => this.#part(one, inside));
      case "Identifier":
        return this.#follow(node, given, (one, inside) => this.#part(one, inside));
      default:
        return null;
    }
  }

  /** A part, or the mark of a value or name. */
  #filled(node: Node, given: Given): readonly string[] {
    const callee = node["callee"] as Node | undefined;
    if (callee && /^(sql|tx)$/.test(this.#textOf(callee))) {
      return [`${NAME}${this.#textOf(nodesOf(node["arguments"])[0] ?? node)}${NAME}`];
    }
    return this.#part(node, given) ?? [`${VALUE}${this.#castOf(node)}`];
  }

  /** The strings that an expression may be, numbers written out; null where that cannot be seen. */
  #string(node: Node, given: Given): readonly string[] | null {
    switch (node.type) {
      case "Literal":
        return /^(string|number)$/.test(typeof node["value"]) ? [String(node["value"])] : null;
      case "TemplateLiteral":
        return this.#template(node, given, (one) => this.#string(one, given));
      case "ConditionalExpression":
        return this.#either([node["consequent"], node["alternate"]] as Node[], (one) =>
          this.#string(one, given),
        );
      case "MemberExpression":
        return this.#member(node, (one) => this.#string(one, given));
      case "CallExpression":
        return this.#call(node, given, (one, inside) => this.#string(one, inside));
      case "Identifier":
        return this.#follow(node, given, (one, inside) => this.#string(one, inside));
      default:
        return null;
    }
  }

  #template(
    node: Node,
    given: Given,
    fill: (node: Node, given: Given) => readonly string[] | null,
  ): readonly string[] | null {
    const pieces = nodesOf(node["quasis"]).map(
      (quasi) => (quasi["value"] as { readonly cooked: string }).cooked,
    );
    let texts: readonly string[] = [pieces[0] ?? ""];
    for (const [index, expression] of nodesOf(node["expressions"]).entries()) {
      const filled = fill(expression, given);
      if (filled === null) return null;
      texts = combine(combine(texts, filled), [pieces[index + 1] ?? ""]);
    }
    return texts;
  }

  #either(
    nodes: readonly Node[],
    read: (node: Node) => readonly string[] | null,
  ): readonly string[] | null {
    const texts = nodes.map(read);
    return texts.every((one) => one !== null) ? texts.flat() : null;
  }

  /** One of an object's values, whichever it is. */
  #member(node: Node, read: (node: Node) => readonly string[] | null): readonly string[] | null {
    let object: Node | null = node["object"] as Node;
    if (object.type === "Identifier") object = this.#lookUp(object)?.value ?? null;
    if (object?.type !== "ObjectExpression") return null;
    return this.#either(
      nodesOf(object["properties"]).map((property) => property["value"] as Node),
      read,
    );
  }

  #call(
    node: Node,
    given: Given,
    read: (node: Node, given: Given) => readonly string[] | null,
  ): readonly string[] | null {
    const callee = node["callee"] as Node;
    const called = callee.type === "Identifier" ? this.#lookUp(callee)?.value : null;
    if (!called || !isFunction(called)) return null;
    const inside = new Map<string, { node: Node; given: Given }>();
    for (const [index, parameter] of nodesOf(called["params"]).entries()) {
      const argument = nodesOf(node["arguments"])[index];
      if (argument && parameter.type === "Identifier") {
        inside.set(String(parameter["name"]), { node: argument, given });
      }
    }
    const body = called["body"] as Node;
    if (body.type !== "BlockStatement") return read(body, inside);
    const returned: Node[] = [];
    walk(body, (one) => {
      if (one.type === "ReturnStatement" && one["argument"]) returned.push(one["argument"] as Node);
    });
    return this.#either(returned, (one) => read(one, inside));
  }

  #follow(
    name: Node,
    given: Given,
    read: (node: Node, given: Given) => readonly string[] | null,
  ): readonly string[] | null {
    const argument = given.get(String(name["name"]));
    if (argument) return read(argument.node, argument.given);
    const value = this.#lookUp(name)?.value;
    return value && !isFunction(value) ? read(value, given) : null;
  }

  /** The cast that values of some types are sent with, as far as the source shows their type. */
  #castOf(node: Node): string {
    if (node.type === "ConditionalExpression") {
      const [yes, no] = [node["consequent"], node["alternate"]] as [Node, Node];
      return this.#castOf(yes) || this.#castOf(no);
    }
    if (node.type === "Identifier") {
      const found = this.#lookUp(node);
      if (found?.value && !isFunction(found.value)) return this.#castOf(found.value);
      return { boolean: "::boolean", Date: "::timestamptz" }[found?.type ?? ""] ?? "";
    }
    const callee = this.#textOf((node["callee"] as Node | undefined) ?? node);
    if (node.type === "NewExpression" && callee === "Date") return "::timestamptz";
    const isTruth =
      (node.type === "BinaryExpression" && /^([=!]==|[<>]=?)$/.test(String(node["operator"]))) ||
      (node.type === "UnaryExpression" && node["operator"] === "!") ||
      typeof node["value"] === "boolean" ||
      (node.type === "CallExpression" && /\.(some|every|has|includes)$/.test(callee));
    return isTruth ? "::boolean" : "";
  }

  /** Every statement that is no part of another, with the texts that it may have. */
  found(): FoundStatement[] {
    const written = this.#statements.map((node) => {
      const texts =
        node.type === "CallExpression"
          ? this.#string(nodesOf(node["arguments"])[0] ?? node, NOTHING)
          : this.#template(node["quasi"] as Node, NOTHING, (one) => this.#filled(one, NOTHING));
      return { node, texts: texts ?? [] };
    });
    return written
      .filter(({ node }) => !this.#parts.has(node.start))
      .map(({ node, texts }) => ({
        place: placeOf(this.#file, this.#text, node),
        texts: [...new Set(texts)].map((one) => one.trim()),
      }));
  }
}

/** Puts columns in for names that are known at run time only: each for each, never one for two names. */
function named(text: string, columns: readonly string[]): string[] {
  const mark = new RegExp(`${NAME}([^${NAME}]*)${NAME}`);
  const name = mark.exec(text)?.[1];
  if (name === undefined) return [text];
  const free = columns.filter((column) => !text.includes(`"${column}"`));
  return free.flatMap((column) =>
    named(text.replaceAll(`${NAME}${name}${NAME}`, `"${column}"`), columns),
  );
}

function numbered(text: string): string {
  let count = 0;
  return text.replaceAll(VALUE, () => `$${++count}`);
}

/**
 * The statements of a file. `columns` are those that a name at run time may stand for. A statement without texts
 * is one whose text cannot be seen.
 */
export function statementsOf(
  file: string,
  text: string,
  columns: readonly string[] = [],
): FoundStatement[] {
  return new Source(file, text).found().map(({ place, texts }) => ({
    place,
    texts: texts.flatMap((one) => named(one, columns)).map(numbered),
  }));
}
