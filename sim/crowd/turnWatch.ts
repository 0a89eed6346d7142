/* Finds the people of a crowd whose turn may have come, from the public board alone. */

import type { Board } from "../../src/sale/board.ts";
import type { PersonState } from "./people.ts";

/** People with the same wishes on the same channel; the same numbers decide their turn. */
interface Group {
  readonly channel: string;
  readonly skus: readonly string[];
  /** By their earliest place. People who asked and still wait stay in front. */
  waiting: Watch[];
  sorted: boolean;
}

interface Watch {
  readonly index: number;
  readonly earliestPlaceNo: number;
  askedAtReach: number;
}

/** In groups, because a look at each person would go through half a million people each time. */
export class TurnWatch {
  readonly #groups = new Map<string, Group>();

  add(index: number, wants: Pick<Group, "channel" | "skus">, earliestPlaceNo: number): void {
    const key = `${wants.channel} ${wants.skus.join(" ")}`;
    let group = this.#groups.get(key);
    if (!group) {
      group = { ...wants, waiting: [], sorted: true };
      this.#groups.set(key, group);
    }
    group.waiting.push({ index, earliestPlaceNo, askedAtReach: 0 });
    group.sorted = false;
  }

  /** People whose turn may have come since they last asked; finished people are dropped. */
  due(board: Board, state: (index: number) => PersonState): number[] {
    const reach = new Map(
      board.stock.map((line) => [`${line.channel} ${line.sku}`, line.offeredThroughPlaceNo]),
    );
    const due: number[] = [];
    for (const group of this.#groups.values()) {
      if (!group.sorted) group.waiting.sort((a, b) => a.earliestPlaceNo - b.earliestPlaceNo);
      group.sorted = true;
      const furthest = Math.max(
        ...group.skus.map((sku) => reach.get(`${group.channel} ${sku}`) ?? 0),
      );
      const beyond = group.waiting.findIndex((watch) => watch.earliestPlaceNo > furthest);
      const reached = beyond < 0 ? group.waiting : group.waiting.slice(0, beyond);
      const still = reached.filter((watch) => state(watch.index) !== "done");
      for (const watch of still) {
        if (watch.askedAtReach >= furthest || state(watch.index) !== "entered") continue;
        watch.askedAtReach = furthest;
        due.push(watch.index);
      }
      if (still.length < reached.length) {
        group.waiting = [...still, ...group.waiting.slice(reached.length)];
      }
    }
    return due;
  }
}
