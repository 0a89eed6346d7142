/* All SQL that reads the contacts of a sale's people for fsck. Reads only. */

import type { Query } from "../../../db/connect.ts";

export interface ContactRow {
  readonly accountKey: string;
  readonly contactCipher: Buffer;
}

/** Contacts of the accounts that entered a sale, in portions. */
export function readContacts(
  sql: Query,
  saleNo: number,
  size: number,
): AsyncIterable<ContactRow[]> {
  return sql<ContactRow[]>`
    select a.account_key, a.contact_cipher from account a
    where a.contact_cipher is not null
      and exists (select 1 from entry e where e.sale_no = ${saleNo} and e.account_key = a.account_key)
    order by a.account_key`.portions(size);
}
