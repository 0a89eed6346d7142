/*
 * The orders of all files, each once, whatever number of rows and files it comes in. Must never happen: two orders that
 * a damaged file gives one id become one, or an order that no longer stands counts against its buyer.
 */

import { must } from "../../base/assert.ts";
import type { CanonicalColumn } from "../../connectors/formats/format.ts";
import { byLetters } from "../../base/canonical.ts";
import { NumberList } from "./columns.ts";
import type { ApartOrder } from "./importSummary.ts";
import { Dictionary } from "./numbering.ts";
import {
  articleIn,
  namesNobody,
  type Article,
  type OrderRecord,
  type OrderTableBuilder,
} from "./orders.ts";
import { LIVING, STANDINGS } from "./standing.ts";

/** A row of a file that says something about an order. */
export interface OrderRow {
  readonly order: OrderRecord;
  /** A number of `STANDINGS`. */
  readonly standing: number;
  readonly rowNo: number;
  /** Whether the format writes a row for each article of an order. */
  readonly isItem: boolean;
  /** The row's own number, where the format gives each one; else empty. */
  readonly itemNo: string;
}

/** The outcome of a row. */
export type Taken =
  | { readonly is: "new"; readonly row: number }
  | { readonly is: "added" | "repeated" | "apart" }
  | {
      readonly is: "conflict";
      readonly column: CanonicalColumn;
      /** The row that the order has already; null where it is in another file. */
      readonly firstRowNo: number | null;
    };

/** Which articles' units count; the others stood beside them in one order. */
export interface ArticlesCounted {
  readonly counted: readonly string[];
  readonly beside: readonly string[];
}

/** Orders of one channel: of each id its row, or the place in the list of those that stand apart, from -1 down. */
interface KnownOrders {
  readonly ids: Dictionary;
  readonly rows: NumberList;
  /** Numbers of their rows, where an order has several. */
  readonly items: Dictionary;
}

interface Item extends Article {
  /** Whether its row says whose order it is: a program that goes on with an order leaves that away. */
  readonly isWhole: boolean;
}

/** An order with several rows. */
interface Items {
  readonly list: Item[];
  /** Those that this file has named so far. */
  readonly named: Set<number>;
  file: number;
}

const COLUMN_OF: Readonly<Record<string, CanonicalColumn>> = {
  account: "account_id",
  maskedPhone: "phone",
  device: "device_id",
};

export class OrderBook {
  readonly #builder: OrderTableBuilder;
  readonly #channels = new Map<string, KnownOrders>();
  readonly #apart: (ApartOrder | null)[] = [];
  readonly #rowNos = new NumberList("whole");
  readonly #items = new Map<number, Items>();
  #file = 0;
  #fileStart = 0;
  #fileApartStart = 0;

  constructor(builder: OrderTableBuilder) {
    this.#builder = builder;
  }

  /** Orders that stand apart, all files together. */
  get apart(): readonly ApartOrder[] {
    return this.#apart.filter((one) => one !== null);
  }

  /** Those of the file that was started last. */
  get apartOfFile(): readonly ApartOrder[] {
    return this.#apart.slice(this.#fileApartStart).filter((one) => one !== null);
  }

  /** The row of each order id, whatever its channel. */
  rowOfId(): Map<string, number> {
    return new Map(
      [...this.#channels.values()].flatMap(({ ids, rows }) =>
        ids.values
          .map((id, number) => [id, rows.at(number)] as const)
          .filter(([, row]) => row >= 0),
      ),
    );
  }

  startFile(): void {
    this.#file++;
    this.#fileStart = this.#builder.count;
    this.#fileApartStart = this.#apart.length;
  }

  take(given: OrderRow): Taken {
    const { order, standing, itemNo } = given;
    const known = this.#channel(order.channel ?? "");
    const newItem = itemNo !== "" && isNew(known.items, itemNo);
    const number = known.ids.number(order.orderId);
    if (number === known.rows.length) {
      known.rows.push(0);
      return standing === LIVING
        ? this.#add(known, number, given)
        : this.#setApart(known, number, given);
    }
    const at = known.rows.at(number);
    if (at < 0) {
      if (standing !== LIVING || namesNobody(order)) return { is: "repeated" };
      if (!newItem) return { is: "conflict", column: "status", firstRowNo: null };
      this.#apart[-at - 1] = null;
      return this.#add(known, number, given);
    }
    return this.#further(at, given, newItem);
  }

