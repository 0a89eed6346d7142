/* Names of restaurants, what they cook, and towns with their telephone area. */

import { list } from "./list.ts";

/** Towns as `District.city` names them. */
export const AREA_CODES: Readonly<Record<string, string>> = {
  "Jakarta Selatan": "021",
  "Jakarta Barat": "021",
  "Jakarta Pusat": "021",
  "Kota Bandung": "022",
  "Kota Semarang": "024",
  "Kota Surabaya": "031",
  "Kota Malang": "0341",
  "Kota Yogyakarta": "0274",
  "Kota Medan": "061",
  "Kota Makassar": "0411",
  "Kota Denpasar": "0361",
};

/** Words for a restaurant, each with other spellings. */
export const HOUSE_WORDS: readonly (readonly string[])[] = [
  ["Warung", "Wr.", "Waroeng"],
  ["Warung", "Wr.", "Waroeng"],
  ["Rumah Makan", "RM", "R.M.", "RM."],
  ["Restoran", "Resto", "Restaurant"],
  ["Depot", "Dpt."],
  ["Kedai", "Kede"],
  ["Kantin", "Kantin Makan"],
  ["Pondok", "Pd."],
];

/** Dishes with their kitchen, as different guides name it. */
export const DISHES: readonly { readonly dish: string; readonly kitchens: readonly string[] }[] = [
  { dish: "Soto Ayam", kitchens: ["Jawa Timur", "East Javanese", "Soto"] },
  { dish: "Soto Betawi", kitchens: ["Betawi", "Masakan Betawi", "Jakarta"] },
  { dish: "Rawon", kitchens: ["Jawa Timur", "East Javanese", "Masakan Jawa"] },
  { dish: "Gudeg", kitchens: ["Jawa", "Masakan Jawa", "Yogyakarta"] },
  { dish: "Sate Kambing", kitchens: ["Sate", "Satay", "Sate & Gulai"] },
  { dish: "Sate Padang", kitchens: ["Padang", "Masakan Padang", "Minang"] },
  { dish: "Nasi Padang", kitchens: ["Padang", "Masakan Padang", "Minang"] },
  { dish: "Ayam Goreng", kitchens: ["Ayam", "Fried chicken", "Indonesia"] },
  { dish: "Bebek Goreng", kitchens: ["Bebek", "Duck", "Indonesia"] },
  { dish: "Ikan Bakar", kitchens: ["Seafood", "Hidangan laut", "Ikan"] },
  { dish: "Seafood", kitchens: ["Seafood", "Hidangan laut", "Sari laut"] },
  { dish: "Bakso", kitchens: ["Bakso & Mie", "Bakso", "Noodles"] },
  { dish: "Mie Ayam", kitchens: ["Bakso & Mie", "Mie", "Noodles"] },
  { dish: "Nasi Goreng", kitchens: ["Indonesia", "Nusantara", "Indonesian"] },
  { dish: "Nasi Uduk", kitchens: ["Betawi", "Masakan Betawi", "Indonesian"] },
  { dish: "Pecel", kitchens: ["Jawa", "Masakan Jawa", "Sayur"] },
  { dish: "Coto Makassar", kitchens: ["Makassar", "Sulawesi", "Coto"] },
  { dish: "Babi Guling", kitchens: ["Bali", "Balinese", "Masakan Bali"] },
  { dish: "Karedok", kitchens: ["Sunda", "Sundanese", "Masakan Sunda"] },
  { dish: "Martabak", kitchens: ["Jajanan", "Snacks", "Martabak"] },
  { dish: "Bubur Ayam", kitchens: ["Bubur", "Sarapan", "Breakfast"] },
  { dish: "Dimsum", kitchens: ["Tionghoa", "Chinese", "Dimsum"] },
];

/** How the owner is called, each with other spellings; the first belongs to the name. */
export const OWNER_TITLES: readonly (readonly string[])[] = [
  ["Bu", "Ibu", "B."],
  ["Bu", "Ibu", "B."],
  ["Pak", "Bapak", "Pk."],
  ["Mbok", "Mbok", "Mbo"],
  ["Cak", "Cak", "Ck."],
  ["Haji", "H.", "Pak Haji"],
  ["Ny.", "Nyonya", "Ny"],
  ["Mang", "Kang", "Mang"],
  ["Uni", "Uni", "Ni"],
];

export const OWNERS = list(`
Kris, Rudy, Tini, Min, Har, Slamet, Suharti, Gembul, Joko, Yanti, Tjitro, Djuminten, Lasmi, Parto
Udin, Nani, Oka, Mangku, Ratna, Sri, Kadir, Imas, Ujang, Asep, Darmi, Sutinah, Wagiman, Poniyem
Kasno, Bambang, Temon, Sabar, Untung, Wiwik, Endang, Ropingah, Surati, Eko, Gendut, Jangkung, Ageng
Tarno, Yayuk, Marni, Popon, Emi, Fatimah, Zaenal, Mursidi, Sholeh, Giman, Narti, Pur, Joyo, Karso
`);

/** Houses without an owner's name. */
export const PROPER = list(`
Sederhana, Simpang Raya, Pagi Sore, Sari Rasa, Dapur Nusantara, Kampung Kecil, Bumi Joglo, Lesehan Asri
Taman Indie, Selera Kita, Rasa Sayang, Sinar Harapan, Bahari, Teluk Bayur, Kapau Jaya, Rindu Alam
Saung Kuring, Gubug Makan, Bale Raos, Kelapa Muda, Sambal Setan, Cobek Batu, Daun Pisang, Tepi Sawah
`);

/** Chains, each with several houses in one town. */
export const CHAINS = list(`
Solaria, Bakmi GM, Es Teler 77, Hoka Bento, Pecel Lele Lela, Ayam Bakar Wong Solo, Bebek Kaleyo
Mie Gacoan, Sate Khas Senayan, D'Cost Seafood, Bakso Lapangan Tembak, Ikan Bakar Cianjur, Kopi Kenangan
Warung Steak, Nasi Goreng Mafia, Ayam Geprek Bensu, Waroeng SS, Soto Kudus Blok M, Pempek Candy
Warung Leko, Depot Tiga Dara, Richeese Corner
`);
