/*
 * Tickets: signed proof of an entry that a buyer can keep and use on any device. Nothing personal
 * stands in one.
 */

/**
 * Enough to find the place again from any device. The server's signature proves that the ticket was
 * issued.
 */
export interface Ticket {
  readonly saleNo: number;
  readonly roundNo: number;
  /** 32 hexadecimal characters. */
  readonly entryId: string;
  readonly windowNo: number;
  readonly channelNo: number;
  readonly preferences: string;
  readonly enteredAtMs: number;
}

const FORM =
  /^gtk1\.(\d{1,9})\.(\d{1,2})\.([0-9a-f]{32})\.(\d{1,6})\.(\d{1,3})\.(\d{1,3}(?:-\d{1,3}){0,19})\.([0-9a-f]{1,12})\.([0-9a-f]{64})$/;

/** The signed text. */
export function ticketPayload(ticket: Ticket): string {
  const preferences = ticket.preferences.replaceAll(".", "-");
  const entered = ticket.enteredAtMs.toString(16);
  const { saleNo, roundNo, entryId, windowNo, channelNo } = ticket;
  return `gtk1.${saleNo}.${roundNo}.${entryId}.${windowNo}.${channelNo}.${preferences}.${entered}`;
}

/** Parses a ticket; null if malformed. The caller checks the signature. */
export function readTicket(text: string): { ticket: Ticket; payload: string; mac: string } | null {
  const match = FORM.exec(text);
  if (!match) return null;
  const fields = match as unknown as string[];
  const mac = fields[8] as string;
  return {
    ticket: {
      saleNo: Number(fields[1]),
      roundNo: Number(fields[2]),
      entryId: fields[3] as string,
      windowNo: Number(fields[4]),
      channelNo: Number(fields[5]),
      preferences: (fields[6] as string).replaceAll("-", "."),
      enteredAtMs: Number.parseInt(fields[7] as string, 16),
    },
    payload: text.slice(0, text.length - mac.length - 1),
    mac,
  };
}
