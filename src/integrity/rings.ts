/*
 * The evidence of each group of orders, and the score of each order in it. The measure is whatever is usual in the same
 * event.
 */

import { floatAt, wholeAt } from "../base/at.ts";
import { must } from "../base/assert.ts";
import { attachedTo, type Attached } from "./attached/attach.ts";
import { entitiesByValue, entitiesOf, isHub, withoutHubs, type Attribute } from "./attributes.ts";
import { thingLeads } from "./cases.ts";
import { saidFacts, type Evidence } from "./evidence/evidence.ts";
import { NO_PAST, type KnownPast, type PastOfOrder } from "./evidence/past.ts";
import { alsoAsFew, oneFactOneReason } from "./evidence/fewIdentifiers.ts";
import type { IdentifierSignal } from "./evidence/signal.ts";
import { spanWithin, synchrony, within, type Synchrony } from "./evidence/synchrony.ts";
import { LEAST_AGE_MS, type CrowdPatterns, type FullLimit } from "./evidence/pattern.ts";
import { usualOf, type Usual } from "./evidence/usual.ts";
import { SHIPPED_FIT, type EventFit } from "./fit/eventFit.ts";
import { FittedNulls, type Spread } from "./fit/nulls.ts";
import { placeInOrder } from "./table/numbering.ts";
import { accountsSaid, FactsOfGroup, type GroupSeen } from "./groupFacts.ts";
import { VIEWS, type ComponentsByView, type View } from "./groups.ts";
import { KnownScores, RING_SHARE, scoreOf, type Score } from "./score.ts";
import type { SharedIdentifiers } from "./sharedIdentifiers.ts";
import { accountsMadeTogether } from "./signals/accountsMadeTogether.ts";
import { connectedAccounts } from "./signals/connectedAccounts.ts";
import { GROUP_SIGNALS, IDENTIFIER_SIGNALS, ORDER_SIGNALS } from "./signals/registered.ts";
import { sameMoment } from "./signals/sameMoment.ts";
import { sharedPayment } from "./signals/sharedPayment.ts";
import { countIn, textAt, valuesOfRow } from "./table/columns.ts";
import type { OrderTable } from "./table/orders.ts";
import { askedOf, asking, oneOfEachPattern, PatternFinder } from "./patterns/patternFinder.ts";

/** Orders that may belong together, and why they were put side by side. */
export interface Group {
  readonly rows: Int32Array;
  readonly view: View;
}

export interface FinderSettings {
  readonly past?: KnownPast;
  readonly ringShare?: number;
  /** Knowledge of the event as a whole. */
  readonly fit?: EventFit;
  /** Where the table is a part of an event: what is usual in all of it. */
  readonly usual?: Usual;
  /** Patterns of the whole crowd, where three weak kinds may ask; null where they may not. */
  readonly patterns?: CrowdPatterns | null;
}

export interface GroupView {
  readonly rows: Int32Array;
  readonly entities: number;
  /** Entities less half of those that one thing ties together: a star says less than a mesh. */
  readonly meshedEntities: number;
  /** That its accounts hang together, for orders that share a value themselves. */
  readonly meshed: Evidence | null;
  readonly shared: readonly Evidence[];
  /** Evidence that is seen at its place, for the orders there only. */
  readonly atPlace: { readonly rows: ReadonlySet<number>; readonly evidence: readonly Evidence[] };
  readonly orderSync: Synchrony;
  readonly creationSync: Synchrony;
  /** That its orders came in one moment, for those that did. */
  readonly moment: Evidence | null;
  /** The same for those that one purse paid: whoever orders for friends does it in one go. */
  readonly momentOfPayer: Evidence | null;
  /** The same for those that one phone at one place may have placed. */
  readonly momentOfHand: Evidence | null;
  /** That its accounts were made in one moment, for those that were. */
  readonly made: Evidence | null;
  readonly madeByHand: Evidence | null;
  /** Of an order that shows nothing itself, elsewhere and at the group's place. */
  readonly sharedScore: Score;
  readonly placeScore: Score;
  /** Of orders that show the same. */
  readonly scores: KnownScores;
}

/** A strong attribute, with what its values are evidence of. */
interface Identifier {
  readonly attribute: Attribute;
  readonly signal: IdentifierSignal;
  /** How many accounts have each value; 0 where it is a hub, which ties nobody. */
  readonly accounts: Int32Array;
  /** By value, once it was asked for; null where it says nothing. */
  readonly evidence: Map<number, Evidence | null>;
}

