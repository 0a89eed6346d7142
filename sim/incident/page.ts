/*
 * The story as one self-contained page in both languages: no script, font or picture from
 * elsewhere.
 */

import { formatMoney } from "../../src/base/money.ts";
import type { IncidentFacts } from "./facts.ts";

const escape = (text: string | number): string =>
  String(text).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
const both = (id: string, en: string): string =>
  `<span lang="id">${escape(id)}</span><span lang="en">${escape(en)}</span>`;
const count = (value: number) => value.toLocaleString("en-US");

const STYLE = `
:root{color-scheme:light dark;--ink:#1d2126;--soft:#5c6671;--line:#e1e4e8;--paper:#fbfaf8;--card:#fff;--accent:#0b6b57;--bad:#c2410c;--ring:#9aa3ad;--ok:#cfd6dc}
@media(prefers-color-scheme:dark){:root{--ink:#e9ebee;--soft:#9aa4af;--line:#30363d;--paper:#121417;--card:#1a1d21;--accent:#5cc6ac;--bad:#f59e6b;--ring:#5b646e;--ok:#3a424a}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:17px/1.6 Georgia,'Times New Roman',serif}
main{max-width:46rem;margin:0 auto;padding:0 1.25rem 4rem}h1{font-size:clamp(1.9rem,5vw,2.9rem);line-height:1.15;margin:2.2rem 0 .6rem;letter-spacing:-.01em}
h2{font-size:1.45rem;line-height:1.25;margin:3rem 0 .5rem}.when{font:600 .78rem/1 system-ui,sans-serif;letter-spacing:.06em;text-transform:uppercase;color:var(--accent);margin:3rem 0 -2.4rem}
p{margin:.7rem 0}.soft,figcaption,.label{color:var(--soft);font:.9rem/1.45 system-ui,sans-serif}figure{margin:1.6rem 0}svg{display:block;width:100%;height:auto}
table{border-collapse:collapse;width:100%;font:.95rem/1.45 system-ui,sans-serif;font-variant-numeric:tabular-nums;margin:1.2rem 0}th,td{text-align:left;padding:.55rem .6rem;border-bottom:1px solid var(--line);vertical-align:top}
th{font-weight:600}td.n,th.n{text-align:right;white-space:nowrap}.bad{color:var(--bad);font-weight:600}.good{color:var(--accent);font-weight:600}
blockquote,.card{margin:1.2rem 0;padding:1rem 1.2rem;background:var(--card);border:1px solid var(--line);border-radius:.7rem;font:.93rem/1.55 system-ui,sans-serif;white-space:pre-line;overflow-wrap:anywhere}
.stop{border-left:4px solid var(--bad)}.pick{position:absolute;opacity:0}.choice{display:inline-block;border:1px solid var(--line);border-radius:2rem;padding:.15rem .9rem;cursor:pointer;font:.85rem/1.6 system-ui,sans-serif}
.pick:focus-visible+label{outline:2px solid var(--accent)}#id:checked~label[for=id],#en:checked~label[for=en]{background:var(--accent);color:var(--paper);border-color:var(--accent)}
#id:checked~main [lang=en],#en:checked~main [lang=id]{display:none}.top{max-width:46rem;margin:0 auto;padding:1.2rem 1.25rem 0;text-align:right}.key{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin:.6rem 0}.key i{display:inline-block;width:.75em;height:.75em;border-radius:50%;margin-right:.4em}`;

type Dot = IncidentFacts["dots"][number];

const COLUMNS = 40;
const STEP = 14;

/**
 * Every order that was won is a dot, rings first, so that it shows at a glance whom each rule hit.
 */
function dotPicture(dots: readonly Dot[], look: (dot: Dot) => string, label: string): string {
  const rows = Math.ceil(dots.length / COLUMNS);
  const marks = dots.map((dot, index) => {
    const x = (index % COLUMNS) * STEP + 7;
    const y = Math.floor(index / COLUMNS) * STEP + 7;
    return `<circle cx="${x}" cy="${y}" r="5" ${look(dot)}/>`;
  });
  return `<svg viewBox="0 0 ${COLUMNS * STEP} ${rows * STEP}" role="img" aria-label="${escape(label)}">${marks.join("")}</svg>`;
}

