/*
 * One order as a batch would judge it, while an event goes on. A score looks at the orders that hang
 * together with this one, and at what is usual in the whole event: the first are found over the values
 * that they share, the second is counted along. So the order is judged by the batch's own code, on the
 * few rows that matter.
 *
 * Facts that take a look at all orders at once are learned at stated moments and stay until the next one: the event's fit.
 * Under the same fit a batch over the same orders says the same, bit for bit.
 */

import { must } from "../base/assert.ts";
import { wholeAt } from "../base/at.ts";
import { OWN_ATTRIBUTES } from "./attributes.ts";
import {
  patternsUnder,
  SHIPPED_THRESHOLDS,
  verdictOf,
  type OrderVerdict,
  type Thresholds,
} from "./audit.ts";
import type { Link } from "./link/cluster.ts";
import { NumberList, textAt } from "./table/columns.ts";
import { Places } from "./table/places.ts";
import { GrowingColumn, tableOfRows, type EventColumns } from "./table/eventColumns.ts";
import { Linker } from "./link/link.ts";
import {
  KnownTexts,
  normalValues,
  TEXT_COLUMNS,
  type OrderRecord,
  type TextColumn,
} from "./table/orders.ts";
import {
  clusterPersons,
  isOneAccount,
  personEvidence,
  PersonEvidence,
  personFields,
} from "./link/persons.ts";
import { byName, nameAt } from "./canonical.ts";
import { placeInOrder } from "./table/numbering.ts";
import { eventFit, isFitMoment, SHIPPED_FIT, type EventFit } from "./fit/eventFit.ts";
import { learnedOf } from "./fit/learn.ts";
import { PairBlocks, pairKeys } from "./link/pairBlocks.ts";
import { hubLimit } from "./values/hubs.ts";
import {
  candidatesIn,
  JUDGED_COLUMNS,
  LEAST_ACCOUNTS,
  LOOKS,
  ManyPeoplesFinder,
  type Judged,
  type JudgedColumn,
  type ManyPeoples,
} from "./values/manyPeoples.ts";
import { inOrder } from "./values/withoutManyPeoples.ts";
import { RingFinder } from "./rings.ts";
import type { Usual } from "./evidence/usual.ts";
import { PLACE_HUB, placeKey, sharedIdentifiers } from "./sharedIdentifiers.ts";
import { componentsByView } from "./groups.ts";
import type { Score } from "./score.ts";
import { NO_PAST, type KnownPast } from "./evidence/past.ts";
import { Speeds } from "./evidence/speeds.ts";
import { ArrivalCurve } from "./evidence/synchrony.ts";

/** Beyond so many rows the places are left out: a neighbourhood of thousands is nobody's doing. */
const NEIGHBOURHOOD = 1_500;
/** A value is asked about again when so many times as many orders have it. */
const ASK_AGAIN = 1.25;

export interface IndexSettings {
  readonly thresholds?: Thresholds;
  readonly past?: KnownPast;
}

/** Links of a row with rows that a batch would compare it with. */
type LinksOfRow = (row: number) => readonly Link[];

