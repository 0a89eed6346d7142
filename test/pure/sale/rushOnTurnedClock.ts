import { completeGroups, type EndedWindow, type WindowGroup } from "../../../src/sale/group.ts";
import { Intake, type EntryWriter } from "../../../src/sale/entry/io/intake.ts";
import type { EntryOutcome, NewEntry } from "../../../src/sale/entry/io/entryStore.ts";
import { compareBytes } from "../../../src/base/bytes.ts";
import { sha256, utf8 } from "../../../src/base/hash.ts";
import { SeededChance } from "../../../src/crowd/chance.ts";
import { chanceRank } from "../../../src/sale/rank.ts";
import { lastEndedWindowNo, windowAt } from "../../../src/sale/window.ts";
import { smallSale, START_MS } from "../../helpers/sale.ts";

/*
 * A rush on a turned clock: the real intake and the real rule of groups before a database that takes so many people a
 * second. Half of the people are scripts on warm connections that repeat at once; half have phones, 300 ms away, with the
 * page's way to try again.
 */

export interface RushRules {
  /** By which windows are drawn together; null: each alone, as before. */
  readonly grouped: boolean;
  /** The queue of before: refuses for a second, and the page tries four more times. */
  readonly refuses: boolean;
}

export interface RushSize {
  readonly peopleCount: number;
  readonly perSecond: number;
  readonly queueCount: number;
  readonly unitCount: number;
}

export interface RushEnd {
  /** Units of scripts and of phones. */
  readonly units: readonly [script: number, phone: number];
  readonly gaveUpCount: number;
  readonly groups: readonly WindowGroup[];
}

const TICK_MS = 50;
const SCRIPT_AGAIN_MS = 100;
const PHONE_TRIP_MS = 300;
const RUSH_MS = 2_000;
const PAGE_RETRIES = 4;
const MOST_MS = 120_000;

interface Person {
  readonly isPhone: boolean;
  readonly entry: NewEntry;
  tries: number;
}

const idOf = (seed: number, index: number) =>
  Buffer.from(sha256(utf8(`${seed} ${index}`)).subarray(0, 16)).toString("hex");

