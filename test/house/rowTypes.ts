import { dirname, join, normalize } from "node:path";
import { nodesOf, parse, placeOf, statements, walk, type Node } from "./syntax.ts";

/*
 * The row types of statements as the source declares them: the properties of the type written at
 * the statement. Types are followed to their declarations, in whichever file.
 */

/** Properties of a row: those that it has in any case, and all that it may have. */
export interface RowType {
  readonly sure: ReadonlySet<string>;
  /** Null where there may be others of any name. */
  readonly possible: ReadonlySet<string> | null;
}

/** The meaning of type names in a file: its own ones, and the origins of the others. */
interface TypeNames {
  readonly own: Map<string, Node>;
  readonly imported: Map<string, { readonly file: string; readonly name: string }>;
}

type Declarations = ReadonlyMap<string, TypeNames>;

const nameOf = (node: unknown): string => String((node as Node)["name"]);
const argumentsOf = (node: Node): Node[] =>
  nodesOf((node["typeArguments"] as Node | null | undefined)?.["params"]);

const EMPTY: RowType = { sure: new Set(), possible: new Set() };

function both(a: RowType, b: RowType): RowType {
  const possible = a.possible && b.possible && new Set([...a.possible, ...b.possible]);
  return { sure: new Set([...a.sure, ...b.sure]), possible };
}

function either(a: RowType, b: RowType): RowType {
  const { possible } = both(a, b);
  return { sure: new Set([...a.sure].filter((name) => b.sure.has(name))), possible };
}

function only(type: RowType, keeps: (name: string) => boolean): RowType {
  const possible = type.possible && new Set([...type.possible].filter(keeps));
  return { sure: new Set([...type.sure].filter(keeps)), possible };
}

/** The types that files declare and import, by file. */
export function declarationsOf(files: readonly (readonly [string, string])[]): Declarations {
  const found = new Map<string, TypeNames>();
  for (const [file, text] of files) {
    const names: TypeNames = { own: new Map(), imported: new Map() };
    walk(parse(file, text), (node) => {
      if (/^TS(Interface|TypeAlias)Declaration$/.test(node.type)) {
        names.own.set(nameOf(node["id"]), node);
      }
      if (node.type !== "ImportDeclaration") return;
      const from = normalize(join(dirname(file), String((node["source"] as Node)["value"])));
      for (const one of nodesOf(node["specifiers"])) {
        const name = nameOf(one["imported"] ?? one["local"]);
        names.imported.set(nameOf(one["local"]), { file: from, name });
      }
    });
    found.set(file, names);
  }
  return found;
}

/** The strings of a type that is one or several of them. */
function stringsOf(type: Node | undefined): string[] {
  if (type?.type === "TSUnionType") return nodesOf(type["types"]).flatMap(stringsOf);
  const literal = type?.["literal"] as Node | undefined;
  return typeof literal?.["value"] === "string" ? [literal["value"]] : [];
}

class Types {
  readonly #declarations: Declarations;

  constructor(declarations: Declarations) {
    this.#declarations = declarations;
  }

  /** The declaration that a name means in a file: its own, or the one that it imports. */
  #declared(
    name: string,
    file: string,
  ): { readonly file: string; readonly node: Node } | undefined {
    const names = this.#declarations.get(file);
    const own = names?.own.get(name);
    if (own) return { file, node: own };
    const from = names?.imported.get(name);
    return from && this.#declared(from.name, from.file);
  }

  /** Throws where a type is written in a way that is not known here. */
  read(type: Node, file: string): RowType {
    switch (type.type) {
      case "TSArrayType":
        return this.read(type["elementType"] as Node, file);
      case "TSTypeOperator":
      case "TSParenthesizedType":
        return this.read(type["typeAnnotation"] as Node, file);
      case "TSTypeLiteral":
        return this.#members(nodesOf(type["members"]));
      case "TSIntersectionType":
        return nodesOf(type["types"])
          .map((one) => this.read(one, file))
          .reduce(both, EMPTY);
      case "TSUnionType":
        return nodesOf(type["types"])
          .map((one) => this.read(one, file))
          .reduce(either);
      case "TSIndexedAccessType":
        return this.#at(type, file);
      case "TSTypeReference":
        return this.#reference(nameOf(type["typeName"]), argumentsOf(type), file);
      default:
        throw new Error(`a row's type is a ${type.type}`);
    }
  }

  #members(members: readonly Node[]): RowType {
    const properties = members.filter((member) => member.type === "TSPropertySignature");
    const names = (some: readonly Node[]) => new Set(some.map((member) => nameOf(member["key"])));
    return {
      sure: names(properties.filter((member) => member["optional"] !== true)),
      possible: properties.length === members.length ? names(properties) : null,
    };
  }

  /** Of `A["b"]` the type of the property, of `A[number]` that of the elements. */
  #at(type: Node, file: string): RowType {
    const object = type["objectType"] as Node;
    const index = type["indexType"] as Node;
    if (index.type === "TSNumberKeyword") return this.read(object, file);
    const declared = this.#declared(nameOf(object["typeName"] ?? object), file);
    const body = declared?.node["body"] as Node | undefined;
    const member = nodesOf(body?.["body"]).find((one) =>
      stringsOf(index).includes(nameOf(one["key"])),
    );
    const annotation = member?.["typeAnnotation"] as Node | undefined;
    if (!annotation) throw new Error("a row's type is a property that is not seen");
    return this.read(annotation["typeAnnotation"] as Node, declared?.file ?? file);
  }

  #reference(name: string, given: readonly Node[], file: string): RowType {
    const [first, keys] = given;
    if (first && /^(Pick|Omit)$/.test(name)) {
      const wanted = stringsOf(keys);
      return only(this.read(first, file), (one) => wanted.includes(one) === (name === "Pick"));
    }
    if (first && /^(Readonly|ReadonlyArray|Array)$/.test(name)) return this.read(first, file);
    const declared = this.#declared(name, file);
    if (!declared) throw new Error(`the row's type ${name} is not seen`);
    const { node } = declared;
    if (node.type === "TSTypeAliasDeclaration") {
      return this.read(node["typeAnnotation"] as Node, declared.file);
    }
    const inherited = nodesOf(node["extends"]).map((one) =>
      this.#reference(nameOf(one["expression"]), argumentsOf(one), declared.file),
    );
    return [this.#members(nodesOf((node["body"] as Node)["body"])), ...inherited].reduce(both);
  }
}

/** The types of rows that are written at statements of a file, by their places. */
export function rowTypesOf(
  file: string,
  text: string,
  declarations: Declarations,
): Map<string, RowType> {
  const types = new Types(declarations);
  const found = new Map<string, RowType>();
  for (const node of statements(file, text)) {
    const [type] = argumentsOf(node);
    if (type) found.set(placeOf(file, text, node), types.read(type, file));
  }
  return found;
}
