import type { Spoken } from "../../../src/base/language.ts";
import { TURN_HAD } from "../../../src/sale/words.ts";
import { STANDING_WORDS } from "../standing/words.ts";

/** Words of the buyer pages. Each stands beside its other language. */
export const SALE_WORDS = {
  ...STANDING_WORDS,
  live: {
    upcoming: { id: "Belum dibuka", en: "Not open yet" },
    lobby: { id: "Ruang tunggu dibuka", en: "Lobby is open" },
    open: { id: "Sedang berlangsung", en: "Under way" },
    over: { id: "Pendaftaran ditutup", en: "Entry has closed" },
  },
  paused: {
    id: "Dijeda. Tempat Anda tetap ada dan tenggat waktu berhenti.",
    en: "Paused. Your place is kept and no deadline passes.",
  },
  pausedNow: { id: "Dijeda", en: "Paused" },
  pausedLeft: { id: "Dijeda, sisa", en: "Paused, time left" },
  lobbyAt: { id: "Dijeda. Ruang tunggu dibuka {time}", en: "Paused. The lobby opens {time}" },
  opensAt: { id: "Dijeda. Pendaftaran dibuka {time}", en: "Paused. Entry opens {time}" },
  closesAt: { id: "Dijeda. Pendaftaran ditutup {time}", en: "Paused. Entry closes {time}" },
  outOfReach: {
    id: "Tidak tersambung ke server. Halaman ini terus mencoba; tempat dan isian Anda tetap ada.",
    en: "The server is out of reach. This page keeps trying; your place and what you typed are kept.",
  },
  notSentYet: {
    id: "Belum terkirim; dicoba lagi. Tempat dan isian Anda tetap ada.",
    en: "Not sent yet; trying again. Your place and what you typed are kept.",
  },
  comeAgain: {
    id: "Sedang sangat ramai. Halaman ini mencoba lagi sendiri dalam beberapa detik; biarkan terbuka.",
    en: "Very busy right now. This page tries again by itself within seconds; leave it open.",
  },
  rushByChance: {
    id: "Semua yang datang dalam keramaian ini diacak bersama: yang masuk lebih dulu tidak lebih untung.",
    en: "All who came in this rush are shuffled together: getting in first is no advantage.",
  },
  rushByArrival: {
    id: "Yang dihitung adalah saat Anda pertama kali datang.",
    en: "What counts is the moment at which you first came.",
  },
  inRush: {
    id: "Sedang sangat ramai. Semua yang datang dalam keramaian ini diacak bersama begitu tidak ada lagi yang menunggu.",
    en: "Very busy right now. All who came in this rush are shuffled together as soon as nobody waits any more.",
  },
  closed: { id: "Penjualan ditutup.", en: "This sale is closed." },
  soldOut: { id: "Habis", en: "Sold out" },
  soldOutWaitList: { id: "Habis – daftar tunggu", en: "Sold out – wait-list" },
  left: { id: "Sisa {n}", en: "{n} left" },
  leftAnnounced: { id: "diumumkan {n}", en: "{n} announced" },
  /** The odds of somebody who joins now, before signing in. */
  newcomer: {
    unknown: {
      id: "Jumlah pendaftar baru diketahui setelah pendaftaran disegel; peluangnya belum bisa dihitung.",
      en: "How many people join is known once the entries are sealed; the odds cannot be told before.",
    },
    enough: {
      id: "Unitnya cukup untuk semua yang antre sekarang.",
      en: "There are enough units for everybody who is in line now.",
    },
    behind: {
      id: "Sampai {people} orang sudah antre lebih dulu untuk {units} unit yang tersisa.",
      en: "Up to {people} people are in line before you for the {units} units that are left.",
    },
    back: {
      id: "Semua unit sudah ditahan atau dipesan. Paling banyak {units} masih bisa kembali; sampai {people} orang menunggu lebih dulu.",
      en: "All units are held or ordered. At most {units} can still come back, and up to {people} people wait before you.",
    },
    gone: {
      id: "Semua unit sudah terjual; tidak ada yang bisa kembali.",
      en: "All units are sold, and none can come back.",
    },
  },
  opensIn: { id: "Dibuka dalam", en: "Opens in" },
  closesIn: { id: "Ditutup dalam", en: "Closes in" },
  lobbyIn: { id: "Ruang tunggu dibuka dalam", en: "Lobby opens in" },
  stockTitle: { id: "Stok per kanal dan varian", en: "Stock by channel and variant" },
  variant: { id: "Varian", en: "Variant" },
  allChannels: { id: "Semua kanal", en: "All channels" },
  total: { id: "Jumlah", en: "Total" },
  stockHelp: {
    id: "Jumlah yang diumumkan sebelum dibuka tidak bisa diubah. Sisanya berubah sendiri selama penjualan.",
    en: "The numbers announced before opening cannot be changed. What is left renews itself while the sale runs.",
  },
  rulesTitle: { id: "Bagaimana giliran ditentukan", en: "How turns are decided" },
  modes: {
    draw: {
      id: "Semua yang mendaftar sebelum penutupan masuk satu undian. Cepat atau lambat tidak berpengaruh. Harga tetap sama; tidak ada taruhan.",
      en: "Everybody who enters before closing is in one draw. Being fast or slow makes no difference. The price is the price; there is no stake.",
    },
    shuffled_queue: {
      id: "Yang datang di ruang tunggu diacak bersama. Setelah dibuka, setiap detik adalah satu kelompok yang diacak. Lebih cepat beberapa milidetik, juga dengan bot, tidak ada gunanya.",
      en: "Everybody in the lobby is shuffled together. After opening, each second is one group that is shuffled. Being milliseconds faster, even with a bot, gains nothing.",
    },
    first_come: {
      id: "Siapa cepat dia dapat: urutan kedatangan menentukan.",
      en: "First come, first served: the order of arrival decides.",
    },
  },
  limit: {
    id: "Paling banyak {n} unit per orang, di semua kanal dan gelombang. Pesanan ke satu penerima di satu alamat dihitung bersama.",
    en: "At most {n} unit(s) per person, over all channels and rounds. Orders to one recipient at one address are counted together.",
  },
  proof: {
    id: "Pendaftaran disegel dulu, baru angka acaknya dibuka. Siapa pun bisa menghitung ulang hasilnya.",
    en: "Entries are sealed first, only then is the random number revealed. Anybody can recompute the result.",
  },
  beaconOn: {
    id: "Angka acaknya juga memuat suar acak publik (drand) yang baru ada setelah pendaftaran disegel, jadi penyelenggara pun tidak bisa mengetahuinya lebih dulu. Menunggunya beberapa detik.",
    en: "The random number also takes in a public beacon (drand) that does not exist until the entries are sealed, so not even the organiser can know it before. Waiting for it takes some seconds.",
  },
  beaconPrivate: {
    id: "Angka acaknya juga memuat suar acak dengan kunci milik sendiri, bukan suar publik. Pemegang kunci itu bisa mengetahui angkanya sebelum pendaftaran disegel.",
    en: "The random number also takes in a beacon with a private key, not the public one. Whoever holds that key could know the number before the entries are sealed.",
  },
  beaconOff: {
    id: "Suar acak luar (drand) tidak dipakai pada penjualan ini.",
    en: "No outside random beacon (drand) is used in this sale.",
  },
  statements: { id: "Tentang pesanan yang dibatalkan", en: "About cancelled orders" },
  statementEdition: { id: "edisi", en: "edition" },
  statementEarlier: { id: "Edisi sebelumnya", en: "Earlier editions" },
  statementCorrects: { id: "Perbaikan", en: "Correction" },
  synthetic: { id: "Angka buatan", en: "Made-up numbers" },
  yourTurn: { id: "Giliran Anda", en: "Your turn" },
  contact: { id: "Nomor ponsel atau e-mail", en: "Phone number or e-mail" },
  sendCode: { id: "Kirim kode", en: "Send a code" },
  codeSent: {
    id: "Kode dikirim ke {to}. Berlaku 10 menit.",
    en: "A code was sent to {to}. Valid for 10 minutes.",
  },
  askingCode: { id: "Meminta kode… sebentar.", en: "Asking for a code… a moment." },
  codeSentBefore: {
    id: "Beberapa kode sudah dikirim ke {to}. Pakai kode mana pun yang sudah Anda terima; kode baru bisa dikirim lagi pukul {time}.",
    en: "Several codes were sent to {to} already. Use any one that you received; a new one can be sent at {time}.",
  },
  longCode: { id: "Kode {n} angka", en: "{n}-digit code" },
  sendAgain: { id: "Kirim kode lagi", en: "Send another code" },
  otherContact: { id: "Ganti nomor atau e-mail", en: "Another number or e-mail" },
  code: { id: "Kode 6 angka", en: "6-digit code" },
  signIn: { id: "Masuk", en: "Sign in" },
  cookiesRefused: {
    id: "Kodenya benar, tetapi peramban ini menolak kuki (cookie), jadi Anda tidak bisa tetap masuk. Izinkan kuki untuk situs ini atau buka di peramban lain, lalu minta kode baru.",
    en: "The code was right, but this browser refuses cookies, so you cannot stay signed in. Allow cookies for this site or use another browser, then ask for a new code.",
  },
  tryAgain: { id: "Coba lagi", en: "Try again" },
  channel: { id: "Beli lewat kanal", en: "Buy through" },
  choose: { id: "Pilih…", en: "Choose…" },
  preferences: {
    id: "Varian, urut dari yang paling diinginkan",
    en: "Variants, most wanted first",
  },
  preferencesHelp: {
    id: "Beri nomor 1 untuk yang paling diinginkan, lalu 2 dan seterusnya; bisa juga digeser. Biarkan – untuk yang tidak Anda mau.",
    en: "Give 1 to the one you want most, then 2 and so on; dragging works, too. Leave – for what you do not want.",
  },
  wishAll: { id: "Pilih semua, dalam urutan ini", en: "All of them, in this order" },
  wishMissing: {
    id: "Pilih dulu paling sedikit satu varian.",
    en: "Choose at least one variant first.",
  },
  join: { id: "Ikut antre", en: "Join the line" },
  solving: { id: "Menyiapkan bukti kerja…", en: "Preparing the proof of work…" },
  joining: { id: "Mendaftarkan…", en: "Joining…" },
  joined: {
    id: "Anda terdaftar. Halaman ini boleh ditutup; tempat Anda tetap ada.",
    en: "You are in. You may close this page; your place is kept.",
  },
  inWindow: {
    id: "Kelompok Anda belum diacak. Sebentar lagi.",
    en: "Your group has not been shuffled yet. In a moment.",
  },
  placeNo: { id: "Nomor antrean Anda", en: "Your number in the line" },
  ahead: {
    id: "{n} orang di depan Anda menunggu varian yang sama.",
    en: "{n} people before you wait for the same variants.",
  },
  aheadMore: {
    id: "Lebih dari {n} orang di depan Anda menunggu varian yang sama.",
    en: "More than {n} people before you wait for the same variants.",
  },
  odds: {
    id: "Peluang unit kembali untuk Anda: {p}.",
    en: "Chance that a unit comes back for you: {p}.",
  },
  oddsZero: {
    id: "Sangat kecil: jumlah unit yang mungkin kembali lebih sedikit daripada orang di depan Anda.",
    en: "Very small: fewer units can come back than there are people before you.",
  },
  overLimit: {
    id: "Anda sudah memegang jumlah unit terbanyak per orang.",
    en: "You already hold as many units as one person may have.",
  },
  turnTitle: { id: "Satu orang, satu giliran", en: "One person, one turn" },
  turnWhy: {
    id: "Pendaftaran ini berbagi giliran, karena",
    en: "This entry shares its turn, because",
  },
  turnMeans: {
    id: "Yang lebih dahulu di antrean mendapat gilirannya; yang lain dilewati.",
    en: "Whichever comes first in the line has the turn; the others are passed over.",
  },
  turnUsed: {
    id: "Gilirannya sudah diberikan kepada pendaftaran yang lebih dahulu di antrean.",
    en: "The turn went to the entry that came first in the line.",
  },
  turnObject: { id: "Kami dua orang yang berbeda", en: "We are two different people" },
  turnStatement: {
    id: "Ceritakan singkat, misalnya ayah dan anak yang senama. Seseorang akan membacanya.",
    en: "Tell us in short, for example father and son of one name. A person will read it.",
  },
  turnSend: { id: "Kirim", en: "Send" },
  turnWaiting: {
    id: "Pernyataan Anda sedang kami periksa. Nomor antrean Anda tetap ada.",
    en: "We are looking at what you wrote. Your number in the line is kept.",
  },
  turnApart: {
    id: "Kami setuju: Anda orang yang berbeda. Giliran Anda berdiri sendiri, di nomor Anda sendiri.",
    en: "We agree: you are different people. You have a turn of your own, at your own number.",
  },
  turnSame: {
    id: "Setelah diperiksa, kami tetap berpendapat ini satu orang. Jawaban kami:",
    en: "We looked, and still think that this is one person. Our answer:",
  },
  holdTitle: { id: "Pesanan ini menunggu pemeriksaan", en: "This order waits for a person" },
  holdWhy: { id: "Sebabnya:", en: "Because" },
  holdMeans: {
    id: "Unit Anda tetap disimpan dan tidak diberikan kepada orang lain. Pesanan dikirim setelah petugas memeriksanya.",
    en: "Your unit is kept and goes to nobody else. The order is sent after a person has looked at it.",
  },
  holdWaiting: {
    id: "Pernyataan Anda sedang kami periksa. Unit Anda tetap disimpan.",
    en: "We are looking at what you wrote. Your unit stays kept.",
  },
  holdApart: {
    id: "Kami setuju: Anda orang yang berbeda. Pesanan ini tidak lagi menunggu karena itu.",
    en: "We agree: you are different people. The order no longer waits because of that.",
  },
  withdraw: { id: "Tarik pendaftaran", en: "Withdraw my entry" },
  withdrawMeans: {
    id: "Pendaftaran Anda keluar dari antrean. Selama pendaftaran dibuka Anda bisa ikut lagi, dengan tempat yang baru.",
    en: "Your entry leaves the line. While joining is open you can join again, with a new place.",
  },
  withdrawSure: { id: "Ya, tarik pendaftaran", en: "Yes, withdraw it" },
  ticket: { id: "Tiket Anda", en: "Your ticket" },
  ticketHelp: {
    id: "Tanda terima dari server: dengan kode ini siapa pun bisa memeriksa bahwa Anda terdaftar, juga bila Anda tidak masuk. Simpan bila perlu.",
    en: "The server's receipt: with this code anybody can check that you are in, even without signing in. Keep it if you like.",
  },
  ticketCheck: { id: "Periksa tiket ini", en: "Check this ticket" },
  offerTitle: { id: "Satu unit ditahan untuk Anda", en: "One unit is held for you" },
  offerUntil: { id: "Ditahan sampai {time}", en: "Held until {time}" },
  minutesLeft: { id: "Sisa waktu", en: "Time left" },
  payHow: { id: "Pilih cara bayar", en: "Choose how to pay" },
  order: { id: "Pesan sekarang", en: "Order now" },
  toPay: { id: "Yang Anda bayar:", en: "You pay:" },
  unitsTimes: { id: "(1 unit × {price})", en: "(1 unit × {price})" },
  extend: { id: "Minta waktu tambahan (satu kali)", en: "Ask for more time (once)" },
  decline: { id: "Lepas unit ini", en: "Let this unit go" },
  declineMeans: {
    id: "Unit ini langsung ditawarkan kepada orang berikutnya, dan giliran Anda pada gelombang ini selesai. Ini tidak bisa diurungkan.",
    en: "The unit goes to the next in line at once, and your turn in this round is over. This cannot be undone.",
  },
  declineSure: { id: "Ya, lepas unit ini", en: "Yes, let it go" },
  goBack: { id: "Kembali", en: "Go back" },
  declined: {
    id: "Anda menolak tawaran. Unit berpindah ke antrean berikutnya.",
    en: "You declined. The unit went to the next in line.",
  },
  expired: {
    id: "Waktu tawaran habis. Unit berpindah ke antrean berikutnya.",
    en: "The offer ran out. The unit went to the next in line.",
  },
  turnHad: TURN_HAD,
  orderTitle: { id: "Pesanan Anda", en: "Your order" },
  pay: { id: "Bayar (uji coba)", en: "Pay (sandbox)" },
  changeMethod: {
    id: "Ganti cara bayar (unit tetap ditahan)",
    en: "Pay another way (the unit stays held)",
  },
  codCode: { id: "Kode konfirmasi COD", en: "Cash-on-delivery code" },
  confirm: { id: "Konfirmasi", en: "Confirm" },
  cancel: { id: "Batalkan pesanan", en: "Cancel the order" },
  cancelMeans: {
    id: "Pesanan ini berakhir, unitnya ditawarkan kepada orang berikutnya, dan giliran Anda pada gelombang ini selesai. Ini tidak bisa diurungkan.",
    en: "The order ends, its unit goes to the next in line, and your turn in this round is over. This cannot be undone.",
  },
  cancelSure: { id: "Ya, batalkan pesanan", en: "Yes, cancel the order" },
  policy: {
    id: "Kebijakan penjualan: apa yang dapat membatalkan pesanan, dan cara membanding",
    en: "The sale's policy: what can cancel an order, and how to appeal",
  },
  report: { id: "Laporan penjualan", en: "Sale report" },
  setAside: {
    id: "{n} unit di antaranya disisihkan untuk pembeli yang pernah kami rugikan.",
    en: "{n} of these units are set aside for buyers whom we wronged before.",
  },
  mine: { id: "Urusan saya", en: "My matters" },
  deliverTo: { id: "Dikirim ke", en: "Deliver to" },
  recipient: { id: "Nama penerima", en: "Recipient" },
  address: { id: "Alamat lengkap", en: "Full address" },
  district: { id: "Kelurahan / kecamatan", en: "District" },
  city: { id: "Kota / kabupaten", en: "City or regency" },
  checkHere: { id: "Hitung ulang di peramban ini", en: "Recompute it in this browser" },
  checkTitle: { id: "Periksa sendiri", en: "Check it yourself" },
  record: { id: "Catatan lengkap (untuk giliran verify)", en: "Full record (for giliran verify)" },
  board: { id: "Papan penjualan", en: "Board of the sale" },
  anchor: {
    id: "Jangkar rantai benih, terbit sebelum dibuka",
    en: "Anchor of the seed chain, published before opening",
  },
  digest: { id: "Sidik jari pengumuman", en: "Fingerprint of the announcement" },
  failed: {
    id: "Tidak terkirim. Tidak ada yang hilang; coba lagi.",
    en: "Not sent. Nothing is lost; try again.",
  },
  noSales: { id: "Belum ada penjualan yang diterbitkan.", en: "No sale is published yet." },
  shownCode: {
    id: "Uji coba di komputer ini: pesan tidak dikirim. Kode Anda:",
    en: "Trying out on this computer: no message is sent. Your code:",
  },
  payNowhere: {
    id: "Belum ada layanan pembayaran di situs ini. Pilih bayar di tempat (COD) bila tersedia.",
    en: "No payment service is set up on this site yet. Choose cash on delivery where it is offered.",
  },
  noScript: {
    id: "Semua di halaman ini terbaca tanpa JavaScript. Untuk ikut antre peramban menghitung bukti kerja, dan itu memerlukan JavaScript: nyalakan, lalu muat ulang.",
    en: "Everything on this page can be read without JavaScript. To join, the browser computes a proof of work, and that needs JavaScript: turn it on and load the page again.",
  },
  tour: { id: "Lihat dalam tiga menit", en: "See it in three minutes" },
  tourSynthetic: {
    id: "Semua orang dan pesanan di sini buatan; kekeliruannya pun disengaja, supaya terlihat apa yang terjadi sesudahnya.",
    en: "All people and orders here are made up; the mistakes are made on purpose, to show what happens after one.",
  },
  oneIn: {
    id: "Peluang sekitar 1 banding {ratio}: {people} orang untuk {units} unit.",
    en: "Odds of about 1 in {ratio}: {people} people for {units} units.",
  },
  notThisTime: { id: "Belum kali ini", en: "Not this time" },
  notThisTimeWhy: {
    id: "Semua {units} unit pilihan Anda sudah terjual kepada nomor di depan Anda. Bukan karena Anda melakukan sesuatu yang salah.",
    en: "All {units} units of your choice went to numbers before yours. You did nothing wrong.",
  },
  nextRound: { id: "Gelombang berikutnya:", en: "The next round:" },
  noNextRound: {
    id: "Tidak ada gelombang berikutnya yang diumumkan.",
    en: "No further round is announced.",
  },
  lastMinute: {
    id: "Sisa kurang dari satu menit. Anda dapat meminta waktu tambahan satu kali.",
    en: "Less than a minute left. You can ask for more time, once.",
  },
  lastMinuteOnly: { id: "Sisa kurang dari satu menit.", en: "Less than a minute left." },
  receipt: { id: "Kwitansi", en: "Receipt" },
  receiptNo: { id: "Nomor pesanan", en: "Order number" },
  receiptPrice: { id: "Harga", en: "Price" },
  receiptMethod: { id: "Cara bayar", en: "Payment" },
  print: { id: "Cetak", en: "Print" },
  opensAtClocks: { id: "Dibuka", en: "Opens" },
  stepUpTitle: { id: "Satu pertanyaan sebelum pesanan Anda", en: "One question before your order" },
  stepUpWhy: {
    id: "Pesanan ini punya kesamaan dengan pesanan lain. Sering ada alasan wajar, misalnya serumah. Unitnya tetap ditahan; jawab saja dengan salah satu cara ini.",
    en: "This order has something in common with others. Often there is a plain reason, such as living together. The unit stays held; just answer in one of these ways.",
  },
  stepUpCode: { id: "Pastikan dan pesan", en: "Confirm and order" },
  stepUpAgain: { id: "Kirim kode lagi", en: "Send another code" },
  stepUpAddressLead: {
    id: "Atau pastikan alamat ini benar dan kurir menemukan Anda di sana:",
    en: "Or confirm that this address is right and that a courier finds you there:",
  },
  stepUpAddress: { id: "Alamat ini benar, pesan", en: "The address is right, order" },
  stepUpChange: { id: "Ubah isian pesanan", en: "Change what I typed" },
  stepUpPasskeyLead: {
    id: "Atau dengan kunci sandi di perangkat Anda (sidik jari, wajah, PIN):",
    en: "Or with the passkey on your device (finger, face, PIN):",
  },
  stepUpPasskey: { id: "Pakai kunci sandi dan pesan", en: "Use the passkey and order" },
  passkeyNotUsed: {
    id: "Kunci sandi tidak dipakai: dibatalkan, atau tidak ada di perangkat ini. Unitnya tetap ditahan; pakai cara lain.",
    en: "The passkey was not used: it was called off, or is not on this device. The unit stays held; use another way.",
  },
  passkeyHint: {
    id: "Siapkan kunci sandi, bila nanti ada pertanyaan",
    en: "Set up a passkey, should there be a question later",
  },
};

export type SaleTexts = Spoken<typeof SALE_WORDS>;

/** Notes that buyers must read before they pay, by payment service. */
export const PAYMENT_WORDS = {
  sandbox: {
    id: "Uji coba: pembayaran di situs ini hanya simulasi. Tidak ada uang yang berpindah.",
    en: "Trial: payments on this site are only simulated. No money moves.",
  },
  only_cod: {
    id: "Belum ada layanan pembayaran di situs ini. Untuk saat ini hanya bayar di tempat (COD).",
    en: "No payment service is set up on this site yet. For now only cash on delivery works.",
  },
  nothing: {
    id: "Belum ada layanan pembayaran di situs ini, jadi pesanan belum bisa dibuat.",
    en: "No payment service is set up on this site yet, so nothing can be ordered.",
  },
};
