/* All kinds of genuine orders, and what share of the crowd's orders each has. */

import type { Draft } from "../world/types.ts";
import type { World } from "../world/world.ts";
import * as crowds from "./crowds.ts";
import * as homes from "./homes.ts";
import * as repeats from "./repeats.ts";

interface Kind {
  readonly share: number;
  readonly make: (world: World) => Draft[];
}

/** People who order alone make the rest. */
export const KINDS: Readonly<Record<string, Kind>> = {
  couple: { share: 0.06, make: homes.couple },
  family: { share: 0.05, make: homes.family },
  "family with one phone": { share: 0.025, make: homes.familyOnePhone },
  "boarding house": { share: 0.04, make: homes.boardingHouse },
  neighbours: { share: 0.012, make: homes.neighbours },
  "boarding school": { share: 0.012, make: homes.pesantren },
  campus: { share: 0.045, make: crowds.campusCrowd },
  office: { share: 0.03, make: crowds.office },
  "pick-up point": { share: 0.018, make: crowds.atPickUpPoint },
  "fan club": { share: 0.02, make: crowds.fanClub },
  "campus fair": { share: 0.015, make: crowds.campusFair },
  "account of last night": { share: 0.05, make: crowds.lastNight },
  "two channels": { share: 0.025, make: repeats.twoChannels },
  "ordered again": { share: 0.025, make: repeats.orderedAgain },
  "several recipients": { share: 0.012, make: repeats.severalRecipients },
  "personal shopper": { share: 0.01, make: repeats.personalShopper },
  reviewer: { share: 0.003, make: repeats.reviewer },
  "phone counter": { share: 0.007, make: repeats.atTheCounter },
};

export const ALONE = "alone";
/** Honest orders next to a ring; the rings bring them. */
export const BESIDE_A_RING = "beside a ring";

/** `count` genuine orders of all kinds in their shares. */
export function crowdOf(count: number, world: World): { kind: string; draft: Draft }[] {
  const all = Object.entries(KINDS).flatMap(([kind, { share, make }]) => {
    const drafts: Draft[] = [];
    const quota = Math.round(share * count);
    while (drafts.length < quota) drafts.push(...make(world).slice(0, quota - drafts.length));
    return drafts.map((draft) => ({ kind, draft }));
  });
  const left = Math.max(0, count - all.length);
  const alone = world.times(left, () => homes.single(world));
  return [...all, ...alone.flat().map((draft) => ({ kind: ALONE, draft }))];
}
