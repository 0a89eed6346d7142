/* Names as they stand on street signs, gates and houses in Indonesia. */

import { list } from "./list.ts";

/** Streets; most occur in many towns. */
export const STREETS = list(`
Jenderal Sudirman, Jenderal Gatot Subroto, Jenderal Ahmad Yani, Ahmad Dahlan, Kyai Haji Wahid Hasyim
Kyai Haji Hasyim Asyari, Kyai Haji Zainul Arifin, Haji Agus Salim, Haji Samanhudi, Haji Juanda
Doktor Sutomo, Doktor Wahidin, Doktor Cipto Mangunkusumo, Doktor Saharjo, Doktor Radjiman
Profesor Moh Yamin, Profesor Supomo, Letjen Suprapto, Letjen S Parman, Letjen MT Haryono
Brigjen Katamso, Brigjen Slamet Riyadi, Mayjen Sutoyo, Mayjen Sungkono, Kolonel Sugiono
Kapten Tendean, Kapten Muslihat, Kapten Mulyadi, Urip Sumoharjo, Yos Sudarso, Adi Sucipto
Halim Perdanakusuma, Abdul Rahman Saleh, Diponegoro, Imam Bonjol, Teuku Umar, Cut Nyak Dien
Cut Meutia, Kartini, Dewi Sartika, Pattimura, Sultan Hasanuddin, Sultan Agung, Hayam Wuruk
Gajah Mada, Majapahit, Airlangga, Brawijaya, Trunojoyo, Untung Suropati, Sisingamangaraja
Teuku Cik Ditiro, Hang Tuah, Hang Lekir, Panglima Polim, Pangeran Antasari, Pangeran Jayakarta
Raden Saleh, Wolter Monginsidi, Sam Ratulangi, Otto Iskandar Dinata, Setiabudi, Sutan Syahrir
Mohammad Hatta, Mohammad Husni Thamrin, Cokroaminoto, Ki Hajar Dewantara, Ki Mangunsarkoro
Veteran, Pahlawan, Pemuda, Proklamasi, Merdeka, Asia Afrika, Pancasila, Perintis Kemerdekaan
Siliwangi, Sunan Ampel, Sunan Kalijaga, Sunan Giri, Pajajaran, Raya Bogor
Raya Cilangkap, Raya Lenteng Agung, Raya Serpong, Raya Darmo, Raya Kalimalang, Raya Janti
Raya Tlogomas, Raya Pasar Minggu, Raya Kebayoran Lama, Kaliurang, Parangtritis, Magelang
Solo, Godean, Wates, Malioboro, Mangkubumi, Affandi, Babarsari, Seturan, Cihampelas, Sukajadi
Setrasari, Cipaganti, Riau, Dago, Buah Batu, Kopo, Cibaduyut, Terusan Buah Batu, Gegerkalong
Manyar Kertoarjo, Dharmahusada, Kertajaya, Ngagel, Ketintang, Mayjen Yono Suwoyo, Kenjeran
Tunjungan, Embong Malang, Basuki Rahmat, Pandanaran, Soekarno Hatta, Ijen
Semeru, Merapi, Merbabu, Bromo, Rinjani, Kerinci, Galunggung, Ciremai, Lawu, Slamet, Sumbing
Citarum, Cisadane, Ciliwung, Brantas, Serayu, Progo, Mahakam, Barito, Kapuas, Musi, Batanghari
Melati, Mawar, Anggrek, Kenanga, Cempaka, Dahlia, Flamboyan, Bougenville, Teratai, Kamboja
Kemuning, Seruni, Tulip, Wijaya Kusuma, Mangga, Manggis, Rambutan, Duku, Salak, Jambu, Nangka
Belimbing, Sirsak, Kelapa, Durian, Pepaya, Delima, Merpati, Rajawali, Garuda, Elang, Kutilang
Cendrawasih, Kenari, Nuri, Kakatua, Merak, Perkutut, Kaswari, Akasia, Cemara, Mahoni, Jati
Meranti, Pinus, Beringin, Kapuk, Randu, Asem, Waru, Bambu, Kalibata, Tebet, Fatmawati
Radio Dalam, Ampera, Kemang, Bangka, Cipete, Pejaten, Condet, Otista, Dewi Sri, Sunset
Teuku Nyak Arief, Padang Galak, Tukad Badung, Tukad Pakerisan, Pettarani
Sultan Alauddin, Boulevard, Tanjung Duren, Mangga Besar, Pluit, Muara Karang, Gunung Sahari
`);

/** Roads out of town, whose houses are found by a kilometre. */
export const HIGHWAYS = list(`
Raya Bogor, Raya Serpong, Raya Lenteng Agung, Raya Kalimalang, Raya Tlogomas, Kaliurang, Solo
Parangtritis, Magelang, Wates, Godean, Soekarno Hatta, Raya Janti, Raya Cilangkap
`);

/** Words behind a street's name where several streets have it. */
export const DIRECTIONS = list("Barat, Timur, Utara, Selatan, Tengah, Dalam");

