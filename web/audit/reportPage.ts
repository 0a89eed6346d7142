/*
 * The report of `giliran audit` as one self-contained page: no script, font or picture from
 * elsewhere, since it is also read as a mail attachment.
 */

import type { Text } from "../../src/base/language.ts";
import { must } from "../../src/base/assert.ts";
import type { AuditCase, AuditResult } from "../../src/integrity/audit.ts";
import { leavingOut } from "../../src/integrity/values/withoutManyPeoples.ts";
import { signalOf } from "../../src/integrity/signals/registered.ts";
import type { OrderTable } from "../../src/integrity/table/orders.ts";
import { principalReasons, protectiveReasons } from "../../src/integrity/reasons.ts";
import { releaseText } from "../../src/integrity/release.ts";
import { caseIdOf } from "../../src/integrity/memberIds.ts";
import type { Certificate } from "../../src/integrity/decided.ts";
import type { AuditSummary } from "../../src/integrity/report.ts";

const escape = (text: string | number): string =>
  String(text).replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
/** Both languages in the page; the reader's choice hides one. */
const both = (id: string, en: string): string =>
  `<span lang="id">${escape(id)}</span><span lang="en">${escape(en)}</span>`;
/** The same inside a drawing. */
const bothDrawn = (id: string, en: string): string =>
  `<tspan lang="id">${escape(id)}</tspan><tspan lang="en">${escape(en)}</tspan>`;
const inIndonesian = (value: number): string => value.toLocaleString("id-ID");
const inEnglish = (value: number): string => value.toLocaleString("en-US");
/** A number in both notations: an Indonesian reader takes 3.103 for an English reader's 3,103. */
const number = (value: number): string => both(inIndonesian(value), inEnglish(value));

const STYLE = `
:root{color-scheme:light dark;--ink:#1b1f24;--soft:#5b6570;--line:#dfe3e8;--paper:#fff;--accent:#0b6b57;--hold:#b3541e;--bar:#cfe5df}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#9aa5b1;--line:#333a42;--paper:#15181c;--accent:#5cc6ac;--hold:#e59a66;--bar:#22463d}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,sans-serif}
main,header{max-width:60rem;margin:0 auto;padding:1rem 1.25rem}h1{font-size:1.7rem;margin:.6rem 0 .2rem}h2{font-size:1.2rem;margin:2.2rem 0 .6rem}
h3{font-size:1rem;margin:0 0 .3rem}p{margin:.4rem 0}.soft{color:var(--soft)}.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(9rem,1fr));gap:.8rem;margin:1rem 0}
.figure{border:1px solid var(--line);border-radius:.6rem;padding:.7rem .9rem}.figure b{display:block;font-size:1.6rem;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}th,td{text-align:left;padding:.35rem .5rem;border-bottom:1px solid var(--line);vertical-align:top}
td.n,th.n{text-align:right}.scroll{overflow-x:auto}.note{border-left:4px solid var(--accent);padding:.5rem .9rem;background:color-mix(in srgb,var(--bar) 35%,transparent);border-radius:0 .4rem .4rem 0}
.case{border:1px solid var(--line);border-radius:.6rem;padding:.9rem 1rem;margin:.9rem 0}ul{margin:.3rem 0;padding-left:1.2rem}
.bars{list-style:none;padding:0;max-width:40rem}.bars li{display:flex;justify-content:space-between;gap:.5rem;padding:.15rem .5rem;margin:.3rem 0;border-radius:.25rem;background:linear-gradient(var(--bar),var(--bar)) 0/var(--part) 100% no-repeat}
@media(max-width:26rem){main,.top{padding-inline:1rem}table{font-size:.875rem}th,td{padding:.3rem .25rem}}
svg{width:100%;height:auto;display:block;margin:.4rem 0}.pick{position:absolute;opacity:0}.choice{display:inline-block;border:1px solid var(--line);border-radius:2rem;padding:.15rem .8rem;cursor:pointer}
.pick:focus-visible+label{outline:2px solid var(--accent)}#id:checked~label[for=id],#en:checked~label[for=en]{background:var(--accent);color:var(--paper)}
#id:checked~main [lang=en],#en:checked~main [lang=id]{display:none}.top{padding:1rem 1.25rem 0;max-width:60rem;margin:0 auto}`;