const PLAIN = 'fill="var(--ok)"';
const RING = 'fill="none" stroke="var(--ring)" stroke-width="2"';
const HIT = 'fill="var(--bad)"';
const MADE_GOOD = 'fill="var(--accent)"';
const STOPPED = 'fill="var(--ring)"';

function lookThen(dot: Dot): string {
  if (!dot.cancelledThen) return dot.ring ? RING : PLAIN;
  return dot.ring ? STOPPED : HIT;
}

function lookNow(dot: Dot): string {
  if (dot.now === "stands") return dot.ring ? RING : PLAIN;
  if (dot.now === "cancelled") return dot.ring ? STOPPED : HIT;
  return MADE_GOOD;
}

function key(withRemedy: boolean): string {
  const entry = (style: string, id: string, en: string) =>
    `<span><i style="${style}"></i>${both(id, en)}</span>`;
  return `<div class="key label">${entry("background:var(--ok)", "pembeli asli, pesanannya tetap", "genuine, order stands")}${entry(
    "background:var(--bad)",
    "pembeli asli, dibatalkan",
    "genuine, cancelled",
  )}${withRemedy ? entry("background:var(--accent)", "pembeli asli, dipulihkan", "genuine, made good") : ""}${entry(
    "background:var(--ring)",
    "komplotan, dihentikan",
    "ring, stopped",
  )}${entry("border:2px solid var(--ring)", "komplotan, tidak dikenali", "ring, not recognised")}</div>`;
}

function pictures(facts: IncidentFacts): string {
  const dots = facts.dots.toSorted((a, b) => Number(b.ring) - Number(a.ring));
  const then = dotPicture(dots, lookThen, "2021");
  const now = dotPicture(dots, lookNow, "Giliran");
  return `<figure>${then}${key(false)}<figcaption>${both(
    `Aturan 2021: ${facts.oldRules.genuineHit} pembeli asli kehilangan pesanan yang sudah dikonfirmasi.`,
    `The rules of 2021: ${facts.oldRules.genuineHit} genuine buyers lose an order that was confirmed.`,
  )}</figcaption></figure><figure>${now}${key(true)}<figcaption>${both(
    `Giliran, setelah banding: ${facts.genuineLeftOut} pembeli asli yang pulang tanpa unitnya.`,
    `Giliran, after the appeals: ${facts.genuineLeftOut} genuine buyers left without their unit.`,
  )}</figcaption></figure>`;
}

/** Rows of the comparison: subject, then, now. */
export function sideBySide(
  facts: IncidentFacts,
): { id: string; en: string; old: string; now: string }[] {
  const { oldRules, decided, appeals, remedies, notices } = facts;
  const hours = (value: number | null) => (value === null ? "–" : `${value.toFixed(1)} h`);
  return [
    {
      id: "Pembeli asli yang dibatalkan",
      en: "Genuine buyers cancelled",
      old: count(oldRules.genuineHit),
      now: count(decided.genuineHit),
    },
    {
      id: "… dan tetap tanpa unit",
      en: "… and left without a unit",
      old: count(oldRules.genuineHit),
      now: count(facts.genuineLeftOut),
    },
    {
      id: "Unit komplotan yang dihentikan",
      en: "Units of rings stopped",
      old: count(oldRules.ringStopped),
      now: count(decided.ringStopped),
    },
    {
      id: "Alasan yang disebutkan",
      en: "Reasons that were given",
      old: "1 (“abnormal”)",
      now: "1–4",
    },
    {
      id: "Pemberitahuan pribadi (median)",
      en: "Own notice (median)",
      old: "–",
      now: hours(notices.hours),
    },
    {
      id: "Jawaban banding (median)",
      en: "Answer to an appeal (median)",
      old: "–",
      now: hours(appeals.hours),
    },
    {
      id: "Unit kembali / dijanjikan / dipenuhi",
      en: "Units back / owed / served",
      old: "0 / 0 / 0",
      now: `${remedies.unitsBack} / ${remedies.entitlements} / ${remedies.served}`,
    },
  ];
}