export async function rush(seed: number, size: RushSize, rules: RushRules): Promise<RushEnd> {
  const chance = new SeededChance(seed);
  const round = { ...smallSale({ units: 1, openMs: 600_000 }).rounds[0]!, windowMs: 1_000 };
  const target = { saleNo: 1, round };
  const startMs = START_MS + 10_000;
  let nowMs = startMs;
  const due: { atMs: number; run: () => void }[] = [];
  const after = (ms: number, run: () => void) => due.push({ atMs: nowMs + ms, run });
  const looks = new Set<() => void>();
  const marks = new Map<number, number>();
  const placed: { person: Person; windowNo: number }[] = [];
  const byEntry = new Map<string, Person>();
  const groups: WindowGroup[] = [];
  let gaveUpCount = 0;
  let closedThrough = lastEndedWindowNo(round, startMs);
  const currentNo = () => windowAt(round, nowMs)!.windowNo;

  /** The database: a batch takes its time, and lands in its window unless that is closed. */
  const write: EntryWriter = (_target, entries, _kind, atMs) =>
    new Promise((resolve) => {
      const byFlush = rules.refuses ? nowMs : atMs;
      after((entries.length * 1_000) / size.perSecond, () => {
        const windowNo = Math.max(windowAt(round, byFlush)!.windowNo, closedThrough + 1);
        for (const { entryId } of entries) placed.push({ person: byEntry.get(entryId)!, windowNo });
        resolve(entries.map((entry) => ({ ok: true, entry }) as unknown as EntryOutcome));
      });
    });
  const intake = new Intake(write, {
    clock: { nowMs: () => nowMs },
    mark: (_target, { fromWindowNo }) => {
      for (let no = Math.max(fromWindowNo, closedThrough + 1); no <= currentNo(); no++) {
        marks.set(no, nowMs);
      }
      return Promise.resolve(currentNo());
    },
    random: () => chance.fraction(),
    mostQueuedCount: size.queueCount,
    mostBatchCount: Math.max(1, Math.round(size.perSecond / 4)),
    every: (_ms, look) => {
      looks.add(look);
      return () => looks.delete(look);
    },
  });

  const again = (person: Person, seconds: number): void => {
    if (!person.isPhone)
      return void after(SCRIPT_AGAIN_MS * (0.5 + chance.fraction()), () => come(person));
    if (!rules.refuses) {
      const ownMs = (seconds + chance.fraction()) * 1_000;
      return void after(PHONE_TRIP_MS + ownMs, () => come(person));
    }
    if (person.tries > PAGE_RETRIES) return void gaveUpCount++;
    const waitMs = 400 * 2 ** (person.tries - 1) * (1 + chance.fraction() / 2);
    after(PHONE_TRIP_MS + Math.max(1_000, waitMs), () => come(person));
  };
  const come = (person: Person): void => {
    person.tries++;
    void intake.enter(target, person.entry).then((outcome) => {
      if (outcome !== null && "seconds" in outcome) again(person, outcome.seconds);
    });
  };
  for (let index = 0; index < size.peopleCount; index++) {
    const id = idOf(seed, index);
    const keys = { accountKey: id, phoneKey: null, emailKey: null, entryId: id, requestKey: id };
    const person = {
      isPhone: index % 2 === 1,
      entry: { ...keys, channelNo: 1, preferences: "1" },
      tries: 0,
    };
    byEntry.set(id, person);
    after(chance.fraction() * RUSH_MS, () => come(person));
  }

  const seal = () => {
    const heldMs = intake.heldSinceMs({ saleNo: 1, roundNo: round.roundNo });
    const heldNo = heldMs === null ? Infinity : windowAt(round, heldMs)!.windowNo;
    const lastNo = Math.min(lastEndedWindowNo(round, nowMs), heldNo - 1);
    const ended: EndedWindow[] = [];
    for (let windowNo = closedThrough + 1; windowNo <= lastNo; windowNo++) {
      ended.push({ windowNo, markedAtMs: rules.grouped ? (marks.get(windowNo) ?? null) : null });
    }
    for (const group of completeGroups(round, ended, { nowMs })) {
      groups.push(group);
      closedThrough = group.windowNo;
    }
  };
  const isOver = () =>
    placed.length + gaveUpCount === size.peopleCount &&
    placed.every(({ windowNo }) => windowNo <= closedThrough);
  for (let tickMs = startMs; !isOver(); tickMs += TICK_MS) {
    if (tickMs > startMs + MOST_MS) throw new Error(`seed ${seed}: the rush does not end`);
    const now = due.filter(({ atMs }) => atMs <= tickMs);
    due.splice(0, due.length, ...due.filter(({ atMs }) => atMs > tickMs));
    for (const { atMs, run } of now.sort((a, b) => a.atMs - b.atMs)) {
      nowMs = atMs;
      run();
    }
    nowMs = tickMs;
    await new Promise(setImmediate);
    for (const look of looks) look();
    await new Promise(setImmediate);
    seal();
  }
  return {
    units: unitsOf(placed, groups, { seed, unitCount: size.unitCount }),
    gaveUpCount,
    groups,
  };
}

/** Units down the line of (group, rank). */
function unitsOf(
  placed: readonly { person: Person; windowNo: number }[],
  groups: readonly WindowGroup[],
  { seed, unitCount }: { seed: number; unitCount: number },
): [number, number] {
  const groupOf = (windowNo: number) =>
    groups.find((group) => group.fromWindowNo <= windowNo && windowNo <= group.windowNo)!.windowNo;
  const line = placed
    .map(({ person, windowNo }) => {
      const group = groupOf(windowNo);
      const rank = chanceRank(
        sha256(utf8(`seed ${seed} ${group}`)),
        Buffer.from(person.entry.entryId, "hex"),
      );
      return { person, group, rank };
    })
    .sort((a, b) => a.group - b.group || compareBytes(a.rank, b.rank))
    .slice(0, unitCount);
  const phones = line.filter(({ person }) => person.isPhone).length;
  return [line.length - phones, phones];
}
