/*
 * Rival designs behind the same route. Each takes entries one by one, as its design demands, with
 * as many at once as it has connections.
 */

import { createClient } from "redis";
import { must } from "../src/base/assert.ts";
import type { Query, Sql } from "../src/db/connect.ts";
import type { EntryOutcome, EntryTarget, NewEntry } from "../src/sale/entry/io/entryStore.ts";
import type { EntryIntake, EntryWriter } from "../src/sale/entry/io/intake.ts";

const taken = (entry: NewEntry, atMs: number): EntryOutcome => ({
  ok: true,
  entry: {
    entryId: entry.entryId,
    windowNo: 0,
    channelNo: entry.channelNo,
    preferences: entry.preferences,
    enteredAtMs: atMs,
  },
});

/** No store: the cost of validation, proof of work, session and ticket alone. */
export const noStore: EntryWriter = async (_target, entries) =>
  entries.map((entry) => taken(entry, 0));

const each = (enter: (target: EntryTarget, entry: NewEntry) => Promise<void>): EntryIntake => ({
  enter: async (target, entry) => {
    await enter(target, entry);
    return taken(entry, 0);
  },
});

async function insertOne(
  sql: Query,
  { saleNo, round }: EntryTarget,
  entry: NewEntry,
): Promise<void> {
  await sql`
    insert into entry (sale_no, round_no, account_key, phone_key, entry_id, window_no, arrival_no,
      channel_no, preferences, request_key, entered_at)
    values (${saleNo}, ${round.roundNo}, ${entry.accountKey}, ${entry.phoneKey}, ${entry.entryId}, 0, 0,
      ${entry.channelNo}, ${entry.preferences}, ${entry.requestKey}, 
      now())
    on conflict do nothing`;
}

/** One transaction per request: lock the round's counter, count, insert. The textbook design. */
export function forUpdate(sql: Sql): EntryIntake {
  return each(async (target, entry) => {
    await sql.begin(async (tx) => {
      await tx`select n from bench_counter where id = 1 for update`;
      await insertOne(tx, target, entry);
      await tx`update bench_counter set n = n + 1 where id = 1`;
    });
  });
}

/** One transaction per request: take a free slot with SKIP LOCKED, insert. */
export function skipLocked(sql: Sql): EntryIntake {
  return each(async (target, entry) => {
    await sql.begin(async (tx) => {
      await tx`
        delete from bench_slot where id = (select id from bench_slot limit 1 for update skip locked)`;
      await insertOne(tx, target, entry);
    });
  });
}

const COUNT_ONE = `
if redis.call('SADD', KEYS[1], ARGV[1]) == 0 then return 0 end
redis.call('XADD', KEYS[2], '*', 'entry', ARGV[2])
return redis.call('INCR', KEYS[3])`;

/**
 * Redis counts and answers; a consumer writes to the database later. Acknowledged entries can be
 * lost.
 */
export async function redisLua(
  port: number,
  sql: Sql,
): Promise<{ intake: EntryIntake; settle: () => Promise<void>; stop: () => Promise<void> }> {
  const client = createClient({ url: `redis://127.0.0.1:${port}` });
  const consumer = client.duplicate();
  await client.connect();
  await consumer.connect();
  let [counted, written] = [0, 0];
  const sha = await client.scriptLoad(COUNT_ONE);
  const state: { running: boolean; target: EntryTarget | null } = { running: true, target: null };
  const consume = (async () => {
    let last = "0";
    while (state.running) {
      const { target } = state;
      const read = (await consumer.xRead(
        { key: "entries", id: last },
        { COUNT: 500, BLOCK: 20 },
      )) as { messages: { id: string; message: { entry: string } }[] }[] | null;
      const messages = read?.[0]?.messages ?? [];
      if (messages.length === 0 || !target) continue;
      last = must(messages.at(-1), "a message was read").id;
      const entries = messages.map((message) => JSON.parse(message.message.entry) as NewEntry);
      const column = (pick: (entry: NewEntry) => string | null) => entries.map(pick);
      await sql`
        insert into entry (sale_no, round_no, account_key, phone_key, entry_id, window_no, arrival_no,
          channel_no, preferences, request_key, entered_at)
        select ${target.saleNo}, 1, a, p, e, 0, 0, 1, '1', r, now()
        from unnest(${column((entry) => entry.accountKey)}::uuid[], ${column((entry) => entry.phoneKey)}::uuid[],
          ${column((entry) => entry.entryId)}::uuid[], ${column((entry) => entry.requestKey)}::uuid[])
          as x (a, p, e, r) on conflict do nothing`;
      written += entries.length;
    }
  })();
  const intake = each(async (place, entry) => {
    state.target = place;
    const number = await client.evalSha(sha, {
      keys: ["buyers", "entries", "count"],
      arguments: [entry.accountKey, JSON.stringify(entry)],
    });
    if (number !== 0) counted++;
  });
  return {
    intake,
    /** Waits for the consumer; the next window begins with an empty Redis. */
    settle: async () => {
      while (written < counted) await new Promise((resume) => setTimeout(resume, 10));
      await client.flushAll();
    },
    stop: async () => {
      state.running = false;
      await consume;
      await client.close();
      await consumer.close();
    },
  };
}