function comparison(facts: IncidentFacts): string {
  const rows = sideBySide(facts).map(
    (row) =>
      `<tr><th>${both(row.id, row.en)}</th><td class="n">${escape(row.old)}</td><td class="n">${escape(row.now)}</td></tr>`,
  );
  return `<table><thead><tr><th></th><th class="n">2021</th><th class="n">Giliran</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

function scene(when: string, title: string, ...parts: string[]): string {
  return `<p class="when">${when}</p><h2>${title}</h2>${parts.join("")}`;
}

const paragraph = (id: string, en: string) => `<p>${both(id, en)}</p>`;

function firstScenes(facts: IncidentFacts): string {
  const issues = facts.policyIssues
    .slice(0, 5)
    .map((issue) => `${escape(issue.field)}: ${escape(issue.reason)}`);
  return [
    scene(
      both("25 Januari", "25 January"),
      both("Kebijakan dahulu", "The policy first"),
      paragraph(
        "Penjualan tidak dapat dibuka tanpa kebijakan yang terbit. Kebijakan seperti yang disebut pada 2021 ditolak, dengan alasannya:",
        "A sale cannot open without a published policy. One such as was named in 2021 is refused, and told why:",
      ),
      `<div class="card stop">${issues.join("\n")}</div>`,
    ),
    scene(
      both("26 Januari, 10.00 WIB", "26 January, 10:00 WIB"),
      both(
        `${count(facts.entrants)} orang, ${count(facts.units)} unit, tiga kanal`,
        `${count(facts.entrants)} people, ${count(facts.units)} units, three channels`,
      ),
      paragraph(
        `Antrean diacak, jadi kecepatan tidak menentukan. ${count(facts.secondEntriesRefused)} pendaftaran kedua dengan nomor atau akun yang sama ditolak di pintu: tidak ada pesanan yang perlu dibatalkan. ${count(facts.orders)} pesanan dibayar, ${count(facts.ringOrders)} di antaranya milik komplotan.`,
        `The queue is shuffled, so speed decides nothing. ${count(facts.secondEntriesRefused)} second entries with the same number or account are refused at the door: no order of theirs has to be cancelled. ${count(facts.orders)} orders are paid, ${count(facts.ringOrders)} of them by rings.`,
      ),
    ),
    scene(
      both("27 Januari 2021", "27 January 2021"),
      both("Yang terjadi waktu itu", "What happened then"),
      paragraph(
        `Alamat, IP, dan perangkat yang sama membuat orang menjadi “tidak wajar”. Dengan aturan itu ${count(facts.oldRules.cancelled)} pesanan dibatalkan sekaligus: ${count(facts.oldRules.genuineHit)} milik pembeli asli, yaitu keluarga, penghuni kos, rekan sekantor.`,
        `A shared address, IP or device made people “abnormal”. By those rules ${count(facts.oldRules.cancelled)} orders are cancelled at once: ${count(facts.oldRules.genuineHit)} are of genuine buyers, in families, boarding houses, offices.`,
      ),
      pictures(facts),
    ),
  ].join("");
}

function lastScenes(facts: IncidentFacts): string {
  const { massCancel, decided, appeals, remedies } = facts;
  const money = { minorUnits: massCancel.moneyMinorUnits, currency: "IDR" };
  return [
    scene(
      both("26 Januari, sore", "26 January, afternoon"),
      both("Rem", "The brake"),
      paragraph(
        `Semua kanal diperiksa bersama sebelum dikirim: ${facts.cases} kasus. Petugas mencoba membatalkan semuanya sekaligus. Ia melihat dahulu akibatnya: ${massCancel.orders} pesanan, ${massCancel.accountsWithOneOrder} akun yang hanya punya satu pesanan, ${formatMoney(money, "id")}. Lalu:`,
        `All channels are looked at together, before dispatch: ${facts.cases} cases. The operator tries to cancel them all at once. First the harm is shown: ${massCancel.orders} orders, ${massCancel.accountsWithOneOrder} accounts with one order only, ${formatMoney(money, "en")}. Then:`,
      ),
      `<div class="card stop">${both(massCancel.refusedWith.id, massCancel.refusedWith.en)}</div>`,
      paragraph(
        `Terlalu sedikit kasus untuk menyimpulkan dari sampel, jadi petugas memutuskan ${massCancel.sampleCases} kasus satu per satu: ${decided.casesCancelled} dibatalkan, ${decided.casesReleased} dibiarkan. Dua orang menyetujui, lalu ada masa tenggang.`,
        `So few cases that no sample speaks for the rest: a person decides all ${massCancel.sampleCases}, ${decided.casesCancelled} to cancel, ${decided.casesReleased} to let stand. Two people approve; then comes a grace window.`,
      ),
    ),
    scene(
      both("26 Januari, malam", "26 January, evening"),
      both("Pembeli lebih dahulu", "The buyer first"),
      paragraph(
        "Pengumuman kepada publik ditolak selama masih ada pembeli yang belum diberi tahu. Ini yang ia terima:",
        "A public statement is refused while any buyer has not been told. This is what she reads:",
      ),
      `<blockquote><span lang="id">${escape(decided.exampleNotice.id)}</span><span lang="en">${escape(decided.exampleNotice.en)}</span></blockquote>`,
      paragraph(
        `${decided.genuineHit} pembeli asli terkena: rumah tangga yang memesan dengan satu ponsel dan satu dompet. Dari datanya mereka tampak seperti komplotan kecil, dan tidak ada cara untuk membedakannya.`,
        `${decided.genuineHit} genuine buyers are hit: households that ordered on one phone with one wallet. By their data they are small rings, and no method can tell.`,
      ),
    ),
    scene(
      both("27–28 Januari", "27–28 January"),
      both("Banding", "Appeals"),
      paragraph(
        `${appeals.filed} banding dari tautan dalam pemberitahuan, tanpa akun. ${appeals.upheld} dikabulkan (${appeals.late} karena kami terlambat menjawab), ${appeals.rejected} ditolak dengan jawaban beralasan, semuanya oleh orang yang tidak ikut memutuskan.`,
        `${appeals.filed} appeals from the link in the notice, without an account. ${appeals.upheld} upheld (${appeals.late} because we were late), ${appeals.rejected} rejected with a reasoned answer, all by somebody who had no part in the decision.`,
      ),
      paragraph(
        `${remedies.unitsBack} unit yang ditahan kembali dengan harga lama. ${remedies.entitlements} pembeli sudah mengambil uangnya kembali sementara itu: mereka mendapat hak unit pengganti.`,
        `${remedies.unitsBack} held units go back at the old price. ${remedies.entitlements} buyers had taken their money back meanwhile: those are owed a unit.`,
      ),
    ),
    scene(
      both("29 Januari", "29 January"),
      both("Penjualan susulan", "The make-up round"),
      paragraph(
        `Sebelum dibuka, ${remedies.carvedOfPublic} dari ${remedies.makeUpUnits} unit disisihkan, dan hitungan publik mengatakannya. ${remedies.served} dari ${remedies.entitlements} terpenuhi, lebih dahulu dari siapa pun.`,
        `Before it opens, ${remedies.carvedOfPublic} of ${remedies.makeUpUnits} units are set aside, and the public count says so. ${remedies.served} of ${remedies.entitlements} are served, before anybody else.`,
      ),
      comparison(facts),
    ),
  ].join("");
}

export function incidentPage(facts: IncidentFacts): string {
  return `<!doctype html><html lang="id"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>26 Januari 2021 – Giliran</title><style>${STYLE}</style><body><input class="pick" type="radio" name="language" id="id" checked><label class="choice" for="id" style="margin:1.2rem 0 0 max(1.25rem,calc(50% - 21.75rem))">Bahasa Indonesia</label> <input class="pick" type="radio" name="language" id="en"><label class="choice" for="en">English</label><main><h1>${both("26 Januari 2021, dimainkan ulang", "26 January 2021, played again")}</h1><p class="soft">${both(
    "Semua angka di halaman ini sintetis: kerumunan buatan dari generator kami sendiri, dijalankan lewat API yang sesungguhnya. Tidak ada yang pernah menerbitkan angka aslinya.",
    "Every figure on this page is synthetic: a made-up crowd of our own generator, played through the real API. Nobody ever published the real ones.",
  )}</p>${firstScenes(facts)}${lastScenes(facts)}<p class="soft">${both(
    "Batas yang jujur: komplotan yang memberi setiap akun perangkat, nomor, dan dompet sendiri tidak dapat dikenali; orang yang membeli satu unit untuk dijual lagi tidak melanggar apa pun.",
    "Honest limits: a ring that gives each account a device, a number and a wallet of its own cannot be recognised; who buys one unit to sell it on breaks nothing.",
  )}</p></main></body></html>`;
}
