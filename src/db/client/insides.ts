/* Properties of a connection that the driver's types omit. */

import type { Socket } from "node:net";
import type pg from "pg";

export const socketOf = (client: pg.ClientBase): Socket =>
  (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream;

/** The number of the database's process, as the connection was told it at its start. */
export const processOf = (client: pg.ClientBase): number | null =>
  (client as unknown as { readonly processID: number | null }).processID;
