/*
 * The claim of each sentence about a group, looked up in the rows that were given, apart from the engine: raw texts,
 * counted by hand. The answer is null where the sentence is true, else the sentence.
 */

import type { OrderRecord } from "../../../../src/integrity/table/orders.ts";

const same = (a: string | undefined, b: string | undefined): boolean =>
  a !== undefined && b !== undefined && a.trim().toLowerCase() === b.trim().toLowerCase();
const digits = (phone: string | undefined): string =>
  (phone ?? "").includes("*") ? "" : (phone ?? "").replace(/\D/g, "").replace(/^(?:62|0)+/, "");

const accountsOf = (orders: readonly OrderRecord[]): number =>
  new Set(
    orders.map(({ account, channel, orderId }) => (account ? `${channel} ${account}` : orderId)),
  ).size;
const valuesOf = (orders: readonly OrderRecord[], field: keyof OrderRecord): Set<unknown> =>
  new Set(orders.map((order) => order[field]).filter((value) => value !== undefined));

/** "12 minutes" as milliseconds, as far as the words reach. */
function lengthMs(sentence: string): number {
  const [, count = "0", unit = ""] =
    /within ([\d,]+) (second|minute|hour|day)/.exec(sentence) ?? [];
  const ms = { second: 1_000, minute: 60_000, hour: 3_600_000, day: 86_400_000 }[unit] ?? 0;
  return Number(count.replaceAll(",", "")) * ms;
}

/** Whether so many moments lie within a length. */
function lieWithin(
  moments: readonly number[],
  { count, ms }: { count: number; ms: number },
): boolean {
  const sorted = moments.filter((moment) => !Number.isNaN(moment)).toSorted((a, b) => a - b);
  return sorted.some((from, at) => (sorted[at + count - 1] ?? Infinity) - from <= ms);
}

/** Words of an address that say where: letters of four or more, and its numbers. */
const placeWords = ({ address = "", district = "", city = "" }: OrderRecord): Set<string> =>
  new Set(`${address} ${district} ${city}`.toLowerCase().match(/[a-z]{4,}|\d+/g) ?? []);

/** Whether two orders go to one place: one district, and more words in common than apart. */
function isOnePlace(a: OrderRecord, b: OrderRecord): boolean {
  if (!same(a.district ?? "", b.district ?? "") || !same(a.city ?? "", b.city ?? "")) return false;
  const [left, right] = [placeWords(a), placeWords(b)];
  const shared = [...left].filter((word) => right.has(word)).length;
  return shared >= 0.5 * Math.min(left.size, right.size);
}

/** The largest number of orders that one of them shares its place with. */
function atOnePlace(orders: readonly OrderRecord[]): number {
  return Math.max(0, ...orders.map((a) => orders.filter((b) => isOnePlace(a, b)).length));
}

/** Orders that hang together with one over things: the whole group if they all do. */
function hangTogether(orders: readonly OrderRecord[]): number {
  const keys = ({ deviceId, paymentId, phone, email }: OrderRecord) =>
    [
      deviceId && `d ${deviceId}`,
      paymentId && `p ${paymentId}`,
      digits(phone) && `t ${digits(phone)}`,
      digits(phone) && `b ${digits(phone).slice(0, -2)}`,
      email && !email.includes("*") && `e ${email.toLowerCase()}`,
    ].filter((key): key is string => Boolean(key));
  const seen = new Set(orders.slice(0, 1));
  for (const one of seen)
    for (const other of orders)
      if (keys(one).some((key) => keys(other).includes(key))) seen.add(other);
  return seen.size;
}

/** The most mail boxes of one form. */
function mostOfOneForm(orders: readonly OrderRecord[]): number {
  const form = (mail: unknown) =>
    String(mail)
      .toLowerCase()
      .replace(/[a-z](?=.*@)/g, "a")
      .replace(/\d/g, "9");
  const mails = valuesOf(
    orders.filter(({ email }) => !email?.includes("*")),
    "email",
  );
  const forms = Map.groupBy(mails, form);
  return Math.max(0, ...[...forms.values()].map(({ length }) => length));
}

/** Orders whose accounts were made at the time that an order's was: a burst is 200 minutes long at most. */
const madeWith = (own: OrderRecord, all: readonly OrderRecord[]): OrderRecord[] =>
  all.filter(
    ({ accountCreatedAtMs = Number.NaN }) =>
      Math.abs(accountCreatedAtMs - (own.accountCreatedAtMs ?? Number.NaN)) <= 200 * 60_000,
  );
