/*
 * Districts of Indonesia with their towns. Several names occur in more than one town: Sukajadi,
 * Genteng, Tegalsari, Sawahan, Banjarsari, Sukasari, Beji, Setu, Cibinong and others.
 */

/** A district (kecamatan). */
export interface District {
  readonly name: string;
  /** With its kind: "Kota Bandung", "Kabupaten Bogor"; the five of Jakarta have none. */
  readonly city: string;
  readonly province: string;
  /** The first three digits of its postal codes. */
  readonly postal: string;
  readonly villages: readonly string[];
}

const ROWS = `
Tebet|Jakarta Selatan|DKI Jakarta|128|Tebet Barat,Menteng Dalam,Bukit Duri,Manggarai
Kebayoran Baru|Jakarta Selatan|DKI Jakarta|121|Gandaria Utara,Melawai,Senayan,Petogogan
Pasar Minggu|Jakarta Selatan|DKI Jakarta|125|Pejaten Barat,Ragunan,Jati Padang
Jagakarsa|Jakarta Selatan|DKI Jakarta|126|Lenteng Agung,Ciganjur,Srengseng Sawah
Cilandak|Jakarta Selatan|DKI Jakarta|124|Lebak Bulus,Pondok Labu,Gandaria Selatan
Jatinegara|Jakarta Timur|DKI Jakarta|133|Cipinang Muara,Bidara Cina,Rawa Bunga
Duren Sawit|Jakarta Timur|DKI Jakarta|134|Pondok Kelapa,Klender,Malaka Jaya
Cakung|Jakarta Timur|DKI Jakarta|139|Penggilingan,Pulogebang,Ujung Menteng
Kramat Jati|Jakarta Timur|DKI Jakarta|135|Cililitan,Batu Ampar,Dukuh
Kebon Jeruk|Jakarta Barat|DKI Jakarta|115|Kedoya Utara,Sukabumi Selatan,Duri Kepa
Grogol Petamburan|Jakarta Barat|DKI Jakarta|114|Tomang,Jelambar,Tanjung Duren Utara
Cengkareng|Jakarta Barat|DKI Jakarta|117|Kapuk,Rawa Buaya,Duri Kosambi
Tambora|Jakarta Barat|DKI Jakarta|112|Angke,Jembatan Lima,Pekojan
Kelapa Gading|Jakarta Utara|DKI Jakarta|142|Pegangsaan Dua,Kelapa Gading Timur
Tanjung Priok|Jakarta Utara|DKI Jakarta|143|Sunter Agung,Papanggo,Warakas
Kemayoran|Jakarta Pusat|DKI Jakarta|106|Serdang,Utan Panjang,Sumur Batu
Menteng|Jakarta Pusat|DKI Jakarta|103|Gondangdia,Cikini,Kebon Sirih
Cempaka Putih|Jakarta Pusat|DKI Jakarta|105|Rawasari,Cempaka Putih Timur
Coblong|Kota Bandung|Jawa Barat|401|Dago,Lebak Siliwangi,Sadang Serang,Sekeloa
Sukajadi|Kota Bandung|Jawa Barat|401|Pasteur,Cipedes,Sukagalih,Sukabungah
Andir|Kota Bandung|Jawa Barat|401|Garuda,Ciroyom,Maleber
Lengkong|Kota Bandung|Jawa Barat|402|Turangga,Cijagra,Burangrang,Malabar
Sukasari|Kota Bandung|Jawa Barat|401|Gegerkalong,Sarijadi,Isola
Sukasari|Kabupaten Sumedang|Jawa Barat|453|Sukarapih,Genteng,Nanggerang
Cisarua|Kabupaten Bandung Barat|Jawa Barat|405|Jambudipa,Kertawangi,Padaasih
Cisarua|Kabupaten Bogor|Jawa Barat|167|Tugu Utara,Kopo,Batulayang
Cibinong|Kabupaten Bogor|Jawa Barat|169|Pakansari,Cirimekar,Nanggewer
Cibinong|Kabupaten Cianjur|Jawa Barat|432|Sukajadi,Pananggapan,Hamerang
Gunung Putri|Kabupaten Bogor|Jawa Barat|169|Wanaherang,Bojong Kulur,Cikeas Udik
Bogor Utara|Kota Bogor|Jawa Barat|161|Bantarjati,Tegal Gundil,Cibuluh
Beji|Kota Depok|Jawa Barat|164|Kemiri Muka,Pondok Cina,Kukusan
Beji|Kabupaten Pasuruan|Jawa Timur|671|Gununggangsir,Cangkringmalang,Kenep
Cimanggis|Kota Depok|Jawa Barat|164|Tugu,Mekarsari,Cisalak Pasar
Depok|Kabupaten Sleman|DI Yogyakarta|552|Caturtunggal,Condongcatur,Maguwoharjo
Depok|Kabupaten Cirebon|Jawa Barat|456|Warukawung,Kejuden,Keduanan
Bekasi Timur|Kota Bekasi|Jawa Barat|171|Aren Jaya,Duren Jaya,Bekasi Jaya
Jatiasih|Kota Bekasi|Jawa Barat|174|Jatikramat,Jatimekar,Jatirasa
Setu|Kabupaten Bekasi|Jawa Barat|173|Ciledug,Lubangbuaya,Burangkeng
Setu|Kota Tangerang Selatan|Banten|153|Muncul,Babakan,Kranggan
Serpong|Kota Tangerang Selatan|Banten|153|Rawa Buntu,Ciater,Lengkong Gudang
Ciputat|Kota Tangerang Selatan|Banten|154|Sawah Baru,Jombang,Serua
Karawaci|Kota Tangerang|Banten|151|Cimone,Bugel,Nusa Jaya
Cipocok Jaya|Kota Serang|Banten|421|Banjarsari,Penancangan,Dalung
Klojen|Kota Malang|Jawa Timur|651|Oro-oro Dowo,Kauman,Rampal Celaket
Lowokwaru|Kota Malang|Jawa Timur|651|Dinoyo,Jatimulyo,Tulusrejo
Sukun|Kota Malang|Jawa Timur|651|Bandulan,Gadang,Karangbesuki
Genteng|Kota Surabaya|Jawa Timur|602|Ketabang,Embong Kaliasin,Peneleh
Genteng|Kabupaten Banyuwangi|Jawa Timur|684|Kembiritan,Setail,Kaligondo
Tegalsari|Kota Surabaya|Jawa Timur|602|Keputran,Dr. Soetomo,Wonorejo
Tegalsari|Kabupaten Banyuwangi|Jawa Timur|684|Dasri,Tamansari,Karangdoro
Sawahan|Kota Surabaya|Jawa Timur|602|Petemon,Kupang Krajan,Pakis
Sawahan|Kabupaten Nganjuk|Jawa Timur|644|Ngliman,Bareng,Sidorejo
Gubeng|Kota Surabaya|Jawa Timur|602|Airlangga,Mojo,Kertajaya
Rungkut|Kota Surabaya|Jawa Timur|602|Kali Rungkut,Medokan Ayu,Penjaringan Sari
Waru|Kabupaten Sidoarjo|Jawa Timur|612|Kureksari,Tropodo,Wedoro,Pepelegi
Waru|Kabupaten Pamekasan|Jawa Timur|693|Tlonto Raja,Sumber Waru
Taman|Kabupaten Sidoarjo|Jawa Timur|612|Sepanjang,Ketegan,Geluran
Taman|Kota Madiun|Jawa Timur|631|Banjarejo,Pandean,Mojorejo
Kaliwates|Kabupaten Jember|Jawa Timur|681|Jember Kidul,Mangli,Sempusari
Banyumanik|Kota Semarang|Jawa Tengah|502|Srondol Wetan,Pudakpayung,Ngesrep
Tembalang|Kota Semarang|Jawa Tengah|502|Bulusan,Kedungmundu,Sendangmulyo
Pedurungan|Kota Semarang|Jawa Tengah|501|Tlogosari Kulon,Gemah,Kalicari
Banjarsari|Kota Surakarta|Jawa Tengah|571|Nusukan,Manahan,Kadipiro
Banjarsari|Kabupaten Ciamis|Jawa Barat|463|Cibadak,Sindangsari,Ciulu
Laweyan|Kota Surakarta|Jawa Tengah|571|Purwosari,Pajang,Sondakan
Grogol|Kabupaten Sukoharjo|Jawa Tengah|575|Madegondo,Cemani,Kwarasan
Grogol|Kabupaten Kediri|Jawa Timur|641|Cerme,Sonorejo,Gambyok
Wonosari|Kabupaten Gunungkidul|DI Yogyakarta|558|Kepek,Baleharjo,Siraman
Wonosari|Kabupaten Klaten|Jawa Tengah|574|Bentangan,Pandanan,Sekaran
Purwokerto Utara|Kabupaten Banyumas|Jawa Tengah|531|Grendeng,Bancarkembar,Sumampir
Ngemplak|Kabupaten Sleman|DI Yogyakarta|555|Wedomartani,Umbulmartani,Widodomartani
Ngemplak|Kabupaten Boyolali|Jawa Tengah|573|Donohudan,Sawahan,Ngesrep
Gondokusuman|Kota Yogyakarta|DI Yogyakarta|552|Baciro,Klitren,Terban
Umbulharjo|Kota Yogyakarta|DI Yogyakarta|551|Sorosutan,Giwangan,Warungboto
Kasihan|Kabupaten Bantul|DI Yogyakarta|551|Tamantirto,Ngestiharjo,Bangunjiwo
Medan Helvetia|Kota Medan|Sumatera Utara|201|Helvetia Tengah,Dwikora,Sei Sikambing C
Medan Johor|Kota Medan|Sumatera Utara|201|Gedung Johor,Pangkalan Masyhur,Kwala Bekala
Medan Baru|Kota Medan|Sumatera Utara|201|Padang Bulan,Merdeka,Petisah Hulu
Sukajadi|Kota Pekanbaru|Riau|281|Jadirejo,Kampung Melayu,Pulau Karomah
Marpoyan Damai|Kota Pekanbaru|Riau|281|Sidomulyo Timur,Tangkerang Barat,Wonorejo
Batam Kota|Kota Batam|Kepulauan Riau|294|Belian,Baloi Permai,Teluk Tering
Kuranji|Kota Padang|Sumatera Barat|251|Korong Gadang,Sungai Sapih,Ampang
Ilir Barat I|Kota Palembang|Sumatera Selatan|301|Demang Lebar Daun,Bukit Lama,Lorok Pakjo
Sukarami|Kota Palembang|Sumatera Selatan|301|Kebun Bunga,Talang Betutu,Sukajaya
Kedaton|Kota Bandar Lampung|Lampung|351|Sidodadi,Surabaya,Penengahan
Sukarame|Kota Bandar Lampung|Lampung|351|Way Dadi,Korpri Jaya
Pontianak Selatan|Kota Pontianak|Kalimantan Barat|781|Akcaya,Benua Melayu Darat,Parit Tokaya
Banjarmasin Utara|Kota Banjarmasin|Kalimantan Selatan|701|Sungai Miai,Alalak Utara,Kuin Utara
Samarinda Ulu|Kota Samarinda|Kalimantan Timur|751|Air Putih,Sidodadi,Jawa
Balikpapan Selatan|Kota Balikpapan|Kalimantan Timur|761|Sepinggan,Gunung Bahagia,Damai Baru
Panakkukang|Kota Makassar|Sulawesi Selatan|902|Masale,Tamamaung,Karampuang
Rappocini|Kota Makassar|Sulawesi Selatan|902|Gunung Sari,Tidung,Kassi-Kassi
Malalayang|Kota Manado|Sulawesi Utara|951|Bahu,Winangun,Kleak
Denpasar Selatan|Kota Denpasar|Bali|802|Sesetan,Panjer,Sanur Kauh,Pedungan
Denpasar Barat|Kota Denpasar|Bali|801|Padangsambian,Dauh Puri,Pemecutan
Kuta Utara|Kabupaten Badung|Bali|803|Kerobokan,Canggu,Dalung
Selaparang|Kota Mataram|Nusa Tenggara Barat|831|Rembiga,Gomong,Monjok
Oebobo|Kota Kupang|Nusa Tenggara Timur|851|Fatululi,Liliba,Oetete
Abepura|Kota Jayapura|Papua|993|Kota Baru,Yobe,Hedam
`;

function read(row: string): District {
  const [name = "", city = "", province = "", postal = "", villages = ""] = row.split("|");
  return { name, city, province, postal, villages: villages.split(",") };
}

export const DISTRICTS: readonly District[] = ROWS.trim().split("\n").map(read);
