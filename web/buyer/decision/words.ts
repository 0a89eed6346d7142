import type { Spoken } from "../../../src/base/language.ts";
import { STANDING_WORDS } from "../standing/words.ts";

/** Words about a decision and its appeal: on the page of the decision, and among one's own matters. */
export const DECISION_WORDS = {
  decisionTitle: { id: "Keputusan tentang pesanan Anda", en: "A decision about your order" },
  ...STANDING_WORDS,
  what: { id: "Apa yang diputuskan", en: "What was decided" },
  order: { id: "Pesanan", en: "Order" },
  channel: { id: "Kanal", en: "Channel" },
  ground: { id: "Dasar", en: "Ground" },
  policy: { id: "Kebijakan", en: "Policy" },
  version: { id: "versi", en: "version" },
  seen: { id: "Apa yang kami lihat", en: "What we saw" },
  seenHelp: {
    id: "Hanya yang menyangkut Anda. Data orang lain disamarkan.",
    en: "Only what is about you. Data of others are masked.",
  },
  strong: { id: "bukti kuat", en: "strong evidence" },
  weak: {
    id: "petunjuk lemah: sendirian tidak pernah membatalkan",
    en: "a weak hint: alone it never cancels",
  },
  counterfactual: { id: "Apa yang akan mengubahnya", en: "What would change it" },
  how: { id: "Siapa yang memutuskan", en: "Who decided" },
  byPeople: {
    id: "Dideteksi oleh program, diputuskan oleh petugas dan disetujui dua orang.",
    en: "Found by a program, decided by a person, approved by two.",
  },
  appealTitle: { id: "Kami keliru? Ajukan banding", en: "Are we wrong? Appeal" },
  appealLead: {
    id: "Gratis, tanpa akun. Orang lain yang memutuskan, bukan yang membatalkan.",
    en: "Free, without an account. Somebody else decides, not who cancelled.",
  },
  appealUntil: { id: "Paling lambat {time}", en: "Until {time}" },
  statement: { id: "Ceritakan dengan kata-kata Anda", en: "Tell us in your own words" },
  statementHelp: {
    id: "Misalnya: siapa yang memakai perangkat yang sama, atau mengapa alamatnya sama.",
    en: "For example: who uses the same device, or why the address is the same.",
  },
  family: {
    id: "Itu keluarga atau orang serumah saya",
    en: "That is my family, or somebody I live with",
  },
  human: { id: "Saya ingin berbicara dengan petugas", en: "I want to speak with a person" },
  files: {
    id: "Berkas (foto JPEG, PNG, WebP, atau PDF sampai 3 MB; paling banyak 3)",
    en: "Files (photos as JPEG, PNG, WebP, or PDF up to 3 MB; three at most)",
  },
  filesHelp: {
    id: "Tutupi nomor yang tidak perlu. Foto diperkecil dulu di perangkat Anda, dan lokasi pengambilannya tidak ikut terkirim. Berkas disimpan terenkripsi, lalu dihapus beberapa waktu setelah banding selesai.",
    en: "Cover numbers that are not needed. Photos are made smaller on your device first, and the place where they were taken is not sent. Files are kept encrypted, and erased some time after the appeal is over.",
  },
  fileTooLarge: {
    id: "{name} berukuran {size} MB; paling besar 3 MB. Pilih berkas yang lebih kecil, atau kirim tanpa berkas. Tulisan Anda masih ada.",
    en: "{name} has {size} MB; 3 MB is the most. Choose a smaller file, or send it without. What you wrote is still here.",
  },
  tooManyFiles: {
    id: "Paling banyak tiga berkas. Tulisan Anda masih ada.",
    en: "Three files at most. What you wrote is still here.",
  },
  preparing: { id: "Menyiapkan berkas…", en: "Preparing the files…" },
  sending: { id: "Mengirim…", en: "Sending…" },
  send: { id: "Kirim banding", en: "Send the appeal" },
  pending: {
    id: "Banding sedang diperiksa. Jawaban paling lambat {time}.",
    en: "Your appeal is being looked at. The answer comes until {time}.",
  },
  upheld: { id: "Banding dikabulkan.", en: "Your appeal was upheld." },
  byDefault: {
    id: "Kami terlambat menjawab, jadi banding dikabulkan.",
    en: "We were late with our answer, so your appeal is upheld.",
  },
  rejected: { id: "Banding ditolak.", en: "Your appeal was rejected." },
  answer: { id: "Jawaban", en: "Answer" },
  entitlementTitle: { id: "Satu unit untuk Anda", en: "A unit for you" },
  entitlement: {
    standing: {
      id: "Satu unit disisihkan untuk Anda dari gelombang berikutnya, sebelum dibuka, dengan harga {price}. Berlaku sampai {time}.",
      en: "A unit will be set aside for you from the next round, before it opens, at {price}. Valid until {time}.",
    },
    reserved: {
      id: "Unit Anda sudah disisihkan di {sale}. Anda berada paling depan; buka halaman itu.",
      en: "Your unit is set aside in {sale}. You stand first; open that page.",
    },
    served: { id: "Unit ini sudah Anda terima.", en: "You have had this unit." },
    expired: { id: "Hak ini sudah lewat waktunya.", en: "This right has run out." },
    waived: { id: "Anda melepaskan hak ini.", en: "You gave this right up." },
  },
  outside: { id: "Jalur di luar", en: "Outside routes" },
  record: { id: "Catatan lengkap (JSON)", en: "The whole record (JSON)" },
  failed: {
    id: "Tidak terkirim. Tulisan Anda masih ada; coba lagi.",
    en: "Not sent. What you wrote is still here; try again.",
  },
  appealsTitle: { id: "Banding", en: "Appeals" },
};

export type DecisionTexts = Spoken<typeof DECISION_WORDS>;
