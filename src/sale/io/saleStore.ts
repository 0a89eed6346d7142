/*
 * All SQL about sales and rounds. The announced part of a sale is written once and never updated.
 */

import { must } from "../../base/assert.ts";
import type { Text } from "../../base/language.ts";
import { toHex } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { sha256, utf8 } from "../../base/hash.ts";
import type { Keyring } from "../../access/io/keyring.ts";
import { isRepeated, type Query, type Sql, type Transaction } from "../../db/connect.ts";
import type { Round, SaleDefinition } from "../definition.ts";
import type { SaleState } from "../saleState.ts";
import { chainAnchor, chainSecrets } from "../seed.ts";
import { lastWindowNo } from "../window.ts";
import { insertAllotments } from "./stockStore.ts";

export interface StoredRound {
  readonly round: Round;
  readonly chainAnchor: string;
  readonly chainLength: number;
}

/** The immutable part of a sale: safe to cache. */
export interface StoredSale {
  readonly saleNo: number;
  readonly definition: SaleDefinition;
  readonly definitionDigest: string;
  readonly rounds: readonly StoredRound[];
}

/** Digest of the whole announcement. */
export function definitionDigest(definition: SaleDefinition): string {
  return toHex(sha256(utf8(canonicalJson(definition as unknown as Json))));
}

/**
 * Creates a draft: definition, stock, and per round a hash chain whose anchor is public from now
 * on. Null if the slug is taken.
 */
export async function createSale(
  sql: Sql,
  keyring: Keyring,
  sale: {
    readonly definition: SaleDefinition;
    readonly nowMs: number;
    /** 32 fresh random bytes per round. */
    readonly chainEnds: readonly Uint8Array[];
  },
): Promise<StoredSale | null> {
  try {
    await sql.begin((tx) => insertSale(tx, keyring, sale));
  } catch (error) {
    if (isRepeated(error)) return null;
    throw error;
  }
  return await findSale(sql, sale.definition.slug);
}

/** The same inside an open transaction; a taken slug fails with SQLSTATE 23505. */
export async function insertSale(
  tx: Transaction,
  keyring: Keyring,
  sale: {
    readonly definition: SaleDefinition;
    readonly nowMs: number;
    readonly chainEnds: readonly Uint8Array[];
  },
): Promise<void> {
  const { definition, nowMs, chainEnds } = sale;
  const [row] = await tx<{ saleNo: number }[]>`
    insert into sale (slug, state, definition, definition_digest, created_at)
    values (${definition.slug}, 'draft', ${tx.json(definition as never)},
      ${definitionDigest(definition)}, ${new Date(nowMs)})
    returning sale_no`;
  const saleNo = must(row, "insert returning one row").saleNo;
  await tx`
    insert into sale_lease (sale_no, expires_at) values (${saleNo}, ${new Date(0)})`;
  for (const [index, round] of definition.rounds.entries()) {
    const chainEnd = chainEnds[index] as Uint8Array;
    const chainLength = lastWindowNo(round) + 1;
    const anchor = chainAnchor(chainSecrets(chainEnd, chainLength));
    await tx`
      insert into sale_round (sale_no, round_no, chain_anchor, chain_length, chain_end_cipher)
      values (${saleNo}, ${round.roundNo}, ${Buffer.from(anchor)}, ${chainLength},
        ${keyring.encrypt(toHex(chainEnd))})`;
    await insertAllotments(tx, { saleNo, round, nowMs });
    for (const channel of definition.channels) {
      await tx`
        insert into cod_quota (sale_no, round_no, channel_no, quota)
        values (${saleNo}, ${round.roundNo}, ${channel.channelNo}, ${channel.codQuotaCount})`;
    }
  }
}

interface SaleRow {
  readonly saleNo: number;
  readonly definition: SaleDefinition;
  readonly definitionDigest: string;
}

async function readRounds(sql: Query, row: SaleRow): Promise<StoredSale> {
  const rounds = await sql<{ roundNo: number; chainAnchor: Buffer; chainLength: number }[]>`
    select round_no, chain_anchor, chain_length from sale_round
    where sale_no = ${row.saleNo} order by round_no`;
  return {
    saleNo: row.saleNo,
    definition: row.definition,
    definitionDigest: row.definitionDigest,
    rounds: rounds.map((stored, index) => ({
      round: row.definition.rounds[index] as Round,
      chainAnchor: stored.chainAnchor.toString("hex"),
      chainLength: stored.chainLength,
    })),
  };
}

