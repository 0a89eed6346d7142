import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LAZADA } from "../../../../src/connectors/formats/lazada.ts";
import { SHOPEE_ENGLISH, SHOPEE_INDONESIAN } from "../../../../src/connectors/formats/shopee.ts";
import { TIKTOK_SHOP } from "../../../../src/connectors/formats/tiktokShop.ts";
import type { Format } from "../../../../src/connectors/formats/format.ts";
import { importOrders } from "../../../../src/integrity/io/importOrders.ts";
import { standingOf, type Standing } from "../../../../src/integrity/table/standing.ts";

/* Orders that no longer stand, by the words of four marketplaces and of own tables in two languages. */

const folder = mkdtempSync(join(tmpdir(), "giliran-standing-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Words as exports have them; of Shopee and TikTok Shop two cells, joined. */
const WORDS: Readonly<Record<Standing, readonly string[]>> = {
  living: [
    "Perlu Dikirim",
    "Sedang Dikirim",
    "Telah Dikirim",
    "Selesai",
    "Dikirim",
    "Siap Dikirim",
    "Pesanan diterima, namun Pembeli masih dapat mengajukan pengembalian hingga 2026-02-01",
    "Selesai Permintaan Ditolak",
    "Perlu Dikirim Pembatalan Diajukan",
    "Sedang Dikirim Pengembalian Diajukan",
    "Selesai Pengembalian Ditolak",
    "Selesai Permintaan Dibatalkan",
    "Perlu Dikirim Permintaan Pembatalan Ditolak",
    "Selesai Pengembalian Dibatalkan",
    "To Ship",
    "Shipping",
    "Shipped",
    "Completed",
    "READY_TO_SHIP",
    "PROCESSED",
    "TO_CONFIRM_RECEIVE",
    "IN_CANCEL",
    "To Receive",
    "Completed Request Rejected",
    "Completed Request Cancelled",
    "RETRY_SHIP",
    "INVOICE_PENDING",
    "TO_RETURN",
    "Pesanan Baru",
    "Pesanan Selesai",
    "Dalam Pengiriman",
    "Sampai Tujuan",
    "Pesanan Tiba",
    "Pesanan Dikomplain",
    "Pembayaran Diterima",
    "Pesanan diproses",
    "Menunggu Konfirmasi",
    "Menunggu Konfirmasi Penjual",
    "Siap Kirim",
    "pending",
    "packed",
    "ready_to_ship",
    "ready_to_ship_pending",
    "shipped",
    "delivered",
    "confirmed",
    "topack",
    "toship",
    "repacked",
    "INFO_ST_DOMESTIC_RETURN_REQUEST",
    "failed",
    "failed_delivery",
    "delivery failed",
    "Package Delivery Failed",
    "To ship Awaiting shipment",
    "To ship Awaiting collection",
    "Shipped In transit",
    "Shipped Delivered",
    "Perlu dikirim Menunggu pengiriman",
    "Perlu dikirim Menunggu diambil",
    "Dikirim Transit",
    "AWAITING_SHIPMENT",
    "AWAITING_COLLECTION",
    "PARTIALLY_SHIPPING",
    "IN_TRANSIT",
    "DELIVERED",
    "On hold",
    "ON_HOLD",
    "Ditahan",
    "paid",
    "authorized",
    "partially_refunded",
    "partially_paid",
    "lunas",
    "sudah dibayar",
    "dibayar",
    "ok",
    "aktif",
    "tidak dibatalkan",
    "not cancelled",
    "tidak batal",
    "no refund",
    "not refunded",
    "belum dibatalkan",
    "pembatalan ditolak",
    "Diretur Sebagian",
    "Perlu Dikirim Permintaan Pembatalan Diproses",
    "Cancellation requested",
    "Return requested",
    "Return/Refund Requested",
    "Refund Rejected",
    "Selesai Pengembalian Dana/Barang Ditolak",
    "cancel_requested",
    "refund_pending",
    "Cancel Rejected",
    "Cancellation Rejected",
    "Return cancelled",
    "Return Declined",
    "Selesai Pengajuan Pengembalian",
    "cancellation pending",
    "To ship Cancellation requested",
    "Perlu dikirim Permintaan pembatalan",
  ],
  cancelled: [
    "Batal",
    "Dibatalkan",
    "Dibatalkan oleh Pembeli",
    "Dibatalkan secara otomatis oleh sistem Shopee",
    "Batal Pembatalan Disetujui",
    "Batal Permintaan Disetujui",
    "Dibatalkan Permintaan Disetujui",
    "Batal Permintaan pembatalan disetujui",
    "Batal Alasan: Perlu mengubah alamat pengiriman",
    "Cancelled",
    "CANCELLED",
    "Canceled",
    "Cancelled Request Approved",
    "Cancelled by Buyer",
    "Dibatalkan Penjual",
    "Dibatalkan Pembeli",
    "Dibatalkan Sistem",
    "Pesanan Dibatalkan",
    "Pesanan Ditolak",
    "Ditolak Penjual",
    "Pesanan Ditolak oleh Penjual",
    "Rejected by seller",
    "Order rejected",
    "canceled",
    "cancelled",
    "Package cancelled",
    "Batal oleh sistem",
    "Canceled Canceled",
    "Cancelled Cancelled",
    "Dibatalkan Dibatalkan",
    "CANCEL",
    "BATAL",
    "batalkan",
    "cancel",
    "cancelled by admin",
    "void",
    "dibatalkan pembeli krn salah alamat",
    "Cancellation approved",
    "Cancel Request Approved",
    "Permintaan Pembatalan Disetujui",
    "Dibatalkan Permintaan pembatalan disetujui",
    "Batal Pembeli tidak membayar",
    "Dibatalkan belum dibayar",
  ],
  unpaid: [
    "Belum Bayar",
    "Belum Dibayar",
    "Menunggu Pembayaran",
    "UNPAID",
    "Unpaid",
    "To Pay",
    "Pembayaran Kedaluwarsa",
    "Pembayaran kadaluwarsa",
    "Pembayaran Gagal",
    "Payment failed",
    "Menunggu pembayaran terverifikasi",
    "unpaid",
    "Belum dibayar",
    "Unpaid Unpaid",
    "Belum dibayar Belum dibayar",
    "Belum bayar",
    "belum lunas",
    "pending payment",
    "pending_payment",
    "gagal bayar",
    "tidak dibayar",
    "Pembayaran ditolak",
    "Payment rejected",
    "payment declined",
  ],
  refunded: [
    "Pengembalian",
    "Pengembalian Barang/Dana",
    "Selesai Pengembalian Disetujui",
    "Dana Dikembalikan",
    "Pengembalian Selesai",
    "Selesai Pengembalian Dana Selesai",
    "Telah Dikirim Permintaan Disetujui Pengembalian Dana",
    "Completed Refund Completed",
    "Return/Refund",
    "Refund Approved",
    "Returned",
    "Pengembalian Dana Berhasil",
    "Refunded",
    "Dana dikembalikan ke pembeli",
    "returned",
    "shipped_back",
    "shipped_back_success",
    "Dikembalikan",
    "return_completed",
    "Package Returned",
    "refund",
    "direfund",
    "retur",
    "diretur",
    "uang kembali",
    "dana kembali",
    "REFUND SELESAI",
    "Return Request Approved",
    "Permintaan Pengembalian Dana Disetujui",
    "Pengembalian Disetujui",
    "Return Approved",
    "refund_completed",
    "returned_refunded",
    "Completed Returned",
    "Selesai Dikembalikan",
  ],
};

const NO_CELLS = { cancelledAt: "", paymentMethod: "", unpaidStatus: [] };

describe("the status of an order", () => {
  it.each(Object.entries(WORDS))("is %s by all words for it, in any case", (standing, words) => {
    const others = words.flatMap((status) => {
      const said = [status, status.toUpperCase(), status.replaceAll(" ", "_")].map((one) =>
        standingOf({ ...NO_CELLS, status: one }),
      );
      return said.every((one) => one === standing) ? [] : [`${status}: ${said.join(", ")}`];
    });
    expect(others).toEqual([]);
  });

  it("is unpaid and stands where it is paid at the door", () => {
    const status = "Belum Bayar";
    const paymentMethod = "COD (Bayar di Tempat)";
    expect(standingOf({ ...NO_CELLS, status, paymentMethod })).toBe("living");
    expect(standingOf({ ...NO_CELLS, status: "Batal", paymentMethod })).toBe("cancelled");
  });

  it("stands by a format's own words and by the time of its cancellation", () => {
    const pending = { ...NO_CELLS, status: "pending" };
    expect(standingOf(pending)).toBe("living");
    expect(standingOf({ ...pending, unpaidStatus: ["pending"] })).toBe("unpaid");
    const cancelledAt = "2026-01-02 10:00";
    expect(standingOf({ ...NO_CELLS, status: "paid", cancelledAt })).toBe("cancelled");
    expect(standingOf({ ...NO_CELLS, status: "", cancelledAt })).toBe("cancelled");
    expect(standingOf({ ...NO_CELLS, status: "refunded", cancelledAt })).toBe("refunded");
    const zeros = "0000-00-00 00:00:00";
    expect(standingOf({ ...NO_CELLS, status: "paid", cancelledAt: zeros })).toBe("living");
  });
});

interface Line {
  readonly status: readonly string[];
  readonly payment?: string;
}

/** A file of this format with one order for each status. */
function fileOf(format: Format, lines: readonly Line[]): string {
  const headers = [...new Set([...format.signature, ...Object.values(format.columns).flat()])];
  const rows = lines.map(({ status, payment = "" }, no) =>
    headers.map((header) => {
      const at = (format.columns.status ?? []).indexOf(header);
      if (at >= 0) return status[at] ?? "";
      if (format.columns.order_id?.includes(header)) return `o${no}`;
      if (format.columns.ordered_at?.includes(header)) return "2026-01-02 10:00";
      return format.columns.payment_method?.includes(header) ? payment : "";
    }),
  );
  const described = format.describedByRow ? [headers.map(() => "description")] : [];
  const path = join(folder, `${format.name}.csv`);
  writeFileSync(path, [headers, ...described, ...rows].map((cells) => cells.join(",")).join("\n"));
  return path;
}

describe("a marketplace's file", () => {
  const cases: readonly (readonly [Format, readonly Line[], readonly string[]])[] = [
    [
      SHOPEE_INDONESIAN,
      [
        { status: ["Selesai", ""] },
        { status: ["Selesai", "Permintaan Ditolak"] },
        { status: ["Batal", "Permintaan Disetujui"] },
        { status: ["Belum Bayar", ""] },
        { status: ["Belum Bayar", ""], payment: "COD (Bayar di Tempat)" },
        { status: ["Selesai", "Pengembalian Disetujui"] },
        { status: ["Perlu Dikirim", "Pembatalan Diajukan"] },
      ],
      ["o2 cancelled", "o3 unpaid", "o5 refunded"],
    ],
    [
      SHOPEE_ENGLISH,
      [
        { status: ["Completed", "Request Cancelled"] },
        { status: ["Cancelled", "Request Approved"] },
        { status: ["Unpaid", ""] },
        { status: ["Completed", "Refund Completed"] },
      ],
      ["o1 cancelled", "o2 unpaid", "o3 refunded"],
    ],
    [
      TIKTOK_SHOP,
      [
        { status: ["To ship", "Awaiting shipment"] },
        { status: ["Dibatalkan", "Dibatalkan"] },
        { status: ["Unpaid", "Unpaid"] },
        { status: ["Selesai", "Dikembalikan"] },
        { status: ["Perlu dikirim", "Permintaan pembatalan"] },
      ],
      ["o1 cancelled", "o2 unpaid", "o3 refunded"],
    ],
    [
      LAZADA,
      [
        { status: ["delivered"] },
        { status: ["canceled"] },
        { status: ["unpaid"] },
        { status: ["shipped_back_success"] },
        { status: ["pending"] },
        { status: ["INFO_ST_DOMESTIC_RETURN_REQUEST"] },
      ],
      ["o1 cancelled", "o2 unpaid", "o3 refunded"],
    ],
  ];
  it.each(cases)("of $name counts what stands", async (format, lines, apart) => {
    const read = await importOrders([fileOf(format, lines)]);
    expect(read.apart.map(({ orderId, standing }) => `${orderId} ${standing}`)).toEqual(apart);
    expect(read.table.count).toBe(lines.length - apart.length);
  });
});