function figures(summary: AuditSummary): string {
  const one = (value: number, id: string, en: string) =>
    `<div class="figure"><b>${number(value)}</b>${both(id, en)}</div>`;
  return `<div class="figures">${one(summary.orders, "pesanan", "orders")}${one(
    summary.outcomes.accept,
    "diterima",
    "accepted",
  )}${one(summary.outcomes.step_up, "diminta konfirmasi", "asked to confirm")}${one(
    summary.outcomes.hold,
    "ditahan sampai diperiksa petugas",
    "held until a person has looked",
  )}${one(summary.cases, "kasus", "cases")}</div>`;
}

function channels(summary: AuditSummary): string {
  const rows = summary.byChannel.map(
    (line) =>
      `<tr><td>${escape(line.channel)}</td><td class="n">${number(line.orders)}</td><td class="n">${number(line.stepUp)}</td><td class="n">${number(line.hold)}</td></tr>`,
  );
  return `<div class="scroll"><table><thead><tr><th>${both("Kanal", "Channel")}</th><th class="n">${both("Pesanan", "Orders")}</th><th class="n">${both("Konfirmasi", "To confirm")}</th><th class="n">${both("Ditahan", "Held")}</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

/** The ten most frequent reasons as bars, each in relation to the first. */
function reasons(summary: AuditSummary): string {
  const most = Math.max(1, ...summary.byReason.map((line) => line.orders));
  const bars = summary.byReason.slice(0, 10).map((line) => {
    const part = ((100 * line.orders) / most).toFixed(1);
    const { id, en } = signalOf(line.family).texts.title;
    return `<li style="--part:${part}%"><span>${both(id, en)}</span><span class="soft">${number(line.orders)}</span></li>`;
  });
  return `<ul class="bars">${bars.join("")}</ul>`;
}

/** Times of a case's orders under the curve of all orders. */
function timeStrip(table: OrderTable, one: AuditCase): string {
  const sorted = table.orderedAtMs.toSorted();
  const at = (share: number) =>
    must(sorted[Math.floor(sorted.length * share)], "a table with a case has orders");
  const from = at(0.005);
  const to = Math.max(from + 1, at(0.995));
  const bins = new Float64Array(120);
  for (const moment of sorted) {
    const bin = Math.floor(((moment - from) / (to - from)) * 120);
    if (bin >= 0 && bin < 120) bins[bin] = (bins[bin] ?? 0) + 1;
  }
  const most = Math.max(...bins);
  const curve = Array.from(
    bins,
    (count, bin) => `${bin * 5},${(46 - (count / most) * 40).toFixed(1)}`,
  ).join(" ");
  const marks = Array.from(one.rows.slice(0, 400), (row) => {
    const x = Math.max(
      0,
      Math.min(
        598,
        ((must(table.orderedAtMs[row], "a time for each row") - from) / (to - from)) * 595,
      ),
    );
    return `<path d="M${x.toFixed(1)} 48v12" stroke="var(--hold)" stroke-width="1.5" opacity=".7"/>`;
  });
  return `<svg viewBox="0 0 600 64" role="img" aria-label="Waktu pesanan kasus di bawah kurva semua pesanan / when the case's orders came, under the curve of all orders"><polyline points="0,46 ${curve} 595,46" fill="var(--bar)" stroke="none"/><path d="M0 47h600" stroke="var(--line)"/>${marks.join("")}</svg>`;
}

const SHARED_NAMES = {
  device: ["perangkat", "device"],
  payment: ["pembayaran", "payment"],
  phone: ["telepon", "phone"],
  email: ["e-mail", "e-mail"],
} as const;

/**
 * Orders on the left, shared identifiers on the right: a ring has few identifiers with many lines.
 */
function tieMap(table: OrderTable, one: AuditCase): string {
  const rows = Array.from(one.rows.slice(0, 40));
  const identifiers = new Map<string, { label: keyof typeof SHARED_NAMES; lines: number[] }>();
  rows.forEach((row, index) => {
    for (const name of ["device", "payment", "phone", "email"] as const) {
      const column = table.columns[name];
      const value = must(column.valueOf[row], "a value for each row");
      if (value < 0) continue;
      const key = `${name} ${value}`;
      const known = identifiers.get(key) ?? { label: name, lines: [] };
      known.lines.push(index);
      identifiers.set(key, known);
    }
  });
  const shared = [...identifiers.values()]
    .filter((identifier) => identifier.lines.length > 1)
    .sort((a, b) => b.lines.length - a.lines.length)
    .slice(0, 14);
  if (shared.length === 0) return "";
  const height = Math.max(rows.length * 7, shared.length * 20) + 12;
  const yOf = (index: number, count: number) => 8 + (index + 0.5) * ((height - 16) / count);
  const lines = shared.flatMap((identifier, at) =>
    identifier.lines.map(
      (row) =>
        `<path d="M90 ${yOf(row, rows.length).toFixed(1)}C250 ${yOf(row, rows.length).toFixed(1)} 260 ${yOf(at, shared.length).toFixed(1)} 410 ${yOf(at, shared.length).toFixed(1)}" stroke="var(--accent)" opacity=".35" fill="none"/>`,
    ),
  );
  const dots = rows.map(
    (_, index) =>
      `<circle cx="86" cy="${yOf(index, rows.length).toFixed(1)}" r="2.6" fill="var(--hold)"/>`,
  );
  const labels = shared.map((identifier, at) => {
    const [id, en] = SHARED_NAMES[identifier.label];
    return `<text x="418" y="${(yOf(at, shared.length) + 4).toFixed(1)}" font-size="12" fill="var(--ink)">${bothDrawn(id, en)} × ${identifier.lines.length}</text>`;
  });
  return `<svg viewBox="0 0 600 ${height.toFixed(0)}" role="img" aria-label="Pesanan dan yang dipakai bersama / orders and what they share">${lines.join("")}${dots.join("")}${labels.join("")}</svg>`;
}

/**
 * One case: reasons for and against, what would release it, and its two pictures. Reasons are those
 * of its strongest order.
 */
function caseCard(table: OrderTable, result: AuditResult, one: AuditCase): string {
  const scores = Array.from(
    one.rows,
    (row) => must(result.verdicts[row], "a verdict for each row").score,
  );
  const best = scores.toSorted((a, b) => b.bits - a.bits)[0];
  const strongest = must(best, "a case has orders");
  const { evidence } = strongest;
  const list = (texts: readonly Text[]) =>
    `<ul>${texts.map((text) => `<li>${both(text.id, text.en)}</li>`).join("")}</ul>`;
  const against = protectiveReasons(evidence);
  const release = releaseText(strongest, result.thresholds);
  return `<article class="case"><h3>${caseIdOf(table, one.rows)} · ${number(one.rows.length)} ${both("pesanan", "orders")}</h3>${list(principalReasons(evidence))}${
    against.length > 0
      ? `<p class="soft">${both("Yang meringankan:", "What speaks for the buyers:")}</p>${list(against)}`
      : ""
  }<p class="soft">${both(`Akan melepaskan: ${release.id}.`, `Would release: ${release.en}.`)}</p>${tieMap(table, one)}${timeStrip(table, one)}</article>`;
}

const CASES_SHOWN = 12;

/** Crowded places (dorms, offices) that were not taken for rings. */
function leftAlone(summary: AuditSummary): string {
  if (summary.leftAlone.length === 0)
    return `<p>${both("Tidak ada tempat ramai dalam berkas ini.", "There is no crowded place in this file.")}</p>`;
  const rows = summary.leftAlone.map(
    (place) =>
      `<tr><td>${escape(place.place)}</td><td class="n">${number(place.orders)}</td><td class="n">${number(place.buyers)}</td></tr>`,
  );
  return `<table><thead><tr><th>${both("Daerah", "Area")}</th><th class="n">${both("Pesanan", "Orders")}</th><th class="n">${both("Pembeli", "Buyers")}</th></tr></thead><tbody>${rows.join("")}</tbody></table>`;
}

/** Values that tied nobody, and what they were seen with; nothing where there is none. */
function manyPeoples(summary: AuditSummary): string {
  if (summary.manyPeoples.length === 0) return "";
  const unknown = (value: number | null) => (value === null ? "–" : number(value));
  const rows = summary.manyPeoples.slice(0, CASES_SHOWN).map(({ column, text, ...seen }) => {
    const [id, en] = SHARED_NAMES[column];
    const figures = [number(seen.accounts), unknown(seen.models), number(seen.towns)];
    const cells = [...figures, unknown(seen.networks)].map((cell) => `<td class="n">${cell}</td>`);
    return `<tr><td>${both(id, en)}</td><td>${escape(text)}</td>${cells.join("")}</tr>`;
  });
  const heads = [
    both("Akun", "Accounts"),
    both("Model ponsel", "Phone models"),
    both("Daerah", "Areas"),
    both("Jaringan", "Networks"),
  ].map((head) => `<th class="n">${head}</th>`);
  return `<h2>${both("Nilai yang dianggap tidak diisi", "Values taken as not given")}</h2><p class="soft">${both("Dipakai oleh orang-orang yang tidak punya kesamaan lain, jadi bukan milik siapa pun dan tidak mengaitkan siapa pun.", "Had by people with nothing else in common, so they are nobody's own and tie nobody.")}</p><div class="scroll"><table><thead><tr><th>${both("Jenis", "Kind")}</th><th>${both("Nilai", "Value")}</th>${heads.join("")}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

/** Orders that are judged otherwise than in the last run; "" without one. */
function changed({ changes }: AuditSummary): string {
  if (changes === null) return "";
  const { answers, byFitAlone, kept, isLastFitKnown } = changes;
  const alone = isLastFitKnown
    ? both(
        `${inIndonesian(byFitAlone)} di antaranya hanya karena yang dipelajari tentang seluruh acara sejak itu; ${inIndonesian(kept)} pesanan tetap seperti jawaban semula.`,
        `${inEnglish(byFitAlone)} of them only by what was learned of the whole event since; ${inEnglish(kept)} orders stay as they were answered.`,
      )
    : both(
        "Apa yang berubah hanya karena pengetahuan baru tidak dapat dipisahkan: ada pesanan yang hilang atau berubah.",
        "What new knowledge alone changed cannot be told apart: orders are missing, or others now.",
      );
  return `<p>${both(`Sejak pemeriksaan sebelumnya, hasil ${inIndonesian(answers)} pesanan berubah.`, `Since the last run ${inEnglish(answers)} orders are judged otherwise.`)} ${alone} ${both("Daftarnya ada di changes.csv.", "The list is changes.csv.")}</p>`;
}

/** The name of what was learned of the whole event: whoever judges the same orders again finds the same. */
function learned(summary: AuditSummary): string {
  const { digest, orders } = summary.fit;
  return `${changed(summary)}<p class="soft">${both(`Dinilai dengan apa yang dipelajari dari ${inIndonesian(orders)} pesanan; SHA-256:`, `Judged by what was learned from ${inEnglish(orders)} orders; SHA-256:`)} <code style="overflow-wrap:anywhere">${escape(digest)}</code></p>`;
}

/** The files read, and at most 20 rows that could not be read. */
function files(summary: AuditSummary): string {
  const rows = summary.files.map(
    (file) =>
      `<tr><td>${escape(file.file)}</td><td>${escape(file.format)}</td><td class="n">${number(file.orders)}</td><td class="n">${number(file.repeated)}</td><td>${escape(file.missing.join(", ") || "–")}</td></tr>`,
  );
  const troubles = summary.troubles
    .slice(0, 20)
    .map(
      (one) =>
        `<li>${escape(one.file)}, ${both("baris", "row")} ${one.row}, ${both("kolom", "column")} ${escape(one.column)}: ${both(one.said.id, one.said.en)}</li>`,
    );
  const list = (texts: readonly Text[]) =>
    texts.map((text) => `<li>${both(text.id, text.en)}</li>`).join("");
  const readings = summary.files
    .map(
      ({ file, reading, doubts }) =>
        `${reading.length === 0 ? "" : `<p class="soft">${both(`Cara ${file} dibaca:`, `How ${file} was read:`)}</p><ul class="soft">${list(reading)}</ul>`}${doubts.length === 0 ? "" : `<div class="note"><b>${both("Yang meragukan", "What is doubtful")}</b><ul>${list(doubts)}</ul></div>`}`,
    )
    .join("");
  const apart =
    summary.apart === 0
      ? ""
      : `<p>${number(summary.apart)} ${both("pesanan dibatalkan, belum dibayar, atau sudah dikembalikan uangnya; tidak dihitung, dan tercantum di decisions.csv.", "orders were cancelled, never paid or refunded; they count for nothing and are listed in decisions.csv.")}</p>`;
  return `<div class="scroll"><table><thead><tr><th>${both("Berkas", "File")}</th><th>${both("Format", "Format")}</th><th class="n">${both("Pesanan", "Orders")}</th><th class="n">${both("Baris berulang", "Repeated rows")}</th><th>${both("Kolom yang tidak ada", "Columns not given")}</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>${apart}${readings}${
    summary.troubleCount === 0
      ? ""
      : `<p>${number(summary.troubleCount)} ${both("baris tidak dapat dibaca; sisanya diproses.", "rows could not be read; the rest went on.")}</p><ul>${troubles.join("")}</ul>`
  }`;
}

/** How clusters were drawn, and what counts for nothing or against; "" where they were not drawn by strata. */
function bandsText({ bands, undecided, notDrawn }: Certificate): string {
  if (bands === null) return "";
  const rows = bands.map(
    ({ fromBits, clusters, drawn, wrong }) =>
      `<tr><td>${
        fromBits === null
          ? both("tidak ada yang tertahan otomatis", "nothing held by itself")
          : both(`tertahan mulai ${fromBits} bit`, `held from ${fromBits} bits on`)
      }</td><td class="n">${number(clusters)}</td><td class="n">${number(drawn)}</td><td class="n">${number(wrong)}</td></tr>`,
  );
  return `<div class="scroll"><table><thead><tr><th>${both("Jenis kelompok", "Kind of cluster")}</th><th class="n">${both("Semua", "All")}</th><th class="n">${both("Terundi", "Drawn")}</th><th class="n">${both("Keliru", "Wrong")}</th></tr></thead><tbody>${rows.join("")}</tbody></table></div>${
    undecided + notDrawn === 0
      ? ""
      : `<p>${both(
          `${inIndonesian(undecided)} pesanan terundi belum diputuskan dan dianggap keliru bila akan tertahan; ${inIndonesian(notDrawn)} keputusan tentang pesanan yang tidak terundi tidak dihitung.`,
          `Drawn orders that are not decided: ${inEnglish(undecided)}; they count as wrong where they would be held. Decisions about orders that were not drawn: ${inEnglish(notDrawn)}; they count for nothing.`,
        )}</p>`
  }`;
}

/** The bound that decided orders certify, or what is still needed for one. */
function boundText({ certificate, promises }: AuditSummary): string {
  const first =
    certificate === null
      ? both(
          'Berkas ini tanpa keputusan petugas sebelumnya, jadi belum ada batas kesalahan yang dapat dijanjikan. Karena itu tidak satu pun pesanan boleh dibatalkan atau ditahan secara otomatis: "ditahan" di sini berarti petugas melihatnya dahulu.',
          'This file comes without earlier decisions of people, so no error bound can be promised yet. Therefore nothing may be cancelled or held by itself: "held" here means that a person looks first.',
        )
      : both(
          `${inIndonesian(certificate.orders)} pesanan dalam ${inIndonesian(certificate.clusters)} kelompok sudah diputuskan petugas; di ${inIndonesian(certificate.wrong)} kelompok ada pesanan asli yang akan tertahan (keyakinan ${100 - 100 * certificate.delta} %, paling banyak ${certificate.holdsPerCase} penahanan otomatis per kelompok).`,
          `People have decided ${inEnglish(certificate.orders)} orders in ${inEnglish(certificate.clusters)} clusters; in ${inEnglish(certificate.wrong)} of them a genuine order would be held (confidence ${100 - 100 * certificate.delta} %, at most ${certificate.holdsPerCase} automatic holds a cluster).`,
        );
  const lines = promises.map(({ alpha, bits, clustersNeeded }) => {
    const share = 100 * alpha;
    return `<li>${
      bits === null
        ? both(
            `Paling banyak ${inIndonesian(share)} % pesanan asli tertahan: belum terbukti; tanpa satu kesalahan dibutuhkan sekitar ${inIndonesian(clustersNeeded)} kelompok yang diperiksa.`,
            `At most ${share} % of genuine orders held: not certified; without an error it takes about ${inEnglish(clustersNeeded)} audited clusters.`,
          )
        : both(
            `Paling banyak ${inIndonesian(share)} % pesanan asli tertahan: terbukti mulai ${inIndonesian(bits)} bit.`,
            `At most ${share} % of genuine orders held: certified from ${bits} bits on.`,
          )
    }</li>`;
  });
  return `${first}<ul>${lines.join("")}</ul>${certificate === null ? "" : bandsText(certificate)}`;
}

/** The page that a person gets. */
export function reportPage(table: OrderTable, result: AuditResult, summary: AuditSummary): string {
  const tying = leavingOut(table, result.manyPeoples);
  const cases = result.cases.slice(0, CASES_SHOWN).map((one) => caseCard(tying, result, one));
  const bound = boundText(summary);
  return `<!doctype html><html lang="id"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Giliran audit</title><style>${STYLE}</style></head><body><div class="top"><input class="pick" type="radio" name="language" id="id" checked><input class="pick" type="radio" name="language" id="en"><label class="choice" for="id">Indonesia</label> <label class="choice" for="en">English</label><main style="padding:0"><h1>${both("Siapa di balik pesanan ini", "Who is behind these orders")}</h1><p class="soft">${both("Perilaku yang terlihat dalam berkas, bukan niat seseorang. Satu alamat, satu jaringan, atau satu nama saja tidak pernah menjadi alasan.", "Conduct that the file shows, not anybody's intent. An address, a network or a name alone is never a reason.")}</p>${summary.fault === null ? "" : `<p class="note"><b>${both(`Satu aturan gagal (${summary.fault}). Semua pesanan ditahan; tidak ada yang diterima atau dibatalkan.`, `A rule failed (${summary.fault}). All orders are held; none was cleared, none cancelled.`)}</b></p>`}${figures(summary)}<div class="note">${bound}</div><h2>${both("Per kanal", "By channel")}</h2>${channels(summary)}<h2>${both("Alasan utama pesanan dalam kasus", "Main reasons of the orders in cases")}</h2>${reasons(summary)}<h2>${both("Kasus terbesar", "The largest cases")}</h2>${cases.join("") || `<p>${both("Tidak ada kasus.", "There is no case.")}</p>`}${
    result.cases.length > CASES_SHOWN
      ? `<p class="soft">${number(result.cases.length - CASES_SHOWN)} ${both("kasus lain ada di cases.json.", "more cases are in cases.json.")}</p>`
      : ""
  }<h2>${both("Tempat ramai yang dibiarkan", "Crowded places that were left alone")}</h2><p class="soft">${both("Banyak pembeli di satu tempat (kost, kampus, kantor) tanpa satu pun pesanan dalam kasus.", "Many buyers at one place (a dorm, a campus, an office), and no order of theirs in a case.")}</p>${leftAlone(summary)}${manyPeoples(summary)}<h2>${both("Berkas", "Files")}</h2>${files(summary)}${learned(summary)}</main></div></body></html>`;
}
