/* Values that so many orders have that they are a habit of the place, no tie between people. */

const HUB_SHARE = 0.02;
const HUB_LEAST = 60;

/** More of an event's orders than this have a value that ties nobody. */
export const hubLimit = (eventCount: number): number => Math.max(HUB_LEAST, HUB_SHARE * eventCount);