/** All orders of one event so far, in the order of their times. */
export class EventIndex {
  readonly #settings: IndexSettings;
  readonly #known = new KnownTexts();
  readonly #event: EventColumns & { readonly orderIds: string[] };
  readonly #evidence: PersonEvidence;
  /** Where each row stands in the order in which a batch looks at orders. */
  readonly #placeInOrder = new NumberList();
  /** Orders that take no unit. */
  readonly #left = new Set<number>();
  #places = new Places();
  #placeRows = new Map<string, number[]>();
  #pairs = new PairBlocks((a, b) => this.#byTime(a, b));
  #fit = SHIPPED_FIT;
  #isDue = false;
  /** How many orders there were when places were found. */
  #placedCount = 0;
  /** Of values the number of orders from which on they are asked about again. */
  readonly #asked = Object.fromEntries(
    JUDGED_COLUMNS.map((column) => [column, new Map<number, number>()]),
  ) as Record<JudgedColumn, Map<number, number>>;
  readonly #arrivals = new Map<string, ArrivalCurve>();
  readonly #creations = new ArrivalCurve();
  readonly #speeds = new Speeds();

  constructor(settings: IndexSettings = {}) {
    this.#settings = settings;
    this.#event = {
      orderIds: [],
      orderedAtMs: new NumberList(),
      accountCreatedAtMs: new NumberList(),
      units: new NumberList(),
      columns: Object.fromEntries(
        TEXT_COLUMNS.map((name) => [name, new GrowingColumn()]),
      ) as Record<TextColumn, GrowingColumn>,
    };
    const book = {
      level: (a: number, b: number) => this.#places.level(a, b),
      placeOf: (address: number) => this.#places.placeOf(address),
      placeNumber: (address: number) => this.#places.placeNumber(address),
    };
    const { columns } = this.#event;
    this.#evidence = new PersonEvidence(columns, new Linker(personFields(columns, book), 0));
  }

  get count(): number {
    return this.#event.orderIds.length;
  }

  /** Takes in an order, not earlier than those before, and makes a fit if it is time for one; its row. */
  add(order: OrderRecord): number {
    const row = this.put(order);
    this.learnIfDue();
    return row;
  }

  /**
   * Takes in an order, and leaves a fit for `learnIfDue`: it takes its time, and the order need not wait for it. A fit
   * that was left and not made is made before the next order.
   */
  put(order: OrderRecord): number {
    this.learnIfDue();
    const row = this.count;
    const { orderIds, orderedAtMs, accountCreatedAtMs, units, columns } = this.#event;
    const createdAtMs = order.accountCreatedAtMs ?? Number.NaN;
    orderIds.push(order.orderId);
    this.#placeInOrder.push(placeInOrder(order.orderId));
    orderedAtMs.push(order.orderedAtMs);
    accountCreatedAtMs.push(createdAtMs);
    units.push(order.units ?? 1);
    const values = normalValues(order, this.#known);
    const addresses = columns.address.values.length;
    for (const name of TEXT_COLUMNS) columns[name].add(values[name]);
    if (columns.address.values.length > addresses)
      this.#places.addLater(must(values.address, "a new address"));
    this.#creations.add(createdAtMs);
    this.#speeds.add(order.orderedAtMs - createdAtMs);
    const channel = must(values.channel, "a channel of each order");
    const arrivals = this.#arrivals.get(channel) ?? new ArrivalCurve();
    this.#arrivals.set(channel, arrivals);
    arrivals.add(order.orderedAtMs);
    this.#lookAtValues(row);
    this.#tie(row);
    this.#isDue = isFitMoment(this.count);
    return row;
  }

  /** Makes the fit that was left. */
  learnIfDue(): void {
    if (this.#isDue) this.#learn(this.count >= 2 * this.#placedCount);
    this.#isDue = false;
  }

  /** The fit by which orders are judged until the next one is made. */
  get fit(): EventFit {
    return this.#fit;
  }

  /** Asks again whether a row's values are many people's, where a value has grown by a quarter since. */
  #lookAtValues(row: number): void {
    const { columns } = this.#event;
    const grown: Judged[] = [];
    for (const column of JUDGED_COLUMNS) {
      const value = wholeAt(columns[column].valueOf, row);
      if (value < 0) continue;
      const orders = wholeAt(columns[column].counts, value);
      const asked = this.#asked[column];
      if (orders < (asked.get(value) ?? LEAST_ACCOUNTS) || orders > hubLimit(this.count)) continue;
      asked.set(value, Math.ceil(orders * ASK_AGAIN));
      grown.push({ column, value });
    }
    if (grown.length === 0) return;
    const found = this.#leaveOut(grown);
    if (found.length === 0) return;
    const { learned, addresses } = this.#fit;
    const manyPeoples = inOrder([...learned.manyPeoples, ...found]);
    this.#fit = eventFit({ ...learned, manyPeoples }, addresses);
  }

  /** Takes those of some values as not given that are many people's; which they are. */
  #leaveOut(judged: readonly Judged[]): ManyPeoples[] {
    const finder = new ManyPeoplesFinder({
      columns: this.#event.columns,
      eventCount: this.count,
      rowsOf: (column, value) =>
        Int32Array.from(this.#event.columns[column].rowsOf(value)).sort((a, b) =>
          this.#inOrder(a, b),
        ),
      orderShare: (row) => this.#orderShare(row),
      creationShare: (row) => this.#creationShare(row),
    });
    const found: ManyPeoples[] = [];
    const gone = judged.filter((one) => {
      const many = finder.judge(one);
      if (many !== null) found.push(many);
      return many !== null;
    });
    for (const { column, value } of gone) this.#event.columns[column].leaveOut(value);
    return found;
  }

  #creationShare(row: number): number {
    const madeMs = this.#event.accountCreatedAtMs.at(row);
    return Number.isNaN(madeMs)
      ? Number.NaN
      : this.#creations.share(madeMs, this.#placeInOrder.at(row));
  }

  #orderShare(row: number): number {
    const channel = must(textAt(this.#event.columns.channel, row), "a channel of each order");
    const arrivals = must(this.#arrivals.get(channel), "arrivals of each channel");
    return arrivals.share(this.#event.orderedAtMs.at(row), this.#placeInOrder.at(row));
  }

  /**
   * Says how many units an order takes of its person's limit. One that takes none, as it was cancelled or never
   * placed, says nothing about others either, until it takes one again.
   */
  setUnits({ row, units }: { readonly row: number; readonly units: number }): void {
    this.#event.units.set(row, units);
    if (units > 0) this.#left.delete(row);
    else this.#left.add(row);
  }

  /** Makes a fit of all orders so far, at no stated moment. */
  refresh(): void {
    this.#learn(true);
  }

  /** Finding places takes a look at every address, so it waits until there are twice as many orders. */
  #learn(withPlaces: boolean): void {
    const manyPeoples = this.#lookAtAllValues();
    if (withPlaces) {
      this.#places.weigh();
      this.#placedCount = this.count;
    }
    if (withPlaces || cameBack(this.#fit.learned.manyPeoples, manyPeoples)) this.#tieAll();
    const { columns, orderedAtMs, accountCreatedAtMs, units } = this.#event;
    const addresses = withPlaces ? [...columns.address.values] : this.#fit.addresses;
    const seen = {
      count: this.count,
      columns,
      orderedAtMs: (row: number) => orderedAtMs.at(row),
      accountCreatedAtMs: (row: number) => accountCreatedAtMs.at(row),
      units: (row: number) => units.at(row),
      orderShare: (row: number) => this.#orderShare(row),
      creationShare: (row: number) => this.#creationShare(row),
      placeOf: (row: number) => this.#placeOf(row),
    };
    this.#fit = learnedOf(seen, manyPeoples, addresses);
  }

  #tieAll(): void {
    this.#placeRows = new Map();
    this.#pairs = new PairBlocks((a, b) => this.#byTime(a, b));
    for (let row = 0; row < this.count; row++) this.#tie(row);
  }

  #lookAtAllValues(): ManyPeoples[] {
    const { columns } = this.#event;
    for (const column of JUDGED_COLUMNS) columns[column].leaveNothingOut();
    const all: ManyPeoples[] = [];
    for (let look = 0; look < LOOKS; look++) {
      const found = this.#leaveOut(candidatesIn(this.#event, this.count));
      if (found.length === 0) break;
      all.push(...found);
    }
    return inOrder(all);
  }

  #addressPlace(row: number): string | null {
    const address = wholeAt(this.#event.columns.address.valueOf, row);
    return address < 0 ? null : this.#places.placeOf(address);
  }

  #placeOf(row: number): string | null {
    const place = this.#addressPlace(row);
    const { district } = this.#event.columns;
    return place === null ? null : placeKey(place, district.values[wholeAt(district.valueOf, row)]);
  }

  /** Puts a row beside those of its place, and those that may be of its person. */
  #tie(row: number): void {
    const place = this.#placeOf(row);
    if (place !== null) listed(this.#placeRows, place).push(row);
    this.#pairs.add(row, this.#pairKeys(row));
  }

  #pairKeys(row: number): readonly string[] {
    return pairKeys(this.#event.columns, row, this.#addressPlace(row));
  }

  #byTime(a: number, b: number): number {
    const { orderedAtMs } = this.#event;
    return orderedAtMs.at(a) - orderedAtMs.at(b) || this.#inOrder(a, b);
  }

  /** The links of a row, each pair compared once. */
  #linking(): LinksOfRow {
    const known = new Map<number, readonly Link[]>();
    const bitsOf = new Map<number, number>();
    this.#evidence.useGrowing(this.count);
    const bits = (a: number, b: number) => {
      const pair = a * this.count + b;
      const found = bitsOf.get(pair) ?? this.#evidence.bits(a, b);
      bitsOf.set(pair, found);
      return found;
    };
    return (row) => {
      const found = known.get(row);
      if (found) return found;
      const links: Link[] = [];
      for (const other of this.#pairs.comparedWith(row, this.#pairKeys(row))) {
        if (this.#left.has(other) || isOneAccount(this.#event.columns, row, other)) continue;
        const [a, b] = this.#inOrder(row, other) < 0 ? [row, other] : [other, row];
        const link = { a, b, bits: bits(a, b) };
        if (link.bits >= 0) links.push(link);
      }
      known.set(row, links);
      return links;
    };
  }

  /** Every row that hangs together with this one, itself among them. */
  #neighbourhood(row: number, withPlaces: boolean): ReadonlySet<number> | null {
    const rows = new Set([row]);
    // A set grows while it is walked: whoever is found is asked for its own neighbours.
    for (const member of rows) {
      for (const like of this.#sharing(member, withPlaces))
        if (!this.#left.has(like)) rows.add(like);
      if (rows.size > NEIGHBOURHOOD) return null;
    }
    return rows;
  }

  /** Those rows, and all that may be orders of the same people. In the order in which a batch has them. */
  #withPeople(rows: ReadonlySet<number>, linksOf: LinksOfRow): number[] {
    const people = new Set(rows);
    for (const member of people) {
      for (const { a, b } of linksOf(member)) people.add(a).add(b);
      for (const same of this.#event.columns.account.rowsLike(member))
        if (!this.#left.has(same)) people.add(same);
    }
    return [...people].sort((a, b) => this.#inOrder(a, b));
  }

  #inOrder(a: number, b: number): number {
    return (
      this.#placeInOrder.at(a) - this.#placeInOrder.at(b) ||
      byName(nameAt(this.#event, a), nameAt(this.#event, b)) ||
      a - b
    );
  }

  #sharing(row: number, withPlaces: boolean): number[] {
    const found: number[] = [];
    for (const name of OWN_ATTRIBUTES) {
      const rows = this.#event.columns[name].rowsLike(row);
      if (rows.length <= hubLimit(this.count)) found.push(...rows);
    }
    const place = withPlaces ? this.#placeOf(row) : null;
    const rows = place === null ? [] : (this.#placeRows.get(place) ?? []);
    if (rows.length <= PLACE_HUB && rows.length <= hubLimit(this.count)) found.push(...rows);
    return found;
  }

  /** Judges one of the orders against all of them. */
  judge(row: number): OrderVerdict {
    const thresholds = this.#settings.thresholds ?? SHIPPED_THRESHOLDS;
    const linksOf = this.#linking();
    const alike =
      this.#neighbourhood(row, true) ?? this.#neighbourhood(row, false) ?? new Set([row]);
    const rows = this.#withPeople(alike, linksOf);
    const { table, places } = tableOfRows(this.#event, this.#places, rows);
    const at = rows.indexOf(row);
    const numberOf = new Map(rows.map((one, index) => [one, index]));
    const number = (one: number) => must(numberOf.get(one), "a number of each row");
    const links = rows.flatMap((one) =>
      linksOf(one).flatMap(({ a, b, bits }) =>
        a === one ? [{ a: number(a), b: number(b), bits }] : [],
      ),
    );
    const personOf = clusterPersons(table, personEvidence(table, places), links);
    const atPlace = (key: string) => this.#placeRows.get(key)?.length ?? 0;
    const shared = sharedIdentifiers(table, places, atPlace);
    const finder = new RingFinder(table, personOf, shared, {
      past: this.#settings.past ?? NO_PAST,
      usual: this.#usual(),
      fit: this.#fit,
      ringShare: thresholds.ringShare,
      patterns: patternsUnder(thresholds, this.#fit),
    });
    let score: Score | null = null;
    for (const group of finder.groups(componentsByView(shared, table))) {
      if (!group.rows.includes(at)) continue;
      const found = finder.score(at, finder.view(group));
      if (score === null || found.bits > score.bits) score = found;
    }
    const over = this.#isOverLimit(rows, personOf, {
      at,
      limit: thresholds.unitsPerPersonCount,
    });
    return verdictOf(score ?? finder.alone(at), thresholds, over);
  }

  #usual(): Usual {
    const { fastRatio } = this.#speeds;
    return { arrivals: this.#arrivals, creations: this.#creations, fastRatio };
  }

  /** Whether the person's earlier orders leave no room for this one. */
  #isOverLimit(
    rows: readonly number[],
    personOf: Int32Array,
    { at, limit }: { readonly at: number; readonly limit: number | null },
  ): boolean {
    if (limit === null) return false;
    const { units } = this.#event;
    const own = must(rows[at], "the row itself");
    const before = rows.filter(
      (row, index) => personOf[index] === personOf[at] && this.#byTime(row, own) < 0,
    );
    let sum = 0;
    for (const row of before.sort((a, b) => this.#byTime(a, b))) {
      const more = units.at(row);
      if (sum + more <= limit) sum += more;
    }
    return sum + units.at(own) > limit;
  }
}

/** Whether a value that was taken as not given is given again. */
function cameBack(before: readonly ManyPeoples[], now: readonly ManyPeoples[]): boolean {
  const nameOf = ({ column, text }: ManyPeoples) => `${column} ${text}`;
  const left = new Set(now.map(nameOf));
  return before.some((one) => !left.has(nameOf(one)));
}

function listed(lists: Map<string, number[]>, key: string): number[] {
  const known = lists.get(key);
  if (known) return known;
  const fresh: number[] = [];
  lists.set(key, fresh);
  return fresh;
}
