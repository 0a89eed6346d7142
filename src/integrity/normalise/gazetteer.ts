/*
 * Cities and regencies of Indonesia, by province, as of 2022 (38 provinces). Where a city and a regency bear one
 * name it stands here once: forms leave "kota" and "kabupaten" away too often to tell them apart by it.
 */

const NAMES: readonly string[] = [
  // Aceh
  "aceh barat|aceh barat daya|aceh besar|aceh jaya|aceh selatan|aceh singkil|aceh tamiang|aceh tengah|aceh tenggara|aceh timur|aceh utara|bener meriah|bireuen|gayo lues|nagan raya|pidie|pidie jaya|simeulue|banda aceh|langsa|lhokseumawe|sabang|subulussalam",
  // Sumatera Utara
  "asahan|batu bara|dairi|deli serdang|humbang hasundutan|karo|labuhanbatu|labuhanbatu selatan|labuhanbatu utara|langkat|mandailing natal|nias|nias barat|nias selatan|nias utara|padang lawas|padang lawas utara|pakpak bharat|samosir|serdang bedagai|simalungun|tapanuli selatan|tapanuli tengah|tapanuli utara|toba|binjai|gunungsitoli|medan|padangsidimpuan|pematangsiantar|sibolga|tanjungbalai|tebing tinggi",
  // Sumatera Barat
  "agam|dharmasraya|kepulauan mentawai|lima puluh kota|padang pariaman|pasaman|pasaman barat|pesisir selatan|sijunjung|solok|solok selatan|tanah datar|bukittinggi|padang|padang panjang|pariaman|payakumbuh|sawahlunto",
  // Riau, Kepulauan Riau
  "bengkalis|indragiri hilir|indragiri hulu|kampar|kepulauan meranti|kuantan singingi|pelalawan|rokan hilir|rokan hulu|siak|dumai|pekanbaru|bintan|karimun|kepulauan anambas|lingga|natuna|batam|tanjungpinang",
  // Jambi, Bengkulu
  "batanghari|bungo|kerinci|merangin|muaro jambi|sarolangun|tanjung jabung barat|tanjung jabung timur|tebo|jambi|sungai penuh|bengkulu|bengkulu selatan|bengkulu tengah|bengkulu utara|kaur|kepahiang|lebong|mukomuko|rejang lebong|seluma",
  // Sumatera Selatan, Bangka Belitung
  "banyuasin|empat lawang|lahat|muara enim|musi banyuasin|musi rawas|musi rawas utara|ogan ilir|ogan komering ilir|ogan komering ulu|ogan komering ulu selatan|ogan komering ulu timur|penukal abab lematang ilir|lubuklinggau|pagar alam|palembang|prabumulih|bangka|bangka barat|bangka selatan|bangka tengah|belitung|belitung timur|pangkalpinang",
  // Lampung
  "lampung barat|lampung selatan|lampung tengah|lampung timur|lampung utara|mesuji|pesawaran|pesisir barat|pringsewu|tanggamus|tulang bawang|tulang bawang barat|way kanan|bandar lampung|metro",
  // Jakarta, Banten
  "jakarta barat|jakarta pusat|jakarta selatan|jakarta timur|jakarta utara|kepulauan seribu|lebak|pandeglang|serang|tangerang|cilegon|tangerang selatan",
  // Jawa Barat
  "bandung|bandung barat|bekasi|bogor|ciamis|cianjur|cirebon|garut|indramayu|karawang|kuningan|majalengka|pangandaran|purwakarta|subang|sukabumi|sumedang|tasikmalaya|banjar|cimahi|depok",
  // Jawa Tengah, Yogyakarta
  "banjarnegara|banyumas|batang|blora|boyolali|brebes|cilacap|demak|grobogan|jepara|karanganyar|kebumen|kendal|klaten|kudus|magelang|pati|pekalongan|pemalang|purbalingga|purworejo|rembang|semarang|sragen|sukoharjo|tegal|temanggung|wonogiri|wonosobo|salatiga|surakarta|bantul|gunungkidul|kulon progo|sleman|yogyakarta",
  // Jawa Timur
  "bangkalan|banyuwangi|blitar|bojonegoro|bondowoso|gresik|jember|jombang|kediri|lamongan|lumajang|madiun|magetan|malang|mojokerto|nganjuk|ngawi|pacitan|pamekasan|pasuruan|ponorogo|probolinggo|sampang|sidoarjo|situbondo|sumenep|trenggalek|tuban|tulungagung|batu|surabaya",
  // Bali, Nusa Tenggara
  "badung|bangli|buleleng|gianyar|jembrana|karangasem|klungkung|tabanan|denpasar|bima|dompu|lombok barat|lombok tengah|lombok timur|lombok utara|sumbawa|sumbawa barat|mataram|alor|belu|ende|flores timur|kupang|lembata|malaka|manggarai|manggarai barat|manggarai timur|nagekeo|ngada|rote ndao|sabu raijua|sikka|sumba barat|sumba barat daya|sumba tengah|sumba timur|timor tengah selatan|timor tengah utara",
  // Kalimantan
  "bengkayang|kapuas hulu|kayong utara|ketapang|kubu raya|landak|melawi|mempawah|sambas|sanggau|sekadau|sintang|pontianak|singkawang|barito selatan|barito timur|barito utara|gunung mas|kapuas|katingan|kotawaringin barat|kotawaringin timur|lamandau|murung raya|pulang pisau|seruyan|sukamara|palangka raya|balangan|barito kuala|hulu sungai selatan|hulu sungai tengah|hulu sungai utara|kotabaru|tabalong|tanah bumbu|tanah laut|tapin|banjarbaru|banjarmasin|berau|kutai barat|kutai kartanegara|kutai timur|mahakam ulu|paser|penajam paser utara|balikpapan|bontang|samarinda|bulungan|malinau|nunukan|tana tidung|tarakan",
  // Sulawesi
  "bolaang mongondow|bolaang mongondow selatan|bolaang mongondow timur|bolaang mongondow utara|kepulauan sangihe|kepulauan siau tagulandang biaro|kepulauan talaud|minahasa|minahasa selatan|minahasa tenggara|minahasa utara|bitung|kotamobagu|manado|tomohon|boalemo|bone bolango|gorontalo|gorontalo utara|pohuwato|banggai|banggai kepulauan|banggai laut|buol|donggala|morowali|morowali utara|parigi moutong|poso|sigi|tojo una una|tolitoli|palu|majene|mamasa|mamuju|mamuju tengah|pasangkayu|polewali mandar|bantaeng|barru|bone|bulukumba|enrekang|gowa|jeneponto|kepulauan selayar|luwu|luwu timur|luwu utara|maros|pangkajene dan kepulauan|pinrang|sidenreng rappang|sinjai|soppeng|takalar|tana toraja|toraja utara|wajo|makassar|palopo|parepare|bombana|buton|buton selatan|buton tengah|buton utara|kolaka|kolaka timur|kolaka utara|konawe|konawe kepulauan|konawe selatan|konawe utara|muna|muna barat|wakatobi|baubau|kendari",
  // Maluku
  "buru|buru selatan|kepulauan aru|kepulauan tanimbar|maluku barat daya|maluku tengah|maluku tenggara|seram bagian barat|seram bagian timur|ambon|tual|halmahera barat|halmahera selatan|halmahera tengah|halmahera timur|halmahera utara|kepulauan sula|pulau morotai|pulau taliabu|ternate|tidore kepulauan",
  // Papua
  "fakfak|kaimana|manokwari|manokwari selatan|maybrat|pegunungan arfak|raja ampat|sorong|sorong selatan|tambrauw|teluk bintuni|teluk wondama|asmat|biak numfor|boven digoel|deiyai|dogiyai|intan jaya|jayapura|jayawijaya|keerom|kepulauan yapen|lanny jaya|mamberamo raya|mamberamo tengah|mappi|merauke|mimika|nabire|nduga|paniai|pegunungan bintang|puncak|puncak jaya|sarmi|supiori|tolikara|waropen|yahukimo|yalimo",
];

