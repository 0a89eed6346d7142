/* The output of commands: lines for people, or one JSON document for programs (`--json`). */

/** The two forms of output behind one interface. */
export interface Output {
  readonly json: boolean;
  /** A line for people; suppressed with --json. */
  say(line?: string): void;
  /** The result; printed only with --json. */
  result(value: unknown): void;
  /** An error, on standard error, in both forms. */
  trouble(line: string): void;
  /** A line that overwrites itself. */
  progress(line: string): void;
  endProgress(): void;
}

/** The reader of the output has closed it, as `head` does after its lines. */
export class NoReaderError extends Error {
  override name = "NoReaderError";
}

let readerGone = false;

/**
 * Makes a command end quietly when its reader is gone: its next line throws a `NoReaderError`, so
 * it closes what it has open as after any error. Otherwise the process would end at once with a
 * stack and an open database.
 */
export function expectReadersToGo(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      readerGone = true;
    });
  }
}

/** Throws once the reader is gone. */
function write(text: string): void {
  if (readerGone) throw new NoReaderError("nobody reads the output");
  process.stdout.write(text);
}

/** Without a terminal, progress is printed at most this often, in ms. */
const QUIET_PROGRESS_MS = 5_000;

/** The output of one command. */
export function createOutput(json: boolean): Output {
  const terminal = process.stdout.isTTY === true;
  let shown = false;
  let printedMs = 0;
  const endProgress = () => {
    if (shown && terminal) write("\n");
    shown = false;
  };
  return {
    json,
    say: (line = "") => {
      endProgress();
      if (!json) write(`${line}\n`);
    },
    result: (value) => {
      if (json) write(`${JSON.stringify(value, null, 2)}\n`);
    },
    trouble: (line) => {
      if (readerGone) return;
      endProgress();
      process.stderr.write(`${line}\n`);
    },
    progress: (line) => {
      if (json) return;
      if (terminal) {
        const width = process.stdout.columns || 80;
        write(`\r\u001b[2K${line.slice(0, width - 1)}`);
        shown = true;
      } else if (Date.now() - printedMs >= QUIET_PROGRESS_MS) {
        printedMs = Date.now();
        write(`${line}\n`);
      }
    },
    endProgress,
  };
}

const BAR_WIDTH = 24;

/** A progress bar: "█████░░░░░  1,234 / 6,050". */
export function bar({ done, total }: { readonly done: number; readonly total: number }): string {
  const part = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(part * BAR_WIDTH);
  return `${"█".repeat(full)}${"░".repeat(BAR_WIDTH - full)} ${count(done)} / ${count(total)}`;
}

/** A number with thousands separators. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A number with what it counts: "1 order", "3,103 orders". */
export const counted = (value: number, thing: string): string =>
  `${count(value)} ${thing}${value === 1 ? "" : "s"}`;

/** Text columns, padded; the first aligned left, the others right. */
export function table(
  header: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): string {
  const cells = [header, ...rows].map((row) =>
    row.map((cell) => (typeof cell === "number" ? count(cell) : cell)),
  );
  const widths = header.map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? "").length)),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
