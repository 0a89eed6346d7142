/* Writes the list of drawn orders that people fill in. */

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "csv-stringify/sync";
import type { Draw } from "../decided.ts";
import { TO_DECIDE_HEADER, toDecide, type DrawSettings } from "../sample/draw.ts";
import type { OrderTable } from "../table/orders.ts";
import { TableFileError } from "./tableFileError.ts";

const NAME = "to-decide.csv";

/** Writes to-decide.csv into a folder, never over one that people may have filled in; gives back its path. */
export function writeDraw(
  folder: string,
  table: OrderTable,
  draw: Draw,
  settings: DrawSettings,
): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, NAME);
  try {
    const text = stringify([TO_DECIDE_HEADER, ...toDecide(table, draw, settings)]);
    writeFileSync(path, text, { flag: "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    throw new TableFileError(
      `${path} is there already, and somebody may have filled it in. Move it away, or name another folder.`,
    );
  }
  return path;
}