const madeAround = (own: OrderRecord, all: readonly OrderRecord[]): number[] =>
  madeWith(own, all).map(({ accountCreatedAtMs = Number.NaN }) => accountCreatedAtMs);

interface Said {
  readonly code: string;
  readonly en: string;
}

/** `group`: the orders that are said to belong together; `all`: every order of the event. */
export function untrue(
  { code, en }: Said,
  own: OrderRecord,
  { group, all }: { readonly group: readonly OrderRecord[]; readonly all: readonly OrderRecord[] },
): string | null {
  const [first = 0, second = 0] = [...en.matchAll(/\d[\d,]*/g)].map(([text]) =>
    Number(text.replaceAll(",", "")),
  );
  const claim = (holds: boolean) => (holds ? null : `${code}: ${en}`);
  const sharing = (like: (other: OrderRecord) => boolean) =>
    claim(accountsOf(all.filter(like)) === first);
  switch (code) {
    case "shared_device":
      return sharing((other) => same(other.deviceId, own.deviceId));
    case "shared_payment":
      return sharing((other) => same(other.paymentId, own.paymentId));
    case "shared_email":
      return sharing((other) => same(other.email, own.email));
    case "shared_phone":
      return sharing(
        (other) => digits(other.phone) !== "" && digits(other.phone) === digits(own.phone),
      );
    case "phones_in_a_row": {
      const block = digits(own.phone).slice(0, -2);
      const those = all.filter(
        (other) => digits(other.phone).slice(0, -2) === block && block !== "",
      );
      const numbers = new Set(those.map(({ phone }) => digits(phone))).size;
      return claim(accountsOf(those) === first && numbers === second && numbers >= 2);
    }
    case "connected_accounts":
      return claim(
        accountsOf(group) === first && second >= 2 && hangTogether(group) === group.length,
      );
    case "same_moment":
      return claim(
        lieWithin(
          group.map(({ orderedAtMs }) => orderedAtMs),
          { count: first, ms: lengthMs(en) },
        ),
      );
    case "accounts_made_together": {
      const made = group.map(({ accountCreatedAtMs = Number.NaN }) => accountCreatedAtMs);
      return claim(lieWithin(made, { count: first, ms: lengthMs(en) }));
    }
    case "few_devices":
    case "few_payments": {
      const field = code === "few_devices" ? "deviceId" : "paymentId";
      const those = group.filter((order) => order[field] !== undefined);
      return claim(
        accountsOf(those) === first && valuesOf(those, field).size === second && second > 1,
      );
    }
    case "many_spellings": {
      const those = group.filter((other) => isOnePlace(own, other));
      return claim(second <= those.length && first <= valuesOf(those, "address").size);
    }
    case "own_things":
      return claim(first <= second && second <= atOnePlace(group));
    case "made_up_contacts": {
      return claim(mostOfOneForm(group) >= first);
    }
    case "made_in_a_burst":
      return claim(lieWithin(madeAround(own, all), { count: first, ms: lengthMs(en) }));
    case "ordered_as_a_burst": {
      const moments = madeWith(own, all).map(({ orderedAtMs }) => orderedAtMs);
      return claim(lieWithin(moments, { count: first, ms: lengthMs(en) }));
    }
    case "burst_mail_form":
      return claim(mostOfOneForm(madeWith(own, all)) >= first);
    case "early_client": {
      const those = all.filter(
        ({ userAgent, channel }) => userAgent === own.userAgent && channel === own.channel,
      );
      return claim(those.length >= first);
    }
    case "full_limit": {
      const third = Number(/took (\d+) units/.exec(en)?.[1] ?? Number.NaN);
      const full = (orders: readonly OrderRecord[]) =>
        orders.length >= second && orders.filter(({ units = 1 }) => units >= third).length >= first;
      return claim(
        full(group.filter((other) => isOnePlace(own, other))) || full(madeWith(own, all)),
      );
    }
    case "faster_than_hands":
      return claim(
        Math.abs(own.orderedAtMs - (own.accountCreatedAtMs ?? 0) - first * 1_000) <= 500,
      );
    default:
      return claim(code === "known_buyer" || code === "history");
  }
}
