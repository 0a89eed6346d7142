/** Words of the page that says how all of it works. Each stands beside its other language. */
export const METHOD_WORDS = {
  title: { id: "Cara kerjanya", en: "How it works" },
  lead: {
    id: "Tidak ada bagian yang rahasia. Yang tertulis di sini dapat diperiksa siapa pun.",
    en: "No part of it is secret. What is written here can be checked by anybody.",
  },
  parts: [
    {
      title: { id: "Siapa mendapat giliran", en: "Who gets a turn" },
      lines: [
        {
          id: "Yang datang dalam jendela waktu yang sama punya peluang yang sama. Lebih cepat beberapa milidetik, dengan tangan atau program, tidak ada gunanya.",
          en: "Everybody who comes in the same window of time has the same chance. A few milliseconds faster, by hand or by program, are worth nothing.",
        },
        {
          id: "Kalau terlalu ramai sehingga orang harus menunggu, jendela-jendela itu digabung sampai tidak ada lagi yang menunggu, paling lama 30 detik, dan diacak bersama. Yang diminta datang lagi tetap dihitung sejak pertama kali ia datang. Catatan publik menyebut jendela mana yang digabung dan mengapa.",
          en: "If so many come that people have to wait, those windows are joined until nobody waits any more, for 30 seconds at most, and drawn together. Whoever is asked to come again still counts from when they first came. The public record says which windows were joined, and why.",
        },
        {
          id: "Begitu sebuah jendela lewat, daftarnya disegel: sidik jarinya terbit. Baru sesudah itu angka acaknya dibuka, dan urutan mengikuti dari keduanya. Angka itu berasal dari rantai yang jangkarnya terbit sebelum penjualan dibuka, jadi tidak dapat dipilih belakangan.",
          en: "Once a window is over its list is sealed: its fingerprint is published. Only then is its random number revealed, and the order follows from both. The number comes from a chain whose anchor was published before the sale opened, so it cannot be chosen afterwards.",
        },
        {
          id: "Satu nomor ponsel dan satu kotak surat punya satu giliran. Nama dan alamat baru dihitung saat memesan: melebihi batas ke satu penerima di satu alamat, pesanan ditanya dan menunggu pemeriksaan petugas. Unit yang ditawarkan ditahan sampai dijawab; kalau tidak, ia pindah ke orang berikutnya dalam antrean yang sama.",
          en: "One phone number and one mailbox have one turn. Names and addresses count at the order only: beyond the limit to one recipient at one address, orders are asked a question and wait for a person. A unit that is offered stays held until it is answered; if it is not, it goes to the next in the same line.",
        },
      ],
    },
    {
      title: { id: "Bagaimana jaringan dikenali", en: "How rings are told" },
      lines: [
        {
          id: "Setelah penjualan berakhir semua pesanan dilihat bersama, di semua kanal. Yang dicari: banyak akun dengan perangkat, alat pembayaran, atau nomor yang sama, dan pesanan yang datang jauh lebih rapat daripada orang lain.",
          en: "After a sale has ended all orders are looked at together, over all channels: many accounts with the same device, means of payment or number, and orders that came far closer together than other people's.",
        },
        {
          id: "Setiap petunjuk diberi bobot dalam bit: satu bit berarti dua kali lebih mungkin dari jaringan daripada kebetulan. Petunjuk yang meringankan dikurangkan. Karena jaringan jarang, hitungannya mulai di bawah nol.",
          en: "Each sign has a weight in bits: one bit means twice as likely from a ring as by chance. What speaks against is subtracted. Rings are rare, so the count begins below zero.",
        },
        {
          id: "Nama, alamat, wilayah, atau jaringan internet saja tidak pernah cukup. Tiga petunjuk lemah yang tidak saling bergantung boleh membuat kami bertanya dan meminta petugas melihat; ketiganya tidak pernah menahan atau membatalkan pesanan.",
          en: "A name, an address, a region or a network alone is never enough. Three weak signs that do not depend on each other may make us ask and let a person look; they never hold or cancel an order.",
        },
        {
          id: "Program hanya membuka kasus. Manusia yang memutuskan; dua orang menyetujui; ada masa tenggang.",
          en: "A program only opens cases. A person decides; two people approve; there is a grace window.",
        },
      ],
    },
    {
      title: { id: "Bila kami keliru", en: "When we are wrong" },
      lines: [
        {
          id: "Pemberitahuan menyebut alasannya, apa yang dilihat tentang Anda, dan apa yang akan mengubahnya. Tautan di dalamnya cukup untuk membanding, gratis, tanpa akun.",
          en: "The notice says the reason, what was seen about you, and what would change it. Its link is enough to appeal, free, without an account.",
        },
        {
          id: "Orang lain yang memutuskan. Sampai saat itu unit Anda tidak diberikan kepada siapa pun. Bila kami terlambat dan buktinya hanya satu jenis, banding dikabulkan.",
          en: "Somebody else decides. Until then your unit goes to nobody. If we are late and the evidence was of one kind only, the appeal is upheld.",
        },
        {
          id: "Dikabulkan: unitnya kembali dengan harga lama, atau satu unit disisihkan dari gelombang berikutnya sebelum dibuka.",
          en: "Upheld: the unit is yours again at the old price, or one is set aside from the next round before it opens.",
        },
        {
          id: "Kami mengundi pesanan yang ditolak dan yang diterima untuk diperiksa ulang, dan menerbitkan seberapa sering kami keliru. Aturan yang terlalu sering keliru berhenti membatalkan.",
          en: "We draw refused and accepted orders to be judged again, and publish how often we were wrong. A rule that is wrong too often stops cancelling.",
        },
      ],
    },
    {
      title: { id: "Yang tidak dapat diketahui", en: "What cannot be known" },
      lines: [
        {
          id: "Siapa yang akan menjual lagi satu unit yang dibelinya. Tidak ada yang dapat mengetahuinya; yang dibatasi adalah perbuatan, bukan niat.",
          en: "Who will resell the one unit they bought. Nobody can know; what is limited is conduct, not intent.",
        },
        {
          id: "Keluarga yang memakai satu ponsel dan satu dompet terlihat seperti jaringan kecil. Untuk itulah ada banding.",
          en: "A family with one phone and one wallet looks like a small ring. That is what the appeal is for.",
        },
        {
          id: "Jika toko tidak memberi tahu kami nama dan alamat yang sudah diverifikasi, satu orang dengan beberapa nomor adalah beberapa orang bagi undian. Jika memberi tahu, dua orang senama di satu alamat dapat tersatukan; katakan saja, seseorang akan memeriksanya.",
          en: "Where the shop tells us no verified names and addresses, one person with several numbers is several people to the draw. Where it does, two people of one name at one address may be put together; say so, and a person will look.",
        },
      ],
    },
  ],
  check: {
    id: "Setiap halaman penjualan punya tombol untuk menghitung ulang undiannya di peramban Anda sendiri.",
    en: "Every sale's page has a button that recomputes its draw in your own browser.",
  },
};
