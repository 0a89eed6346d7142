/* Names of people, for tables of people. */

import { list } from "./list.ts";

export const MEN = list(`
Agus, Ahmad, Aditya, Andi, Anton, Arif, Bagus, Bambang, Bayu, Budi, Cahyo, Dedi, Deni, Dimas
Eko, Fajar, Fauzan, Galih, Gilang, Hadi, Hendra, Heru, Ilham, Imam, Indra, Irfan, Iwan, Joko
Kurnia, Lukman, Made, Muhammad, Nanda, Nugroho, Oki, Putu, Rahmat, Raka, Reza, Rizki, Roni, Rudi
Satria, Sigit, Slamet, Surya, Taufik, Teguh, Tono, Wahyu, Wawan, Yoga, Yudi, Yusuf, Zainal
`);

export const WOMEN = list(`
Ani, Anisa, Ayu, Bunga, Citra, Dewi, Diah, Dian, Dina, Eka, Endang, Erna, Fitri, Gita, Hani
Ika, Indah, Intan, Ira, Kartika, Komang, Laila, Lestari, Lia, Lina, Maya, Mega, Nadia, Ni Luh
Nina, Novi, Nur, Nurul, Putri, Rahma, Rani, Ratna, Rina, Rini, Sari, Siti, Sri, Tika, Tina, Tri
Umi, Vera, Wati, Widya, Wulan, Yanti, Yuni, Zahra
`);

export const SURNAMES = list(`
Santoso, Wijaya, Saputra, Hidayat, Nugroho, Setiawan, Kusuma, Pratama, Wibowo, Susanto, Gunawan
Siregar, Nasution, Lubis, Harahap, Sihombing, Simanjuntak, Panjaitan, Hutapea, Sinaga, Manurung
Tanjung, Chaniago, Koto, Piliang, Ginting, Tarigan, Sembiring, Lumbantoruan, Situmorang, Purba
Halim, Tanuwijaya, Hartono, Salim, Gozali, Lim, Tan, Wirawan, Sutanto, Budiman, Suryadi, Firmansyah
Ramadhan, Maulana, Hakim, Fadillah, Permana, Prasetyo, Purnomo, Suharto, Haryanto, Utomo, Widodo
Rahardjo, Sasongko, Mulyono, Iskandar, Effendi, Syahputra, Pangestu, Laksana, Perdana, Anggraini
Rumengan, Wowor, Mandagi, Tumewu, Lasut, Pattiasina, Latuconsina, Tuhumury, Daeng, Mappanyukki
Da Costa, Ximenes, Nainggolan, Sitorus, Pardede, Batubara, Matondang, Kurniawan, Adiputra, Yulianto
`);

/** Names with marks, as they stand in passports of Flores, Timor, Manado and elsewhere. */
export const MARKED_MEN = list(`
José, André, René, Zoltán, Müller, João, Moïse, Jérôme, Tomás, Björn, Søren, Łukasz, Raúl, Çetin
`);
export const MARKED_WOMEN = list(`
Zoë, Michèle, Désirée, Inês, Renée, Chloë, Siân, Mónica, Conceição, Daniëlle, Noémie, Aimée, Léa
`);
export const MARKED_SURNAMES = list(`
Gonçalves, Fernández, Araújo, Conceição, Guimarães, Müller, Löwe, Nuñez, Simões, Dvořák, Brandão
Magalhães, Peña, Björkman, Lemaître, Šimić
`);

export const MAIL_HOSTS = list(`
gmail.com, gmail.com, gmail.com, gmail.com, yahoo.com, yahoo.co.id, outlook.com, hotmail.com, icloud.com
`);

/** Titles before a name: of men, of women, of both. */
export const TITLES = {
  men: list("H., Drs., Haji, Bpk."),
  women: list("Hj., Dra., Hajjah, Ibu"),
  both: list("Dr., dr., Ir., Prof."),
};

/** Titles behind a name. */
export const DEGREES = list("S.Kom, S.E., S.Pd., S.H., M.M., S.T., M.Si, A.Md., S.Kom. M.T., Sp.A");
