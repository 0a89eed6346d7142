/* Refusals about units that are owed for failures of our own, and about who may be a second person. */

import { problem } from "./definition.ts";

/** Joined into the table of problems.ts. */
export const CREDIT_PROBLEMS = {
  credited_already: problem(
    409,
    "Untuk orang ini sudah ada unit yang dijanjikan di gelombang itu, atau namanya sudah ada di daftar.",
    "This person is owed a unit of that round already, or waits in a list.",
  ),
  no_failure_recorded: problem(
    409,
    "Tidak ada kegagalan server yang membuat orang kehilangan unit atau tempatnya.",
    "The server has no record of a failure that cost somebody a unit or a place.",
  ),
  credit_list_not_found: problem(404, "Daftar ini tidak ada.", "There is no such list."),
  credit_list_ended: problem(
    409,
    "Daftar ini sudah disetujui atau ditolak.",
    "This list was approved or rejected already.",
  ),
  second_person_needed: problem(
    409,
    "Daftar ini Anda yang membuat; orang lain yang harus menyetujuinya.",
    "You made this list; another person has to approve it.",
  ),
  credit_ceiling: problem(
    409,
    "Lebih banyak unit daripada yang boleh dijanjikan untuk kegagalan kami di satu gelombang dan varian. Kebijakan dapat menetapkan bagian yang lebih besar.",
    "More units than may be owed for failures of ours in one round and variant. The policy can set a larger share.",
  ),
  approval_not_independent: problem(
    409,
    "Kebijakan meminta orang yang tidak saling mengundang dan tidak diundang oleh orang yang sama. Anda dan penyetuju lain punya pengundang yang sama. Bila semua orang diundang satu pemilik: minta pengelola server membuat tautan pemilik kedua (perintah `recover` tanpa nama); orang yang ia undang dapat ikut menyetujui.",
    "The policy asks for people who did not invite each other and whom nobody invited both. You and another one share an inviter. If one owner invited everybody: ask whoever runs the server for a link for a second owner (the command `recover` without a name); people invited by that owner can approve beside you.",
  ),
};