/** Lanes (gang) that have a name; others have a number. */
export const LANES = list(`
Haji Mukhtar, Haji Naim, Masjid, Mushola, Kelinci, Kancil, Buntu, Damai, Rukun, Sawo, Salam
Langgar, Madrasah, Pelita, Al Ikhlas, Bakti, Swadaya, Pancoran, Kamboja, Mangga, Sadar
`);

/** Estates of houses (perumahan). */
export const ESTATES = list(`
Griya Asri, Bumi Serpong Damai, Taman Sari Indah, Puri Kencana, Citra Garden, Bukit Cimanggu
Villa Mutiara, Graha Raya, Permata Hijau, Pesona Khayangan, Kota Wisata, Harapan Indah
Kemang Pratama, Galaxy, Taman Pinang Indah, Pondok Mutiara, Wisma Permai, Delta Sari Indah
Araya, Sawojajar, Tidar Permai, Griya Shanta, Puri Anjasmoro, Bukit Semarang Baru
Plamongan Indah, Fajar Indah, Solo Baru, Jogja Regency, Casa Grande, Taman Siswa Regency
Antapani Mas, Margahayu Raya, Batununggal Indah, Setra Duta, Johor Indah Permai, Citra Land
Bunga Raya, Duta Mas, Batu Aji Permai, Bumi Tamalanrea Permai, Minasa Upa, Kertajaya Indah
`);

/** Compounds with streets of their own (komplek). */
export const COMPOUNDS = list(`
Depkes, Pertamina, Telkom, Angkasa Pura, Polri, Pajak, Bea Cukai, BRI, Garuda, Kehutanan
Setneg, Perhubungan, Pelni, Pupuk Kujang, Dosen UI, Deplu, Bank Indonesia, Hankam, AURI
`);

export const APARTMENTS = list(`
Kalibata City, Green Pramuka, Taman Anggrek, Mediterania Garden, Bassura City, Gading Nias
Puri Park View, Green Bay Pluit, Margonda Residence, Educity, Puncak Kertajaya, Sudirman Suites
Gateway Ahmad Yani, Galeri Ciumbuleuit, Metro Suites, Soekarno Hatta Suites, Student Castle
Mutiara Bekasi, Grand Kamala Lagoon, Silkwood, Paltrow City, Vida View, Borneo Bay
`);

export const SHOP_ROWS = list(`
Grand Galaxy, Mangga Dua Square, Golden Boulevard, Kopo Plaza, Paskal Hyper Square, Setrasari
Gateway Waru, Pengampon Square, Manyar Megah Indah, Dinoyo Permai, Peterongan Plaza, Jati Junction
Citra Raya, Nagoya Hill, Mirama Square, Sentra Niaga, Pasar Segar, Graha Boulevard
`);

/** Hamlets (dusun, kampung). */
export const HAMLETS = list(`
Krajan, Sumber, Karanganyar, Ngentak, Nglarang, Gandok, Pandega, Sambirejo, Kebonsari, Jetis
Pulo, Rawa Bebek, Cikaret, Babakan Sari, Pasir Angin, Tegal Rejo, Kalongan, Sanggrahan, Bulu
Sidomukti, Curug, Parung Serab, Utan Kayu, Sawah Indah, Bojong Sari, Gempol, Sukamaju, Cijambe
`);

/** Names before an address: a lodging, a shop, a family. */
export const LODGINGS = list(`
Kos Putri Melati, Kos Pak Bambang, Kost Bu Endang, Kos Putra Barokah, Kos Griya Amanah
Kost Exclusive Pondok Asri, Kos Bu Haji, Wisma Bahagia, Kos Hijau, Kos Nusantara
`);

export const HOUSES = list(`
Toko Sinar Jaya, Warung Bu Tini, Rumah Pak Slamet, Bengkel Maju Motor, Laundry Bersih
Toko Berkah, Salon Ayu, Apotek Sehat, Klinik Harapan, Rumah Keluarga Siregar, Konter Sinar Cell
PT Karya Mandiri, CV Sumber Rejeki, TK Pertiwi, Rumah Bu Ratna, Studio Foto Abadi
`);

/** Notes for the courier. */
export const NOTES: readonly string[] = `
pagar hitam; sebelah warung bu Tini; titip satpam; depan masjid; rumah cat hijau; pagar putih tinggi
dekat Indomaret; samping Alfamart; belakang SD negeri; seberang pos ronda; depan lapangan voli
rumah pojok; ada pohon mangga di depan; tolong telepon dulu; jangan dibanting; masuk gang sebelah toko
titip tetangga kalau kosong; taruh di teras; bel rusak, ketuk saja; pagar coklat, mobil merah
sebelah bengkel; patokan tower telkomsel; dekat pom bensin; terima kasih pak kurir; kirim jam kerja
depan warung nasi padang; rumah bu RT; belakang puskesmas; kirim sebelum jam 5 sore; titip satpam 24 jam
hubungi 081298765432 kalau sudah dekat; WA dulu 0857 1122 3344; sebelah konter pulsa; lewat gerbang dua
`
  .trim()
  .split(/\s*[;\n]\s*/);