/** From so many accounts on, a phone may be one that others are served with: below, its owners are a household. */
const HAND_LEAST = 4;
/** From here on several values tie an order to its group, and the group's moment is its own. */
const TIED_BITS = 2.5;

/** Judges the orders of one event. */
export class RingFinder {
  readonly #table: OrderTable;
  readonly #usual: Usual;
  readonly #nulls: FittedNulls;
  readonly #past: KnownPast;
  readonly #identifiers: readonly Identifier[];
  readonly #shared: SharedIdentifiers;
  readonly #isHub: GroupSeen["isHub"];
  readonly #entityOf: Int32Array;
  readonly #tie: Float64Array;
  /** NaN where it was not asked for yet. */
  readonly #orderShares: Float64Array;
  readonly #ringShare: number;
  readonly #nothing: Score;
  readonly #patterns: PatternFinder | null;
  readonly #full: FullLimit | null;

  constructor(
    table: OrderTable,
    personOf: Int32Array,
    shared: SharedIdentifiers,
    settings: FinderSettings = {},
  ) {
    this.#table = table;
    this.#entityOf = entitiesOf(table, personOf);
    this.#shared = shared;
    this.#identifiers = shared.identifiers.map((attribute) => ({
      attribute,
      signal: signalOfAttribute(attribute),
      accounts: withoutHubs(
        attribute,
        entitiesByValue(attribute, this.#entityOf),
        table.eventCount,
      ),
      evidence: new Map<number, Evidence | null>(),
    }));
    const attributeOf = new Map(shared.identifiers.map((one) => [one.name, one]));
    const [device, payment] = [attributeOf.get("device"), attributeOf.get("payment")];
    this.#isHub = (column, value) => {
      const attribute = column === "device" ? device : payment;
      return attribute !== undefined && isHub(attribute, value, table.eventCount);
    };
    this.#usual = settings.usual ?? usualOf(table);
    this.#nulls = new FittedNulls((settings.fit ?? SHIPPED_FIT).learned.nulls);
    this.#orderShares = new Float64Array(table.count).fill(Number.NaN);
    this.#past = settings.past ?? NO_PAST;
    this.#ringShare = settings.ringShare ?? RING_SHARE;
    const patterns = settings.patterns ?? null;
    this.#patterns = patterns && new PatternFinder(table, patterns, (row) => this.#orderShare(row));
    this.#full = patterns?.full ?? null;
    this.#nothing = this.#scoreOf([]);
    // A steady place inside a tick for each order.
    this.#tie = Float64Array.from(table.orderIds, placeInOrder);
  }

  #scoreOf(evidence: readonly Evidence[]): Score {
    return scoreOf(oneFactOneReason(evidence), this.#ringShare, this.#patterns !== null);
  }

  /** The groups among components: those of several accounts. */
  groups(components: ComponentsByView): Group[] {
    return VIEWS.flatMap((view) =>
      components[view]
        .filter(({ rows }) => this.entitiesIn(rows) >= 2)
        .flatMap(({ parts }) => parts)
        .filter((rows) => rows.length >= 2)
        .map((rows) => ({ rows, view })),
    );
  }

  /** For each case the orders that join it by weak ties; `cases`: the rows of each. */
  attachedTo(cases: readonly Int32Array[]): Attached[][] {
    return attachedTo(cases, {
      table: this.#table,
      things: thingLeads(this.#shared, this.#table, this.#entityOf),
      placeOf: this.#shared.placeOf,
      entityOf: this.#entityOf,
      orderShare: (row) => this.#orderShare(row),
      creationShare: (row) => this.#creationShare(row),
    });
  }

  entitiesIn(rows: Int32Array): number {
    const seen = new Set<number>();
    for (const row of rows) seen.add(wholeAt(this.#entityOf, row));
    return seen.size;
  }

  /** The evidence of a group as a whole, once for all of its orders. */
  view(group: Group): GroupView {
    const { rows } = group;
    const firsts = this.#firstOfEach(rows);
    const entities = firsts.length;
    const orderShares = sharesOf(firsts, (row) => this.#orderShare(row));
    const dated = firsts.filter(
      (row) => !Number.isNaN(floatAt(this.#table.accountCreatedAtMs, row)),
    );
    const creationShares = sharesOf(dated, (row) => this.#creationShare(row));
    const orderSync = synchrony(orderShares);
    const creationSync = synchrony(creationShares);
    const { orderedAtMs, accountCreatedAtMs } = this.#table;
    const { shared, atPlace } = this.#sharedEvidence(group);
    const orderSpanMs = spanWithin(orderSync, orderShares, (at) =>
      floatAt(orderedAtMs, wholeAt(firsts, at)),
    );
    const createdAtMs = (at: number) => floatAt(accountCreatedAtMs, wholeAt(dated, at));
    const creationSpanMs = spanWithin(creationSync, creationShares, createdAtMs);
    const meshedEntities =
      group.view === "identifiers" ? entities - Math.min(entities, this.#largestStar(rows)) : 1;
    const ordered = { found: orderSync, spanMs: orderSpanMs };
    const made = { found: creationSync, spanMs: creationSpanMs, together: true };
    const old = this.#oldWithin(creationSync, creationShares, dated);
    return {
      rows,
      entities,
      orderSync,
      creationSync,
      shared,
      atPlace,
      meshedEntities,
      meshed: this.#meshed(rows, meshedEntities),
      moment: asking("ordered", sameMoment.evaluate({ ...ordered, together: false }), entities),
      momentOfPayer: sameMoment.evaluate({ ...ordered, together: true }),
      momentOfHand: sameMoment.evaluate({ ...ordered, together: true, byOneHand: true }),
      madeByHand: accountsMadeTogether.evaluate({ ...made, byOneHand: true }),
      made: asking("made", accountsMadeTogether.evaluate(made), old),
      sharedScore: this.#scoreOf(shared),
      placeScore: this.#scoreOf([...shared, ...atPlace.evidence]),
      scores: new KnownScores(),
    };
  }

  /** How many accounts of a stretch are old enough; none where one of them is not: newcomers come in bursts. */
  #oldWithin(found: Synchrony, shares: Float64Array, dated: Int32Array): number {
    const { orderedAtMs, accountCreatedAtMs } = this.#table;
    const rows = dated.filter((_, at) => within(found, floatAt(shares, at)));
    const isOld = (row: number) =>
      floatAt(orderedAtMs, row) - floatAt(accountCreatedAtMs, row) >= LEAST_AGE_MS;
    return rows.every(isOld) ? rows.length : 0;
  }

  /** That accounts hang together over several things: one thing alone is that thing's own reason. */
  #meshed(rows: Int32Array, entities: number): Evidence | null {
    const evidence = connectedAccounts.evaluate(entities);
    if (evidence === null) return null;
    const things = this.#thingsShared(rows);
    if (things < 2) return null;
    return { ...evidence, facts: { ...saidFacts(accountsSaid(this.#table, rows)), things } };
  }

  /** How many values several accounts of a group have; a block of phone numbers is one, beside the numbers in it. */
  #thingsShared(rows: Int32Array): number {
    let things = 0;
    for (const { attribute } of this.#identifiers) {
      const first = new Map<number, number>();
      const shared = new Set<number>();
      for (const row of rows) {
        const entity = wholeAt(this.#entityOf, row);
        for (const value of valuesOfRow(attribute.lists, row)) {
          if (isHub(attribute, value, this.#table.eventCount)) continue;
          const known = first.get(value);
          if (known === undefined) first.set(value, entity);
          else if (known !== entity) shared.add(value);
        }
      }
      things += shared.size;
    }
    return things;
  }

  /**
   * How many entities one thing alone ties together: those of a shared device count whole, since it is
   * one cause; those around one declared attribute a quarter, since accounts that are linked to one
   * centre may be linked to each other elsewhere.
   */
  #largestStar(rows: Int32Array): number {
    let largest = 1;
    for (const row of rows) {
      for (const { attribute } of this.#identifiers) {
        const { starts, values } = attribute.lists;
        const end = wholeAt(starts, row + 1);
        for (let at = wholeAt(starts, row); at < end; at++) {
          const value = wholeAt(values, at);
          const count = countIn(attribute.rows, value);
          const star = attribute.declared ? count / 4 : count - 1;
          if (star > largest && !isHub(attribute, value, this.#table.eventCount)) largest = star;
        }
      }
    }
    return largest;
  }

  /** The first order of each entity: somebody who orders twice is still one. */
  #firstOfEach(rows: Int32Array): Int32Array {
    const seen = new Set<number>();
    return rows.filter((row) => {
      const entity = wholeAt(this.#entityOf, row);
      if (seen.has(entity)) return false;
      seen.add(entity);
      return true;
    });
  }

  /** Where an order stands among those of its channel, 0 to 1; an order is in several groups. */
  #orderShare(row: number): number {
    const known = floatAt(this.#orderShares, row);
    if (!Number.isNaN(known)) return known;
    const { columns, orderedAtMs } = this.#table;
    const channel = must(textAt(columns.channel, row), "a channel of each order");
    const arrivals = must(this.#usual.arrivals.get(channel), "arrivals of each channel");
    const share = arrivals.share(floatAt(orderedAtMs, row), floatAt(this.#tie, row));
    this.#orderShares[row] = share;
    return share;
  }

  #creationShare(row: number): number {
    const createdAtMs = floatAt(this.#table.accountCreatedAtMs, row);
    return this.#usual.creations.share(createdAtMs, floatAt(this.#tie, row));
  }

  #sharedEvidence({ rows, view }: Group): Pick<GroupView, "shared" | "atPlace"> {
    const { placeOf, places } = this.#shared;
    const facts = new FactsOfGroup({
      table: this.#table,
      rows,
      entityOf: this.#entityOf,
      byPlaces: view === "identifiersAndPlaces",
      placeOf,
      places,
      isHub: this.#isHub,
      full: this.#full,
    });
    const shared: Evidence[] = [];
    const evidence: Evidence[] = [];
    for (const signal of GROUP_SIGNALS) {
      const one = signal.evaluate(facts);
      if (one) (signal.scope === "place" ? evidence : shared).push(one);
    }
    return { shared, atPlace: { rows: new Set(facts.placeRows), evidence } };
  }

  /** An order's own part: the things that it shares itself, and its own speed and past. */
  #ownEvidence(row: number, view: GroupView): Evidence[] {
    const found: Evidence[] = [];
    let ties = false;
    for (const identifier of this.#identifiers) {
      const { accounts } = identifier;
      const { starts, values } = identifier.attribute.lists;
      let best: Evidence | null = null;
      const end = wholeAt(starts, row + 1);
      for (let at = wholeAt(starts, row); at < end; at++) {
        const value = wholeAt(values, at);
        if (wholeAt(accounts, value) < 2) continue;
        ties = true;
        const one = this.#evidenceOf(identifier, value);
        if (one && (best === null || one.bits > best.bits)) best = one;
      }
      if (best) found.push(best);
    }
    const { meshed } = view;
    if (ties && meshed && meshed.bits > 0) found.push(meshed);
    found.push(...this.#speedAndPast(row));
    return found;
  }

  /** The evidence of a value, once for all orders that have it. */
  #evidenceOf(identifier: Identifier, value: number): Evidence | null {
    const known = identifier.evidence.get(value);
    if (known !== undefined) return known;
    const rows = valuesOfRow(identifier.attribute.rows, value);
    const { phone } = this.#table.columns;
    const { name, declared } = identifier.attribute;
    const accounts = wholeAt(identifier.accounts, value);
    const tail = declared ? undefined : this.#nulls.tailOf(name, this.#spread(rows, accounts));
    const one = identifier.signal.evaluate({
      accounts,
      tail,
      value: must(identifier.attribute.values[value], "a text of each value"),
      ...accountsSaid(this.#table, rows),
      numbers: new Set(rows.map((row) => wholeAt(phone.valueOf, row))).size,
    });
    const isContact = name === "phone" || name === "email";
    const whole = one && isContact && !tail ? alsoAsFew(one, accounts) : one;
    identifier.evidence.set(value, whole);
    return whole;
  }

  #spread(rows: Int32Array, all: number): Spread {
    const { channel } = this.#table.columns;
    const byChannel = new Map(
      [...Map.groupBy(rows, (row) => textAt(channel, row) ?? "")].map(([name, part]) => [
        name,
        new Set(part.map((row) => wholeAt(this.#entityOf, row))).size,
      ]),
    );
    return { all, byChannel };
  }

  #speedAndPast(row: number): Evidence[] {
    const { accountCreatedAtMs, orderedAtMs } = this.#table;
    const gapMs = floatAt(orderedAtMs, row) - floatAt(accountCreatedAtMs, row);
    const facts = { gapMs, fastRatio: this.#usual.fastRatio, past: this.#pastOf(row) };
    const found: Evidence[] = [];
    for (const signal of ORDER_SIGNALS) {
      const one = signal.evaluate(facts);
      if (one) found.push(one);
    }
    return found;
  }

  #pastOf(row: number): PastOfOrder | null {
    const { rings, genuine } = this.#past;
    if (rings.size === 0 && genuine.size === 0) return null;
    const { account } = this.#table.columns;
    const own = textAt(account, row);
    const values = this.#identifiers.flatMap(({ attribute }) =>
      Array.from(valuesOfRow(attribute.lists, row), (value) =>
        must(attribute.values[value], "a text of each value"),
      ),
    );
    return { past: this.#past, account: own, values: own === null ? values : [own, ...values] };
  }

  /** Common moments of a group, for an order that one person may have placed with the others. */
  #momentsOf(row: number, view: GroupView, evidence: readonly Evidence[]) {
    if (this.#isOfOneHand(row)) return { moment: view.momentOfHand, made: view.madeByHand };
    const paidTogether = evidence.some((one) => one.signal === sharedPayment.name && one.bits > 0);
    return { moment: paidTogether ? view.momentOfPayer : view.moment, made: view.made };
  }

  /** Whether several accounts ordered on its phone, at one place. */
  #isOfOneHand(row: number): boolean {
    const device = this.#identifiers.find(({ attribute }) => attribute.name === "device");
    if (device === undefined) return false;
    const { lists, rows } = device.attribute;
    return valuesOfRow(lists, row).some(
      (value) =>
        !isHub(device.attribute, value, this.#table.eventCount) &&
        wholeAt(device.accounts, value) >= HAND_LEAST &&
        this.#isAtOnePlace(valuesOfRow(rows, value)),
    );
  }

  /** False where most orders came from networks of their own. */
  #isAtOnePlace(rows: Int32Array): boolean {
    const { valueOf } = this.#table.columns.ip;
    const told = rows.map((row) => wholeAt(valueOf, row)).filter((value) => value >= 0);
    return 2 * new Set(told).size <= Math.max(rows.length, told.length);
  }

  /** The score of one order in one group. */
  score(row: number, view: GroupView): Score {
    const evidence = this.#ownEvidence(row, view);
    const { moment, made } = this.#momentsOf(row, view, evidence);
    const tied = evidence.some(
      (one) => one.signal === connectedAccounts.name && one.bits >= TIED_BITS,
    );
    const took = tied || within(view.orderSync, this.#orderShare(row));
    if (moment && took) evidence.push(moment);
    // Where the others acted in one moment and this order did not, it is not of their doing.
    const apart = moment !== null && moment.bits >= 3 && !took;
    const isDated = !Number.isNaN(floatAt(this.#table.accountCreatedAtMs, row));
    if (made && !apart && isDated && within(view.creationSync, this.#creationShare(row))) {
      evidence.push(made);
    }
    evidence.push(...(this.#patterns?.evidenceOf(row) ?? []));
    const isThere = view.atPlace.evidence.length > 0 && view.atPlace.rows.has(row);
    if (evidence.length === 0) return isThere ? view.placeScore : view.sharedScore;
    const ofGroup = isThere ? [...view.shared, ...view.atPlace.evidence] : view.shared;
    const asked = ofGroup.map((one) => askedOf(this.#table, row, one));
    const all = [...evidence, ...asked];
    return view.scores.of(all, () => this.#scoreOf(oneOfEachPattern(all)));
  }

  /** The score of an order that shares nothing with anybody: its own speed and past. */
  alone(row: number): Score {
    const evidence = [...this.#speedAndPast(row), ...(this.#patterns?.evidenceOf(row) ?? [])];
    // Most orders of an event show nothing: a million of them share one answer.
    return evidence.length === 0 ? this.#nothing : this.#scoreOf(oneOfEachPattern(evidence));
  }
}

/** The signal of a strong attribute: other attributes are no evidence by themselves. */
function signalOfAttribute(attribute: Attribute): IdentifierSignal {
  return must(
    IDENTIFIER_SIGNALS.find(({ name }) => name === attribute.signal),
    "a signal of each strong attribute",
  );
}

function sharesOf(rows: Int32Array, shareOf: (row: number) => number): Float64Array {
  const shares = new Float64Array(rows.length);
  for (let at = 0; at < rows.length; at++) shares[at] = shareOf(wholeAt(rows, at));
  return shares;
}
