/*
 * The rooms of the house and what each may import; ARCHITECTURE.md shows the same table, and a test compares them.
 * A room of `src` is its first folder. Files in a folder called `io`, at any depth, touch the world and are a
 * room of its own: `src/sale/turn/io/finder.ts` belongs to `src/sale/io`.
 */

export const ROOMS = [
  "src/base",
  "src/threads",
  "src/api",
  "src/db",
  "src/access",
  "src/access/io",
  "src/messages",
  "src/messages/io",
  "src/http",
  "src/people/io",
  "src/connectors/formats",
  "src/connectors",
  "src/sale",
  "src/sale/io",
  "src/proof",
  "src/proof/io",
  "src/integrity",
  "src/integrity/io",
  "src/cases",
  "src/cases/io",
  "src/crowd",
  "src/pages",
  "src/planning",
  "src/cli",
  "src",
  "web",
  "sim",
  "bin",
  "bench",
  "test",
] as const;

/** Rooms whose files outside a folder called `io` are rules. */
export const RULE_ROOMS = [
  "base",
  "access",
  "messages",
  "sale",
  "proof",
  "integrity",
  "cases",
  "crowd",
  "connectors/formats",
] as const;

export type RoomName = (typeof ROOMS)[number];

/** The room that a file belongs to. */
export function roomOf(file: string): RoomName {
  const parts = file.split("/");
  const inIo = parts.slice(2, -1).includes("io");
  const [top, room] = parts;
  const candidates =
    top !== "src" || parts.length === 2
      ? [top ?? ""]
      : [...(inIo ? [`src/${room}/io`] : []), `${parts.slice(0, 3).join("/")}`, `src/${room}`];
  const found = candidates.find((name) => (ROOMS as readonly string[]).includes(name));
  if (found === undefined) throw new Error(`${file} lies in no room`);
  return found as RoomName;
}

const inSrc = ROOMS.filter((room) => room.startsWith("src"));
const WIRE: readonly RoomName[] = ["src/base", "src/api", "src/db", "src/access", "src/access/io"];
const MESSAGES: readonly RoomName[] = ["src/messages", "src/messages/io"];
const SERVED: readonly RoomName[] = [...WIRE, ...MESSAGES, "src/http", "src/people/io"];

export const ALLOWED: Readonly<Record<RoomName, readonly RoomName[]>> = {
  "src/base": [],
  "src/threads": [],
  "src/api": ["src/base"],
  "src/db": ["src/base"],
  "src/access": ["src/base"],
  "src/access/io": ["src/access", "src/api", "src/base", "src/db"],
  "src/messages": ["src/base"],
  "src/messages/io": [...WIRE, "src/messages"],
  "src/http": WIRE,
  "src/people/io": [...WIRE, ...MESSAGES, "src/http"],
  "src/connectors/formats": ["src/base"],
  "src/connectors": ["src/connectors/formats", "src/access/io", "src/base", "src/db"],
  "src/sale": ["src/base"],
  "src/sale/io": [
    ...SERVED,
    "src/threads",
    "src/sale",
    "src/connectors",
    "src/integrity",
    "src/integrity/io",
  ],
  "src/proof": ["src/base", "src/sale"],
  "src/proof/io": [...SERVED, "src/threads", "src/proof", "src/sale", "src/sale/io", "src/cases"],
  "src/integrity": ["src/base", "src/connectors/formats"],
  "src/integrity/io": ["src/integrity", "src/base", "src/threads", "src/connectors/formats"],
  "src/cases": ["src/base", "src/sale", "src/integrity"],
  "src/cases/io": [
    ...SERVED,
    "src/threads",
    "src/cases",
    "src/connectors",
    "src/integrity",
    "src/integrity/io",
    "src/sale",
    "src/sale/io",
  ],
  "src/crowd": ["src/base", "src/sale", "src/integrity"],
  "src/pages": [...inSrc.filter((room) => room !== "src/cli" && room !== "src"), "web"],
  "src/planning": [...inSrc.filter((room) => room !== "src/cli" && room !== "src"), "web"],
  "src/cli": [...inSrc, "web"],
  src: [...inSrc.filter((room) => room !== "src/cli"), "web"],
  web: [
    "src/api",
    "src/base",
    "src/cases",
    "src/connectors/formats",
    "src/integrity",
    "src/sale",
    "src/proof",
  ],
  sim: [...inSrc, "web"],
  bin: [...inSrc, "sim"],
  bench: [...ROOMS],
  test: [...ROOMS],
};
