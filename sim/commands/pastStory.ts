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
import { playIncident, type Afterwards } from "../incident/story.ts";
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
      id: "Meja kepercayaan: kasus-kasusnya (masuk lewat tautan di terminal)",
      en: "The trust desk: its cases (sign in with the link in the terminal)",
    },
  ];
}

/**
 * Removes the passwords of the story's people; what they did stays. Also run for an interrupted
 * story, which is never resumed.
 */
async function letStoryGo({ sql }: Opened): Promise<void> {
  const people = await sql<{ operatorId: string }[]>`
    select o.operator_id from operator o join sale s on o.created_at <= s.created_at
    where s.slug = ${SLUG} and o.name = any(${[...DESK_NAMES]}) and o.left_at is null`;
  for (const { operatorId } of people) await writeLeave(sql, operatorId, Date.now());
}

/** Plays the story into an empty database. */
export async function playPast(
  opened: Opened,
  settings: Settings,
  output: Output,
): Promise<TourStop[]> {
  await letStoryGo(opened);
  const sendsMessages = Boolean(settings.SMTP_URL ?? settings.GILIRAN_TEXT_GATEWAY_URL);
  // A database with a sale or an operator is left alone.
  const [known] = await opened.sql`select 1 from sale union all select 1 from operator limit 1`;
  if (known || sendsMessages) return [];
  const today = Math.floor(Date.now() / DAY_MS) * DAY_MS;
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
        lobbyMs: today - DAYS_AGO * DAY_MS + LOBBY_OF_DAY_MS,
        slug: SLUG,
        unitsShare: UNITS_SHARE,
      },
      afterwards: async (played) => {
        stops.push(...stopsOf(played));
      },
    });
    await letStoryGo(opened);
  } finally {
    await entryPool.end({ timeout: 5 });
    output.endProgress();
  }
  return stops;
}
