/** What a command says: lines for people, or one JSON document for programs. */
export interface Output {
  readonly json: boolean;
  /** A line for people; nothing with --json. */
  say(line?: string): void;
  /** The result; printed only with --json. */
  result(value: unknown): void;
  /** Trouble, for people and programs alike, on standard error. */
  trouble(line: string): void;
  /** A line that is written over while it changes. */
  progress(line: string): void;
  endProgress(): void;
}

/** Nobody reads what a command says any more: `head` ends after its lines. */
export class NoReaderError extends Error {
  override name = "NoReaderError";
}

let readerGone = false;

/**
 * Has a command end quietly once its reader is gone: its next line throws a `NoReaderError`, so that it closes what
 * it has open, as after any other error. Without it the process ended at once, with a stack and its database open.
 */
export function expectReadersToGo(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
      readerGone = true;
    });
  }
}

function write(text: string): void {
  if (readerGone) throw new NoReaderError("nobody reads the output");
  process.stdout.write(text);
}

/** Without a terminal a progress line is printed at most this often. */
const QUIET_PROGRESS_MS = 5_000;

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

/** "█████░░░░░  1.234 / 6.050" */
export function bar(done: number, total: number): string {
  const part = total === 0 ? 1 : Math.min(1, done / total);
  const full = Math.round(part * BAR_WIDTH);
  return `${"█".repeat(full)}${"░".repeat(BAR_WIDTH - full)} ${count(done)} / ${count(total)}`;
}

export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** Columns padded to the widest cell; the first left, the others right. */
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
