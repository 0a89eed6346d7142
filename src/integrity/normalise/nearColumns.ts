/*
 * Headers that are nearly those that are read: an Indonesian name for one of our columns, or one letter wrong. Must
 * never happen: such a column is taken for ours without a word, or left out without one.
 */

import { headerKey, placeOfHeader } from "../../connectors/formats/cells.ts";
import { CANONICAL } from "../../connectors/formats/canonical.ts";
import {
  CANONICAL_COLUMNS,
  type CanonicalColumn,
  type Format,
} from "../../connectors/formats/format.ts";
import { isOneSlip } from "./nearWord.ts";

/** The names that people have for each column, as `headerKey` writes it. No name stands twice. */
const NAMES: Readonly<Record<CanonicalColumn, string>> = {
  order_id:
    "nopesanan nomorpesanan idpesanan kodepesanan noorder nomororder orderno ordernumber ordersn noinvoice nomorinvoice invoice invoiceno notransaksi nomortransaksi idtransaksi",
  channel: "kanal saluran lokapasar marketplace toko platform",
  account_id:
    "akun idakun account username usernamepembeli namaakun pembeli buyer buyerid buyerusername customerid idpelanggan idpembeli iduser userid member",
  account_created_at:
    "akundibuat tanggaldaftar tgldaftar waktudaftar registeredat signupdate registrationdate accountcreated tanggalakun",
  ordered_at:
    "waktupesanan waktupesan waktupesanandibuat tanggalpesanan tglpesanan tanggalpesan tanggalorder tglorder waktuorder tanggaltransaksi tgltransaksi tanggal tgl waktu orderdate ordertime createdat createdtime timestamp",
  name: "nama namapenerima namapembeli namalengkap namapelanggan penerima recipient recipientname receiver receivername customername fullname",
  phone:
    "nohp nomorhp hp nohandphone handphone notelp nomortelp notelepon nomortelepon telepon telp nowa nomorwa wa whatsapp phoneno phonenumber mobile mobileno mobilenumber msisdn",
  email: "surel surelpembeli alamatemail alamatsurel emailaddress emailpembeli mail",
  address:
    "alamat alamatpengiriman alamatpenerima alamatlengkap alamatkirim shippingaddress deliveryaddress detailaddress street jalan",
  district: "kecamatan kec kelurahan subdistrict kecamatankelurahan",
  city: "kota kabupaten kotakabupaten kabkota kabupatenkota town regency",
  device_id: "idperangkat perangkat idgawai gawai device iddevice imei deviceidentifier",
  ip: "alamatip ipaddress ippembeli ipaddr",
  user_agent: "peramban browser agenpengguna",
  payment_method: "metodepembayaran metodebayar carabayar carapembayaran paymenttype paymethod",
  payment_id:
    "idpembayaran norekening nomorrekening rekening nokartu nomorkartu novirtualaccount nova virtualaccount paymentreference",
  units: "jumlah jumlahunit jumlahbarang qty kuantitas quantity unit banyaknya pcs",
  sku: "kodebarang kodeproduk kodesku skuproduk productcode",
  unit_price: "harga hargasatuan hargabarang hargaunit price",
  status: "statuspesanan orderstatus statusorder",
  cancelled_at: "waktubatal tanggalbatal tglbatal dibatalkanpada canceledat waktupembatalan",
};

/** In shorter headers one wrong letter makes another word: nama, nada. */
const SHORTEST_SLIP = 5;

const isSlip = (a: string, b: string): boolean =>
  Math.min(a.length, b.length) >= SHORTEST_SLIP && isOneSlip(a, b);

const COLUMN_OF: ReadonlyMap<string, CanonicalColumn> = new Map(
  CANONICAL_COLUMNS.flatMap((column) =>
    [headerKey(column), ...NAMES[column].split(" ")].map((name) => [name, column] as const),
  ),
);

/** The column that a header nearly names: by a name that people have for it, else by one slip; null for any other. */
export function columnNearTo(header: string): CanonicalColumn | null {
  const key = headerKey(header);
  const named = COLUMN_OF.get(key);
  if (named !== undefined) return named;
  for (const [name, column] of COLUMN_OF) if (isSlip(key, name)) return column;
  return null;
}

/** Headers told beside one that is not there. */
const NEAREST_TOLD = 3;
/** In shorter headers a part says little: "no" stands in all of them. */
const SHORTEST_PART = 4;

/** Headers of a file that may be the one that was looked for: a slip away, of one meaning, or a part of it. */
export function nearestHeaders(wanted: string, headers: readonly string[]): string[] {
  const key = headerKey(wanted);
  const column = columnNearTo(wanted);
  const isPart = (short: string, long: string) =>
    short.length >= SHORTEST_PART && long.includes(short);
  const near = headers.filter((header) => {
    const other = headerKey(header);
    if (other === "") return false;
    if (isSlip(key, other) || isPart(key, other) || isPart(other, key)) return true;
    return column !== null && columnNearTo(header) === column;
  });
  return near.slice(0, NEAREST_TOLD);
}

/** A header that is not read, and our column that it nearly names. */
export interface NearHeader {
  readonly header: string;
  readonly column: CanonicalColumn;
  /** The header by which the format knows that column. */
  readonly meant: string;
}

/** Headers that are not read, although they nearly name a column that is not there. */
export function nearHeaders({ columns, name }: Format, headers: readonly string[]): NearHeader[] {
  const placeOf = (header: string) => placeOfHeader(headers, header);
  const read = new Set(Object.values(columns).flat().map(placeOf));
  const unread = headers.filter((header, at) => headerKey(header) !== "" && !read.has(at));
  const isOwn = name === CANONICAL.name;
  return CANONICAL_COLUMNS.flatMap((column) => {
    const known = columns[column] ?? [];
    if (known.some((header) => placeOf(header) >= 0)) return [];
    const [meant = column] = known;
    // A marketplace has many columns of its own: of them only one that is a slip away was meant.
    const isNear = (header: string) =>
      isOwn
        ? columnNearTo(header) === column
        : known.some((one) => isSlip(headerKey(one), headerKey(header)));
    return unread.filter(isNear).map((header) => ({ header, column, meant }));
  });
}

/** A map for a table of one's own, by what its headers mean; null where they do not name an order and its time. */
export function mapFor(headers: readonly string[]): Record<string, string> | null {
  const columns: Partial<Record<CanonicalColumn, string>> = {};
  for (const header of headers) {
    const column = columnNearTo(header);
    if (column !== null) columns[column] ??= header;
  }
  const { order_id, ordered_at } = columns;
  return order_id === undefined || ordered_at === undefined ? null : columns;
}

/** How many of our columns a row's cells name: a row of headers names several. */
export const namedColumns = (cells: readonly string[]): number =>
  new Set(cells.map((cell) => COLUMN_OF.get(headerKey(cell))).filter((one) => one !== undefined))
    .size;
