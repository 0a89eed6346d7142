/* Finds what hangs together in a thread of its own, while the persons are found beside it. */

import type { ThreadContract } from "../../threads/protocol.ts";
import { serveThread } from "../../threads/serve.ts";
import type { EventSize, Sharing } from "../attributes.ts";
import { componentsByView, packed, type View } from "../groups.ts";

export interface GroupsTask {
  readonly shared: Readonly<Record<View, readonly Sharing[]>>;
  readonly size: EventSize;
}

/** Of each view, its components as one list of numbers. */
type GroupsAnswer = Readonly<Record<View, Int32Array<ArrayBuffer>>>;

export type GroupsThread = ThreadContract<GroupsTask, GroupsAnswer>;

function find({ shared, size }: GroupsTask): GroupsAnswer {
  const found = componentsByView(shared, size);
  return {
    identifiers: packed(found.identifiers),
    identifiersAndPlaces: packed(found.identifiersAndPlaces),
  };
}

serveThread<GroupsThread>(find, ({ identifiers, identifiersAndPlaces }) => [
  identifiers.buffer,
  identifiersAndPlaces.buffer,
]);