/** Every city and regency, once. */
export const CITY_NAMES: readonly string[] = [
  ...new Set(NAMES.flatMap((province) => province.split("|"))),
];

/** Other spellings of them. */
export const CITY_SHORT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    jakbar: "jakarta barat",
    jakpus: "jakarta pusat",
    jaksel: "jakarta selatan",
    jaktim: "jakarta timur",
    jakut: "jakarta utara",
    tangsel: "tangerang selatan",
    jogja: "yogyakarta",
    jogjakarta: "yogyakarta",
    yogya: "yogyakarta",
    diy: "yogyakarta",
    solo: "surakarta",
    bdg: "bandung",
    sby: "surabaya",
    smg: "semarang",
    mks: "makassar",
    "ujung pandang": "makassar",
    btm: "batam",
    plg: "palembang",
    mdn: "medan",
    bpp: "balikpapan",
    bjm: "banjarmasin",
    kukar: "kutai kartanegara",
    oku: "ogan komering ulu",
    oki: "ogan komering ilir",
    muba: "musi banyuasin",
    pali: "penukal abab lematang ilir",
    "kuala tungkal": "tanjung jabung barat",
    sidrap: "sidenreng rappang",
    pangkep: "pangkajene dan kepulauan",
    polman: "polewali mandar",
    sitaro: "kepulauan siau tagulandang biaro",
    tobasa: "toba",
    "toba samosir": "toba",
    siantar: "pematangsiantar",
    "gunung kidul": "gunungkidul",
    kulonprogo: "kulon progo",
    palangkaraya: "palangka raya",
    "tanjung pinang": "tanjungpinang",
    "pangkal pinang": "pangkalpinang",
    "lubuk linggau": "lubuklinggau",
    "pare pare": "parepare",
    "bau bau": "baubau",
    "batu raja": "ogan komering ulu",
    "tanjung balai": "tanjungbalai",
    "pematang siantar": "pematangsiantar",
    "padang sidempuan": "padangsidimpuan",
    "gunung sitoli": "gunungsitoli",
    "labuhan batu": "labuhanbatu",
    "mamuju utara": "pasangkayu",
    "maluku tenggara barat": "kepulauan tanimbar",
    "toli toli": "tolitoli",
    "muko muko": "mukomuko",
    "fak fak": "fakfak",
    muarojambi: "muaro jambi",
  }),
);
