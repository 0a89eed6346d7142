import { stringify } from "csv-stringify/sync";
import { CANONICAL_COLUMNS, type CanonicalColumn } from "../../src/connectors/formats/format.ts";

/** An export in which each personal value is one of a kind, so that it is found wherever it turns up. */
export interface CanaryExport {
  readonly csv: string;
  readonly orderCount: number;
  /** Rows that cannot be read; a comma too many has moved personal cells into columns that are quoted nowhere. */
  readonly troubleCount: number;
  readonly canaries: readonly string[];
}

/** Orders of a ring, which becomes a case, and of people who share nothing; and some rows that cannot be read. */
export function canaryExport(mark = "kanari"): CanaryExport {
  const canaries: string[] = [];
  const personal = (value: string) => {
    canaries.push(value);
    return value;
  };
  const order = (no: number): Partial<Record<CanonicalColumn, string>> => ({
    order_id: `ORDER-${mark}-${no}`,
    channel: "Web",
    account_id: personal(`akun-${mark}-${no}`),
    account_created_at: "2021-01-26T02:59:00Z",
    ordered_at: new Date(Date.UTC(2021, 0, 26, 3, 0, no % 60)).toISOString(),
    name: personal(`Siti ${mark} ${no}`),
    phone: `0${personal(`899${String(1_000_003 + 7_919 * no)}`)}`,
    email: personal(`${mark}.${no}.surat@contoh.id`),
    address: personal(`Gang ${mark} Nomor ${no}, Kebon Jeruk`),
    district: "Cicendo",
    city: "Bandung",
    device_id: personal(`gawai-${mark}-${no}`),
    ip: personal(`203.0.${Math.floor(no / 200)}.${no % 200}`),
    user_agent: personal(`Peramban/${mark}/${no}`),
    payment_method: "va",
    payment_id: personal(`dompet-${mark}-${no}`),
    units: "1",
    sku: "RED",
    unit_price: "1999000",
  });
  const orders = Array.from({ length: 60 }, (_, no) => order(no));
  const shared = orders[0]!;
  for (const one of orders.slice(0, 12)) {
    one.device_id = shared.device_id!;
    one.payment_id = shared.payment_id!;
    one.address = shared.address!;
    one.phone = shared.phone!;
    one.email = shared.email!;
  }
  const broken = [
    { ...order(900), ordered_at: order(900).phone! },
    { ...order(901), units: order(901).account_id! },
    { ...order(902), account_created_at: order(902).address! },
  ];
  const rows = [...orders, ...broken].map((one) => CANONICAL_COLUMNS.map((name) => one[name]));
  return {
    csv: stringify([[...CANONICAL_COLUMNS], ...rows]),
    orderCount: orders.length,
    troubleCount: broken.length,
    canaries: [...new Set(canaries)],
  };
}

/** Which of them turn up in a text. */
export function canariesIn(text: string, { canaries }: CanaryExport): string[] {
  // Values are folded before they are compared, so a leak may be folded, too.
  const folded = text.toLowerCase();
  return canaries.filter((canary) => folded.includes(canary.toLowerCase()));
}