  /**
   * Lets the article on sale count where an order has several. `given`: the articles on sale, as a person says it;
   * else the one that most orders have, and others of about the same price that are not rare.
   */
  countArticles(given: readonly string[] | null): ArticlesCounted | null {
    const isMixed = [...this.#items.values()].some(
      ({ list }) => new Set(list.map(({ sku }) => sku)).size > 1,
    );
    const counted = given ?? (isMixed ? this.#articlesOnSale() : []);
    const onSale = new Set(counted);
    const beside = new Set<string>();
    for (const [row, { list }] of this.#items) {
      const [first] = list.toSorted(firstArticle);
      const some = list.filter(({ sku }) => sku !== null && onSale.has(sku));
      const those = some.length > 0 ? some : list.filter(({ sku }) => sku === first?.sku);
      for (const { sku } of list)
        if (some.length > 0 && sku !== null && !onSale.has(sku)) beside.add(sku);
      const most = must(those.toSorted(firstArticle)[0], "an article of each order");
      const units = those.reduce((sum, one) => sum + one.units, 0);
      const { sku, unitPriceMinorUnits } = most;
      this.#builder.setArticle(row, { sku, units, unitPriceMinorUnits });
    }
    if (given !== null) this.#leaveOut(onSale);
    return given === null && !isMixed ? null : { counted, beside: [...beside].sort() };
  }

  /** An order without any article on sale uses nothing of the limit. */
  #leaveOut(onSale: ReadonlySet<string>): void {
    for (let row = 0; row < this.#builder.count; row++) {
      const article = this.#builder.articleOf(row);
      if (article.sku === null || onSale.has(article.sku)) continue;
      this.#builder.setArticle(row, { ...article, units: 0 });
    }
  }

  #articlesOnSale(): readonly string[] {
    const orders = new Map<string, ArticleCount>();
    for (let row = 0; row < this.#builder.count; row++) {
      const list = this.#items.get(row)?.list ?? [this.#builder.articleOf(row)];
      const prices = new Map(
        list.map(({ sku, unitPriceMinorUnits }) => [sku, unitPriceMinorUnits]),
      );
      for (const [sku, price] of prices) {
        if (sku === null) continue;
        const one = orders.get(sku) ?? { count: 0, alone: 0, price };
        if (!(one.price >= price)) one.price = price;
        one.count++;
        if (prices.size === 1) one.alone++;
        orders.set(sku, one);
      }
    }
    return onSaleOf(orders, this.#builder.count);
  }

