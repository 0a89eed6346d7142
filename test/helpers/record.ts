import { createHash } from "node:crypto";
import { compareBytes, fromHex, toHex } from "../../src/base/bytes.ts";
import { canonicalJson, type Json } from "../../src/base/canonical.ts";
import { sha256, utf8 } from "../../src/base/hash.ts";
import { merkleRoot } from "../../src/base/merkle.ts";
import type { RecordEntry, RecordLine, RecordMovement } from "../../src/proof/record.ts";
import { chanceRank, entryLeaf } from "../../src/sale/rank.ts";
import { chainAnchor, chainSecrets, windowSeed } from "../../src/sale/seed.ts";
import { applyMovement, emptyBalance, type StockBalance } from "../../src/sale/stock.ts";
import { smallSale } from "./sale.ts";

const idOf = (name: string) => createHash("sha256").update(name).digest("hex").slice(0, 32);
const bytes = (hex: string) => fromHex(hex)!;

/** The leaf of a record's entry, in a sale that draws by chance. */
function leafOf([, id, tier, channelNo, preferences, arrivalNo, turn]: RecordEntry): Uint8Array {
  const turnId = turn === undefined ? null : bytes(turn);
  const entry = { entryId: bytes(id), tier, channelNo, preferences, arrivalNo, turnId };
  return entryLeaf(entry, "shuffled_queue");
}

/**
 * A record that proves itself, made without a server, with every kind of line: two windows, people at the limit,
 * entries that shared a turn and were parted, units that were offered, ordered and sold.
 */
export function sampleRecord(): RecordLine[] {
  const definition = smallSale({ units: 2 });
  const chainLength = 62;
  const secrets = chainSecrets(sha256(utf8("chain")), chainLength);
  const lines: RecordLine[] = [
    {
      kind: "head",
      format: "giliran.record/1",
      sale: "small",
      roundNo: 1,
      mode: "shuffled_queue",
      definition,
      chainLength,
      beacon: "off",
      finished: true,
      definitionDigest: toHex(sha256(utf8(canonicalJson(definition as unknown as Json)))),
      chainAnchor: toHex(chainAnchor(secrets)),
      stock: definition.rounds[0]!.allotments.map(({ channelNo, variantNo, units }) => ({
        channelNo,
        variantNo,
        allotted: units,
      })),
    },
  ];
  // On channel 2 nobody gets anything: its two units of the first variant are wanted by nobody.
  const first: RecordEntry[] = Array.from({ length: 8 }, (_, n) =>
    n < 5 ? ["e", idOf(`a${n}`), 1, 1, "1.2", n] : ["e", idOf(`a${n}`), 1, 2, "2", n],
  );
  const tied = (n: number): RecordEntry => ["e", idOf(`b${n}`), 1, 2, "2", n, idOf(`a${n}`)];
  const second: RecordEntry[] = [["e", idOf("b0"), 1, 1, "2.1", 0], ...[5, 6, 7].map(tied)];
  const line: string[] = [];
  for (const [windowNo, some] of [first, second].entries()) {
    const entries = some.toSorted((a, b) => (a[1] < b[1] ? -1 : 1));
    const root = merkleRoot(entries.map(leafOf));
    const secret = secrets[windowNo]!;
    const seed = windowSeed(secret, root, new Uint8Array(0));
    lines.push(
      {
        kind: "window",
        windowNo,
        entryCount: entries.length,
        root: toHex(root),
        secret: toHex(secret),
        beacon: "",
        seed: toHex(seed),
        afterMovementNo: 3,
      },
      ...entries,
    );
    const rank = (id: string) => chanceRank(seed, bytes(id));
    const ids = entries.filter((entry) => entry[3] === 1).map((entry) => entry[1]);
    line.push(...ids.sort((a, b) => compareBytes(rank(a), rank(b))));
  }
  const atLimit = [line[1]!, line[3]!].sort();
  lines.push(...atLimit.map((id) => ["l", id] as const));
  lines.push(...[idOf("b5"), idOf("b6")].sort().map((id) => ["a", id, 3] as const));
  const winners = line.filter((id) => !atLimit.includes(id));
  return [...lines, ...movements(winners, lines.length)];
}

/** Four units of channel 1 for those in line, all sold; and the end after them. */
function movements(winners: readonly string[], lineCount: number): RecordLine[] {
  const wants = (id: string) => (id === idOf("b0") ? [2, 1] : [1, 2]);
  const left = new Map([
    [1, 2],
    [2, 2],
  ]);
  const rows: RecordMovement[] = [
    ["m", 1, "allotted", 1, 1, null, 2],
    ["m", 2, "allotted", 1, 2, null, 2],
    ["m", 3, "allotted", 2, 1, null, 2],
  ];
  for (const id of winners) {
    const variantNo = wants(id).find((wanted) => left.get(wanted)! > 0);
    if (variantNo === undefined) break;
    left.set(variantNo, left.get(variantNo)! - 1);
    for (const reason of ["offer_made", "order_placed", "order_paid"] as const) {
      rows.push(["m", 2 * rows.length + 3, reason, 1, variantNo, id, 1]);
    }
  }
  const balances = new Map<string, StockBalance>();
  for (const [, , reason, channelNo, variantNo, , units] of rows) {
    const key = `${channelNo} ${variantNo}`;
    const before = balances.get(key) ?? emptyBalance({ channelNo, variantNo });
    balances.set(key, applyMovement(before, { channelNo, variantNo, units, reason }));
  }
  return [
    ...rows,
    { kind: "end", lineCount: lineCount + rows.length, stock: [...balances.values()] },
  ];
}
