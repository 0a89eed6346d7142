/*
 * Plays last week's synthetic sale, disputes included, into an empty database, so that a newcomer
 * finds something to look at. No message leaves.
 * Must never happen: accounts of the story stay usable. Their passwords stand in this source, so
 * they are removed afterwards, also after a story that was interrupted.
 */

import { connect } from "../../src/db/connect.ts";
import { writeLeave } from "../../src/access/io/peopleStore.ts";
import type { TourStop } from "../../src/pages/pages.ts";
import { DESK_NAMES } from "../incident/desk.ts";
import { nextSlug, playIncident, type Afterwards } from "../incident/story.ts";
import type { Opened } from "../../src/cli/open.ts";
import type { Output } from "../../src/cli/output.ts";
import type { Settings } from "../../src/cli/settings.ts";

const PEOPLE = 400;
const UNITS_SHARE = 0.8;
const SEED = 26;
const SLUG = "poco-m3-minggu-lalu";
const DAY_MS = 86_400_000;
/** The story takes three and a half days, and must end before now. */
const DAYS_AGO = 5;
/** 09:30 in Jakarta. */
const LOBBY_OF_DAY_MS = 2.5 * 3_600_000;

function stopsOf(played: Afterwards): TourStop[] {
  const { slug, ringLink, genuineLink } = played;
  const notice = (link: string | null, id: string, en: string) =>
    link === null ? [] : [{ path: `/d/${link}`, id, en }];
  return [
    ...notice(
      ringLink,
      "Sebuah jaringan ditemukan: apa yang dilihat, dan mengapa itu cukup",
      "A ring was found: what was seen, and why it is enough",
    ),
    ...notice(
      genuineLink,
      "Seorang pembeli asli ikut kena: bandingnya dikabulkan",
      "A genuine buyer was hit as well: her appeal was upheld",
    ),
    {
      path: `/s/${slug}/report`,
      id: "Laporan publik: seberapa sering kami keliru",
      en: "The public report: how often we were wrong",
    },
    {
      path: "/console/cases",
      id: "Tim peninjau: kasus-kasusnya (masuk lewat tautan di terminal)",
      en: "The trust desk: its cases (sign in with the link in the terminal)",
    },
  ];
}

/** Removes the passwords of the story's people; what they did stays. Also run for an interrupted story. */
async function letStoryGo({ sql }: Opened): Promise<void> {
  const people = await sql<{ operatorId: string }[]>`
    select o.operator_id from operator o join sale s on o.created_at <= s.created_at
    where s.slug = ${SLUG} and o.name = any(${[...DESK_NAMES]}) and o.left_at is null`;
  for (const { operatorId } of people) await writeLeave(sql, operatorId, Date.now());
}

/** Tables that hold nothing of a story. */
const KEPT_TABLES = ["schema_migration", "installation", "heartbeat", "demo_story"];

/**
 * Empties the database of a story that was cut off. False, and nothing is deleted, where anybody has made a sale or an
 * account for an operator since.
 */
async function clearStory({ sql }: Opened): Promise<boolean> {
  return await sql.begin(async (tx) => {
    await tx`lock table sale, operator in access exclusive mode`;
    const others = await tx`
      select 1 from sale where slug <> all(${[SLUG, nextSlug(SLUG)]})
      union all select 1 from operator where name <> all(${[...DESK_NAMES]}) limit 1`;
    if (others.length > 0) return false;
    const tables = await tx<{ name: string }[]>`
      select tablename as name from pg_tables
      where schemaname = current_schema() and tablename <> all(${KEPT_TABLES})`;
    const names = tables.map(({ name }) => `"${name}"`).join(", ");
    await tx.unsafe(`truncate ${names} restart identity`);
    return true;
  });
}

/** Whether the story may be played now; then its beginning is noted. */
async function beginStory(opened: Opened): Promise<boolean> {
  const { sql } = opened;
  const [begun] = await sql`select 1 from demo_story`;
  if (begun) return await clearStory(opened);
  // A database with a sale or an operator is left alone.
  const [known] = await sql`select 1 from sale union all select 1 from operator limit 1`;
  if (known) return false;
  await sql`insert into demo_story (started_at) values (now())`;
  return true;
}

/** The tour of a story that was played to its end; null without one. */
async function readTour({ sql, keyring }: Opened): Promise<TourStop[] | null> {
  const [story] = await sql<{ tour: Buffer | null }[]>`select tour from demo_story`;
  return story?.tour ? (JSON.parse(keyring.decrypt(story.tour)) as TourStop[]) : null;
}

/** Plays the story to its end; gives the stops of its tour. */
async function playStory(
  opened: Opened,
  settings: Settings,
  output: Output,
  todayMs: number,
): Promise<TourStop[]> {
  const entryPool = connect(opened.backend.target, {
    poolSize: 2,
    name: "giliran story",
    deadline: "entries",
  });
  const stops: TourStop[] = [];
  try {
    await playIncident({
      entrants: PEOPLE,
      seed: SEED,
      say: () => undefined,
      progress: (line) => output.progress(`  a made-up sale of last week: ${line}`),
      elsewhere: {
        ground: {
          sql: opened.sql,
          entryPool,
          keyring: opened.keyring,
          publicUrl: settings.GILIRAN_PUBLIC_URL ?? `http://${settings.HOST}:${settings.PORT}`,
        },
        lobbyMs: todayMs - DAYS_AGO * DAY_MS + LOBBY_OF_DAY_MS,
        slug: SLUG,
        unitsShare: UNITS_SHARE,
      },
      afterwards: async (played) => {
        stops.push(...stopsOf(played));
      },
    });
    return stops;
  } finally {
    await entryPool.end({ timeout: 5 });
    output.endProgress();
  }
}

/** Plays the story into an empty database, and again where it was cut off; gives the stops of its tour each time. */
export async function playPast(
  opened: Opened,
  settings: Settings,
  output: Output,
): Promise<TourStop[]> {
  await letStoryGo(opened);
  const tour = await readTour(opened);
  if (tour !== null) return tour;
  const sendsMessages = Boolean(settings.SMTP_URL ?? settings.GILIRAN_TEXT_GATEWAY_URL);
  if (sendsMessages || !(await beginStory(opened))) return [];
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
  const stops = await playStory(opened, settings, output, today);
  await letStoryGo(opened);
  const kept = opened.keyring.encrypt(JSON.stringify(stops));
  await opened.sql`update demo_story set finished_at = now(), tour = ${kept}`;
  return stops;
}
