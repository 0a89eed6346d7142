/*
 * Replays the line from a public record: was each unit offered to the first who wanted it? It must
 * never accept an offer that jumped the line; anybody may have written the record.
 */

/** An entry in line order, as a verifier knows it. */
export interface ReplayPlace {
  readonly entryId: string;
  readonly tier: number;
  readonly channelNo: number;
  readonly preferences: readonly number[];
  /** The first entry of the person whose turn it shares; null for a turn of its own. */
  readonly turnId: string | null;
}

/** A unit that the record says was offered to an entry. */
export interface OfferedUnit {
  readonly movementNo: number;
  readonly entryId: string;
  readonly channelNo: number;
  readonly variantNo: number;
}

/** Shared turns, and which of them were used. */
class Turns {
  readonly #turnOf = new Map<string, string>();
  /** Entries of each turn that got an offer. */
  readonly #hadBy = new Map<string, Set<string>>();
  readonly #apart = new Set<string>();

  join({ entryId, turnId }: ReplayPlace): void {
    if (turnId === null) return;
    for (const member of [entryId, turnId]) {
      if (!this.#apart.has(member)) this.#turnOf.set(member, turnId);
    }
  }

  /**
   * The entry belongs to another person after all: it gets its own turn, and its offers no longer
   * count for the shared one.
   */
  separate(entryId: string): void {
    this.#apart.add(entryId);
    this.#hadBy.get(this.#turnOf.get(entryId) ?? entryId)?.delete(entryId);
    this.#turnOf.delete(entryId);
  }

  offered(entryId: string): void {
    const turn = this.#turnOf.get(entryId) ?? entryId;
    const had = this.#hadBy.get(turn) ?? new Set();
    this.#hadBy.set(turn, had.add(entryId));
  }

  wasHad(entryId: string): boolean {
    const turn = this.#turnOf.get(entryId);
    return turn !== undefined && (this.#hadBy.get(turn)?.size ?? 0) > 0;
  }
}

/** Places of one tier on one channel, in line order, with the waiting ones. */
class Lane {
  readonly places: ReplayPlace[] = [];
  /**
   * For each variant: no waiting place before this index wants it. Decreases only when turns are
   * separated.
   */
  readonly firstWanting = new Map<number, number>();

  firstWaiting(variantNo: number, isDone: (entryId: string) => boolean): number {
    let index = this.firstWanting.get(variantNo) ?? 0;
    for (; index < this.places.length; index++) {
      const place = this.places[index] as ReplayPlace;
      if (!isDone(place.entryId) && place.preferences.includes(variantNo)) break;
    }
    this.firstWanting.set(variantNo, index);
    return index;
  }
}

/**
 * Replays the line. At each offer it checks that the entry was waiting, got its first preference
 * that was left, and that nobody before it waited for anything that was left. Each place is passed
 * once per variant, so the work grows with entries, not with offers.
 */
export class LineReplay {
  readonly #fault: (text: string) => void;
  readonly #lanes = new Map<string, Lane>();
  readonly #positions = new Map<string, { lane: string; index: number; place: ReplayPlace }>();
  readonly #done = new Set<string>();
  readonly #turns = new Turns();
  /** Entries that get their own turn after a movement, in that order. */
  readonly #parting: { entryId: string; afterMovementNo: number }[] = [];
  readonly #free = new Map<number, Map<number, number>>();
  /** Sealed windows that have not joined yet: an offer must not jump to a window sealed later. */
  readonly #pending: { afterMovementNo: number; places: readonly ReplayPlace[] }[] = [];
  offerCount = 0;

  constructor(fault: (text: string) => void) {
    this.#fault = fault;
  }

  /** A sealed window that joined after a movement; its places in order of rank. */
  join(afterMovementNo: number, places: readonly ReplayPlace[]): void {
    this.#pending.push({ afterMovementNo, places });
  }

  /** An entry skipped because the person was at the limit. */
  skip(entryId: string): void {
    this.#done.add(entryId);
  }

  /** An entry with its own turn from a movement on. */
  separate(entryId: string, afterMovementNo: number): void {
    this.#parting.push({ entryId, afterMovementNo });
  }

  setFree({
    channelNo,
    variantNo,
    units,
  }: {
    readonly channelNo: number;
    readonly variantNo: number;
    readonly units: number;
  }): void {
    const channel = this.#free.get(channelNo) ?? new Map<number, number>();
    this.#free.set(channelNo, channel.set(variantNo, units));
  }

  #joinUpTo(movementNo: number): void {
    for (let next = this.#pending[0]; next && next.afterMovementNo < movementNo;) {
      for (const place of next.places) {
        const key = `${place.tier} ${place.channelNo}`;
        const lane = this.#lanes.get(key) ?? new Lane();
        this.#lanes.set(key, lane);
        this.#positions.set(place.entryId, { lane: key, index: lane.places.length, place });
        lane.places.push(place);
        this.#turns.join(place);
      }
      this.#pending.shift();
      next = this.#pending[0];
    }
    for (let next = this.#parting[0]; next && next.afterMovementNo < movementNo;) {
      this.#turns.separate(next.entryId);
      for (const lane of this.#lanes.values()) lane.firstWanting.clear();
      this.#parting.shift();
      next = this.#parting[0];
    }
  }

  offer({ movementNo, entryId, channelNo, variantNo }: OfferedUnit): void {
    this.offerCount++;
    this.#joinUpTo(movementNo);
    const position = this.#positions.get(entryId);
    if (!position || position.place.channelNo !== channelNo) {
      this.#fault(
        `movement ${movementNo}: a unit was offered to an entry that is not in this line`,
      );
      return;
    }
    if (this.#done.has(entryId)) {
      this.#fault(`movement ${movementNo}: entry ${entryId} had its turn already`);
    }
    if (this.#turns.wasHad(entryId)) {
      this.#fault(
        `movement ${movementNo}: entry ${entryId} shares a turn that another entry of the same person had`,
      );
    }
    const free = this.#free.get(channelNo) ?? new Map<number, number>();
    const left = (wanted: number) => (free.get(wanted) ?? 0) > 0;
    if (position.place.preferences.find(left) !== variantNo) {
      this.#fault(
        `movement ${movementNo}: entry ${entryId} did not get the first wish that was left`,
      );
    }
    for (const [wanted, units] of free) {
      if (units > 0) this.#checkNobodyBefore(movementNo, position, wanted);
    }
    this.#done.add(entryId);
    this.#turns.offered(entryId);
  }

  #checkNobodyBefore(
    movementNo: number,
    position: { index: number; place: ReplayPlace },
    variantNo: number,
  ): void {
    const isDone = (entryId: string) => this.#done.has(entryId) || this.#turns.wasHad(entryId);
    for (let tier = 0; tier <= position.place.tier; tier++) {
      const lane = this.#lanes.get(`${tier} ${position.place.channelNo}`);
      if (!lane) continue;
      const first = lane.firstWaiting(variantNo, isDone);
      const before = tier < position.place.tier ? lane.places.length : position.index;
      if (first < before) {
        const passed = (lane.places[first] as ReplayPlace).entryId;
        this.#fault(
          `movement ${movementNo}: entry ${passed} stood before ${position.place.entryId} and was passed over`,
        );
      }
    }
  }
}