export async function findSale(sql: Query, slug: string): Promise<StoredSale | null> {
  const [row] = await sql<SaleRow[]>`
    select sale_no, definition, definition_digest from sale where slug = ${slug}`;
  return row ? await readRounds(sql, row) : null;
}

export async function listSales(sql: Query): Promise<{ sale: StoredSale; state: SaleState }[]> {
  const rows = await sql<(SaleRow & { state: SaleState })[]>`
    select sale_no, definition, definition_digest, state from sale order by sale_no desc`;
  return await Promise.all(
    rows.map(async (row) => ({ sale: await readRounds(sql, row), state: row.state })),
  );
}

/** Sales that time still changes: opened, and not closed for long. */
export async function listMovingSales(
  sql: Query,
  closedAfterMs: number,
): Promise<{ readonly slug: string; readonly saleNo: number }[]> {
  return await sql<{ slug: string; saleNo: number }[]>`
    select slug, sale_no from sale where state <> 'draft'
      and (closed_at is null or closed_at > ${new Date(closedAfterMs)})`;
}

export interface SaleStatus {
  readonly state: SaleState;
  readonly pausedAtMs: number | null;
  /** Digest of the sale's policy; null for a draft without one. */
  readonly policyDigest: string | null;
  /** The operator's message to everybody. */
  readonly message: Text | null;
}

/** `lock`: `for update` to change it, `for share` to rely on it until the transaction ends. */
export async function readSaleStatus(
  sql: Query,
  saleNo: number,
  lock: "none" | "share" | "update" = "none",
): Promise<SaleStatus> {
  const clause = { none: sql``, share: sql`for share`, update: sql`for update` }[lock];
  const [row] = await sql<
    {
      state: SaleState;
      pausedAt: Date | null;
      policyDigest: string | null;
      message: Text | null;
    }[]
  >`
    select state, paused_at, policy_digest, message from sale where sale_no = ${saleNo} ${clause}`;
  const { state, pausedAt, policyDigest, message } = must(row, "status of an existing sale");
  return { state, pausedAtMs: pausedAt?.getTime() ?? null, policyDigest, message };
}

export async function writeSaleMessage(
  tx: Transaction,
  saleNo: number,
  message: Text | null,
  nowMs: number,
): Promise<void> {
  await tx`
    update sale set message = ${message === null ? null : tx.json(message as never)}::jsonb,
      message_at = ${new Date(nowMs)}
    where sale_no = ${saleNo}`;
}

/**
 * Writes a new state. Resuming shifts every deadline by the length of the pause; closing shuts the
 * open window and, through `accepting`, every later one.
 */
export async function writeSaleState(
  tx: Transaction,
  saleNo: number,
  change: { readonly from: SaleStatus; readonly to: SaleState; readonly nowMs: number },
): Promise<void> {
  const { from, to, nowMs } = change;
  const now = new Date(nowMs);
  await tx`
    update sale set state = ${to},
      opened_at = case when ${from.state === "draft"} then ${now} else opened_at end,
      paused_at = ${to === "paused" ? now : null},
      closed_at = ${to === "closed" ? now : null}
    where sale_no = ${saleNo}`;
  if (from.pausedAtMs !== null) {
    const pauseMs = nowMs - from.pausedAtMs;
    await tx`
      insert into sale_pause (sale_no, from_at, to_at)
      values (${saleNo}, ${new Date(from.pausedAtMs)}, ${now}) on conflict do nothing`;
    await tx`
      update offer set expires_at = expires_at + ${pauseMs}::int * interval '1 ms'
      where sale_no = ${saleNo} and state = 'open'`;
    await tx`
      update purchase_order set due_at = due_at + ${pauseMs}::int * interval '1 ms'
      where sale_no = ${saleNo} and state in ('awaiting_confirmation', 'awaiting_payment')`;
  }
  if (to === "closed") {
    await tx`update sale_round set accepting = false where sale_no = ${saleNo}`;
    await tx`
      update sale_window set closes_at = least(closes_at, ${now})
      where sale_no = ${saleNo} and state = 'open'`;
  }
}

/** The sale's last seed: chance that was fixed before anybody thought of a sample. */
export async function lastSeed(sql: Query, saleNo: number): Promise<string | null> {
  const [row] = await sql<{ seed: Buffer }[]>`
    select seed from sale_window where sale_no = ${saleNo} and state = 'sealed' and seed is not null
    order by round_no desc, window_no desc limit 1`;
  return row?.seed.toString("hex") ?? null;
}