  #channel(channel: string): KnownOrders {
    const known = this.#channels.get(channel) ?? {
      ids: new Dictionary(),
      rows: new NumberList("whole"),
      items: new Dictionary(),
    };
    this.#channels.set(channel, known);
    return known;
  }

  #add(known: KnownOrders, number: number, { order, rowNo }: OrderRow): Taken {
    const row = this.#builder.count;
    known.rows.set(number, row);
    this.#rowNos.push(rowNo);
    this.#builder.add(order);
    return { is: "new", row };
  }

  #setApart(known: KnownOrders, number: number, { order, standing }: OrderRow): Taken {
    const name = must(STANDINGS[standing], "a standing");
    if (name === "living") throw new RangeError("a living order does not stand apart");
    this.#apart.push({ orderId: order.orderId, channel: order.channel ?? "", standing: name });
    known.rows.set(number, -this.#apart.length);
    return { is: "apart" };
  }

  /** A further row of an order that is there. */
  #further(at: number, { order, standing, itemNo, isItem }: OrderRow, newItem: boolean): Taken {
    const isOfThisFile = at >= this.#fileStart;
    const conflict = (column: CanonicalColumn): Taken => ({
      is: "conflict",
      column,
      firstRowNo: isOfThisFile ? this.#rowNos.at(at) : null,
    });
    const goesOn = this.#builder.goesOn(at, order);
    const values = this.#builder.valuesOf(order);
    const other = this.#builder.differing(at, order, values);
    if (other !== null) return conflict(COLUMN_OF[other] ?? (other as CanonicalColumn));
    if (standing === LIVING) this.#builder.fillIn(at, order, values);
    if (itemNo !== "") {
      if (!newItem || standing !== LIVING) return { is: "repeated" };
      this.#itemsOf(at).list.push({ ...articleIn(order), isWhole: true });
      return { is: "added" };
    }
    if (standing !== LIVING) return conflict("status");
    const item = { ...articleIn(order), isWhole: !goesOn };
    const known = this.#items.get(at);
    if (known === undefined && item.isWhole && isAlike(item, this.#firstItem(at)))
      return { is: "repeated" };
    const items = this.#itemsOf(at);
    const unnamed = items.list.findIndex((one, no) => !items.named.has(no) && isAlike(one, item));
    if (unnamed >= 0) {
      items.named.add(unnamed);
      return { is: "repeated" };
    }
    const again = item.isWhole ? items.list.findIndex((one) => isAlike(one, item)) : -1;
    if (again >= 0) {
      // The file says the order from its beginning once more.
      items.named.clear();
      items.named.add(again);
      return { is: "repeated" };
    }
    // A file of one row an order has no second row of the same article: one of the two is wrong.
    const alike = items.list.find(({ sku }) => sku === item.sku);
    if (item.isWhole && alike !== undefined && !(isItem && isOfThisFile))
      return conflict(alike.units === item.units ? "unit_price" : "units");
    items.named.add(items.list.length);
    items.list.push(item);
    return { is: "added" };
  }

  #firstItem(row: number): Item {
    return { ...this.#builder.articleOf(row), isWhole: true };
  }

  #itemsOf(row: number): Items {
    const first = () => ({
      list: [this.#firstItem(row)],
      named: new Set(row >= this.#fileStart ? [0] : []),
      file: this.#file,
    });
    const known = this.#items.get(row) ?? first();
    if (known.file !== this.#file) {
      known.named.clear();
      known.file = this.#file;
    }
    this.#items.set(row, known);
    return known;
  }
}

function isNew(dictionary: Dictionary, value: string): boolean {
  const before = dictionary.values.length;
  return dictionary.number(value) === before;
}

const isAlike = (a: Item, b: Item): boolean =>
  a.isWhole === b.isWhole &&
  a.sku === b.sku &&
  a.units === b.units &&
  Object.is(a.unitPriceMinorUnits, b.unitPriceMinorUnits);

/** Most units first, then the highest price, then by name: never by the order of the rows. */
function firstArticle(a: Item, b: Item): number {
  const price = ({ unitPriceMinorUnits }: Item) =>
    Number.isNaN(unitPriceMinorUnits) ? -1 : unitPriceMinorUnits;
  return b.units - a.units || price(b) - price(a) || byLetters(a.sku ?? "", b.sku ?? "");
}

interface ArticleCount {
  /** Orders with it. */
  count: number;
  /** Orders with nothing else. */
  alone: number;
  /** The highest that it was sold at. */
  price: number;
}

/** Another variant of what is on sale is in so many orders at least, mostly alone, and of about the same price; an accessory is not. */
const VARIANT_SHARE = 0.05;
const VARIANT_ALONE = 0.5;
const VARIANT_PRICE = 0.5;

function onSaleOf(orders: ReadonlyMap<string, ArticleCount>, all: number): readonly string[] {
  const [most, ...others] = [...orders].toSorted(
    (a, b) => b[1].count - a[1].count || (a[0] < b[0] ? -1 : 1),
  );
  if (most === undefined) return [];
  const variants = others.filter(
    ([, { count, alone, price }]) =>
      count >= all * VARIANT_SHARE &&
      alone >= count * VARIANT_ALONE &&
      price >= most[1].price * VARIANT_PRICE,
  );
  return [most[0], ...variants.map(([sku]) => sku)];
}
