import { parentPort, workerData } from "node:worker_threads";
import { must } from "../../base/assert.ts";
import type { EventSize, Sharing } from "../attributes.ts";
import { componentsByView, packed, type View } from "../groups.ts";

/* Finds what hangs together in a thread of its own, while the persons are found beside it. */

export interface GroupsTask {
  readonly shared: Readonly<Record<View, readonly Sharing[]>>;
  readonly size: EventSize;
}

/** Of each view, its components as one list of numbers. */
export type GroupsAnswer = Readonly<Record<View, Int32Array<ArrayBuffer>>>;

const { shared, size } = workerData as GroupsTask;
const found = componentsByView(shared, size);
const answer: GroupsAnswer = {
  identifiers: packed(found.identifiers),
  identifiersAndPlaces: packed(found.identifiersAndPlaces),
};
must(parentPort, "a thread").postMessage(answer, [
  answer.identifiers.buffer,
  answer.identifiersAndPlaces.buffer,
]);
