/*
 * Our own PostgreSQL server on a unix socket, without a TCP port. States: stopped, running, killed
 * (a lock file or zombie remains; the next start recovers from the log).
 * Two servers must never run on one data folder: that destroys it, which is worse than a start that
 * fails.
 */

import { execFile } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { findBinaries, type PostgresBinaries } from "./binaries.ts";
import { chooseClusterUser, isReachable, type ClusterUser } from "./clusterUser.ts";
import { isPostgresProcess, processesInFolder, processState } from "./processTable.ts";

const execFileAsync = promisify(execFile);

/** Identifies one of our servers, and suffices to stop it. */
export interface RunningServer {
  readonly socketFolder: string;
  readonly dataFolder: string;
  readonly binaries: PostgresBinaries;
}

/** Our own running server. */
export interface Cluster extends RunningServer {
  /** True if it was already running: left by a killed process, or in use. */
  readonly adopted: boolean;
  /** Whether the server's first process exists. */
  isRunning(): boolean;
  /** Restarts it after a kill; adopts a server that somebody else started meanwhile. */
  restart(signal: AbortSignal): Promise<void>;
  /**
   * Stops it: open transactions are rolled back, everything acknowledged is on disk. If the final
   * checkpoint takes longer than `withinMs`, the next start recovers from the log instead.
   */
  stop(withinMs?: number): Promise<void>;
}

export interface ClusterOptions {
  /** Our home folder; the cluster lives in a folder below it. */
  readonly homeFolder: string;
  readonly only?: "installed" | "embedded" | undefined;
  /** Further settings. Only tests use them, to switch fsync off. */
  readonly settings?: Readonly<Record<string, string>> | undefined;
  readonly say?: (line: string) => void;
}

/** Shown to the operator without a stack trace. */
export class ClusterError extends Error {
  override name = "ClusterError";
}

/** Only part of the socket's name; no TCP port is opened. */
const SOCKET_PORT = 5432;
/** A stopping server writes its memory to disk first. */
const STOP_TIMEOUT_MS = 60_000;
/**
 * A killed server may stay a zombie for about ten seconds; beyond twice that, something else is
 * wrong.
 */
const START_TIMEOUT_MS = 20_000;

/**
 * Defaults measured in docs/decisions/0002: with PostgreSQL's own 80 MB of `min_wal_size`, creating
 * log segments stalls commits by 150 to 360 ms.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "",
  max_connections: "100",
  min_wal_size: "1GB",
  max_wal_size: "4GB",
  checkpoint_timeout: "15min",
  shared_buffers: "256MB",
  logging_collector: "off",
  log_line_prefix: "%m [%p] ",
  log_min_messages: "warning",
  // Statements carry only keyed hashes and ciphertext; even so they do not belong in a log file.
  log_min_error_statement: "panic",
  log_parameter_max_length_on_error: "0",
};

interface Places {
  readonly user: ClusterUser;
  readonly home: string;
  readonly dataFolder: string;
  readonly socketFolder: string;
  readonly logFile: string;
}

/**
 * The folders of the cluster. Root's folders are closed to the server's user; then the cluster
 * moves to /var/lib/giliran.
 */
function choosePlaces(options: ClusterOptions): Places {
  const user = chooseClusterUser();
  const asked = resolve(options.homeFolder);
  const digest = createHash("sha256").update(asked).digest("hex").slice(0, 12);
  const moved = !isReachable(join(asked, "database"), user);
  const home = moved ? `/var/lib/giliran/${digest}` : asked;
  if (moved && !existsSync(join(home, "database"))) {
    options.say?.(
      `${asked} is closed to the user ${user.switchTo?.name}; the database lives in ${home}.`,
    );
  }
  mkdirSync(home, { recursive: true, mode: 0o755 });
  const databaseFolder = join(home, "database");
  mkdirSync(databaseFolder, { recursive: true, mode: 0o755 });
  // A socket path may have 107 bytes, so the socket lives in /tmp under a short name, closed to
  // others. The name is derived from the folder itself, not its path: the server of a deleted
  // folder may live on for a minute and must not block a new folder at the same path.
  const { ino, birthtimeMs } = statSync(databaseFolder);
  const socketName = createHash("sha256").update(`${ino} ${birthtimeMs}`).digest("hex");
  const socketFolder = `/tmp/giliran-${process.getuid?.() ?? 0}-${socketName.slice(0, 12)}`;
  giveTo(user, databaseFolder);
  return {
    user,
    home,
    dataFolder: join(realpathSync(databaseFolder), "data"),
    socketFolder,
    logFile: join(databaseFolder, "postgres.log"),
  };
}

function makeSocketFolder({ user, socketFolder }: Places): void {
  mkdirSync(socketFolder, { recursive: true, mode: 0o700 });
  giveTo(user, socketFolder);
  chmodSync(socketFolder, 0o700);
}

/** Gives a folder to the server's user; a folder of a third party is refused. */
function giveTo(user: ClusterUser, folder: string): void {
  const owner = statSync(folder).uid;
  const wanted = user.switchTo?.uid ?? process.getuid?.() ?? owner;
  if (owner === wanted) return;
  if (user.switchTo === null || owner !== 0) {
    throw new ClusterError(
      `${folder} belongs to user id ${owner}. Start as that user, or choose another folder with --data.`,
    );
  }
  chownSync(folder, user.switchTo.uid, user.switchTo.gid);
}

async function runProgram(
  user: ClusterUser,
  binaries: PostgresBinaries,
  program: string,
  args: readonly string[],
): Promise<void> {
  const identity = user.switchTo ? { uid: user.switchTo.uid, gid: user.switchTo.gid } : {};
  try {
    await execFileAsync(join(binaries.binFolder, program), args as string[], {
      ...identity,
      cwd: "/",
      env: { ...process.env, ...binaries.environment, LC_ALL: "C" },
    });
  } catch (error) {
    const { stderr, stdout } = error as { stderr?: string; stdout?: string };
    throw new ClusterError(`${program} failed: ${(stderr || stdout || String(error)).trim()}`);
  }
}

const HALF_MADE = /^data\.new(?:-(\d+)-[0-9a-f]+)?$/;

/** Removes the half-made folder that a kill during initdb leaves; it never held data. */
function dropHalfMade(databaseFolder: string): void {
  for (const name of readdirSync(databaseFolder)) {
    const half = HALF_MADE.exec(name);
    if (!half || (half[1] !== undefined && processState(Number(half[1])) === "running")) continue;
    rmSync(join(databaseFolder, name), { recursive: true, force: true });
  }
}

/**
 * Creates the data folder under a temporary name and renames it at the end: of two simultaneous
 * first starts one wins, and the other uses the result.
 */
async function initialise(places: Places, binaries: PostgresBinaries): Promise<void> {
  dropHalfMade(dirname(places.dataFolder));
  const half = `${places.dataFolder}.new-${process.pid}-${randomBytes(4).toString("hex")}`;
  await runProgram(places.user, binaries, "initdb", [
    ...["-D", half, "-U", "giliran", "--auth=trust", "--encoding=UTF8", "--locale=C"],
    ...["--data-checksums", "--no-instructions"],
  ]);
  try {
    renameSync(half, places.dataFolder);
  } catch (error) {
    rmSync(half, { recursive: true, force: true });
    if (dataMajorVersion(places.dataFolder) === null) throw error;
  }
}

interface LockFile {
  readonly pid: number;
  readonly socketFolder: string;
}

function readLockFile(dataFolder: string): LockFile | null {
  try {
    const lines = readFileSync(join(dataFolder, "postmaster.pid"), "utf8").split("\n");
    return { pid: Number(lines[0]), socketFolder: (lines[4] ?? "").trim() };
  } catch {
    return null;
  }
}

/** The live server of a data folder, if its lock file names one. */
function liveServer(dataFolder: string): LockFile | null {
  const lock = readLockFile(dataFolder);
  if (!lock || processState(lock.pid) !== "running" || !isPostgresProcess(lock.pid)) return null;
  return lock;
}

/** The process id in the first line of a lock file. */
function lockHolder(file: string): number | null {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10);
  } catch {
    return null;
  }
}

/**
 * Removes lock files of a dead server whose process id is taken: by a stranger, or by its own
 * zombie, which nobody reaps if this program is the first process of a container. PostgreSQL itself
 * only checks whether the id is taken. Never done while a process still works in the folder: two
 * servers on one folder would destroy it, which is worse than not starting.
 */
function dropDeadLock(dataFolder: string): void {
  const lock = readLockFile(dataFolder);
  if (!lock || processState(lock.pid) === "gone" || liveServer(dataFolder)) return;
  if (process.platform !== "linux" || processesInFolder(dataFolder).length > 0) return;
  const files = [
    join(lock.socketFolder, `.s.PGSQL.${SOCKET_PORT}.lock`),
    join(dataFolder, "postmaster.pid"),
  ];
  for (const file of files) {
    // Checked again: another process may have done the same and started a server meanwhile.
    if (lockHolder(file) === lock.pid) rmSync(file, { force: true });
  }
}

async function startServer(
  places: Places,
  binaries: PostgresBinaries,
  options: ClusterOptions,
  signal?: AbortSignal,
): Promise<"started" | "adopted"> {
  const settings: Record<string, string> = {
    ...SETTINGS,
    unix_socket_directories: places.socketFolder,
    port: String(SOCKET_PORT),
    ...options.settings,
  };
  const serverOptions = Object.entries(settings)
    .map(([name, value]) => `-c ${name}='${value}'`)
    .join(" ");
  appendFileSync(places.logFile, "");
  if (places.user.switchTo) {
    chownSync(places.logFile, places.user.switchTo.uid, places.user.switchTo.gid);
  }
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (let attempt = 1; ; attempt++) {
    if (liveServer(places.dataFolder)) return "adopted";
    signal?.throwIfAborted();
    dropDeadLock(places.dataFolder);
    // Not earlier: the server that just ended removes its empty folder.
    makeSocketFolder(places);
    try {
      const startArgs = ["start", "-w", "-t", "60", "-s", "-D", places.dataFolder];
      startArgs.push("-l", places.logFile, "-o", serverOptions);
      await runProgram(places.user, binaries, "pg_ctl", startArgs);
      return "started";
    } catch (error) {
      if (Date.now() > deadline) throw startFailure(error, places);
      if (attempt === 1) options.say?.("The database's last server has not quite gone; waiting …");
      await sleep(250);
    }
  }
}

function startFailure(error: unknown, places: Places): ClusterError {
  const log = readFileSync(places.logFile, "utf8").trim().split("\n").slice(-5).join("\n  ");
  return new ClusterError(
    `PostgreSQL does not start on ${places.dataFolder}.\n  ${String((error as Error).message)}\n` +
      `  Last lines of ${places.logFile}:\n  ${log}\n` +
      "  Your data were not touched. Look at the log, free disk or memory, and start again.",
  );
}

function dataMajorVersion(dataFolder: string): number | null {
  try {
    return Number(readFileSync(join(dataFolder, "PG_VERSION"), "utf8").trim());
  } catch {
    return null;
  }
}

/**
 * Starts the server of `homeFolder` and creates it on first use; adopts a running one. Throws
 * ClusterError or ClusterUserError with words for the operator.
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const places = choosePlaces(options);
  const version = dataMajorVersion(places.dataFolder);
  const binaries = findBinaries({
    cacheFolder: join(places.home, "postgres-programs"),
    reachable: (path) => isReachable(path, places.user),
    dataMajorVersion: version,
    only: options.only,
  });
  if (binaries === null) {
    throw new ClusterError(
      version === null
        ? "No PostgreSQL found: none is installed (15 or newer) and none came with this package. " +
            "Install one (Debian: apt-get install postgresql) or set DATABASE_URL."
        : `The data in ${places.dataFolder} were made by PostgreSQL ${version}, which is not here. ` +
            `Install PostgreSQL ${version}, or choose an empty folder with --data.`,
    );
  }
  if (version === null) await initialise(places, binaries);
  const how = await startServer(places, binaries, options);
  const socketFolder =
    how === "adopted"
      ? (readLockFile(places.dataFolder)?.socketFolder ?? places.socketFolder)
      : places.socketFolder;
  const server = { socketFolder, dataFolder: places.dataFolder, binaries };
  return {
    ...server,
    adopted: how === "adopted",
    isRunning: () => liveServer(places.dataFolder) !== null,
    restart: async (signal) => void (await startServer(places, binaries, options, signal)),
    stop: (withinMs) => stopServer(server, withinMs),
  };
}

/** Whether this very server runs, and not another one on a folder recreated at the same path. */
export function isServerRunning({ dataFolder, socketFolder }: RunningServer): boolean {
  return liveServer(dataFolder)?.socketFolder === socketFolder;
}

/** Stops a server, whoever started it; see `Cluster.stop`. */
export async function stopServer(
  { dataFolder, socketFolder, binaries }: RunningServer,
  withinMs: number = STOP_TIMEOUT_MS,
): Promise<void> {
  const user = chooseClusterUser();
  const stop = (mode: "fast" | "immediate", seconds: number) =>
    runProgram(user, binaries, "pg_ctl", [
      ...["stop", "-w", "-t", String(seconds), "-s", "-m", mode, "-D", dataFolder],
    ]);
  try {
    await stop("fast", Math.max(1, Math.floor(withinMs / 1_000)));
  } catch (error) {
    // A killed server needs no stop; its next start recovers from the log.
    if (liveServer(dataFolder) !== null) {
      if (withinMs >= STOP_TIMEOUT_MS) throw error;
      await stop("immediate", 1);
    }
  }
  dropIfEmpty(socketFolder);
}

/** Otherwise every rehearsal would leave an empty folder in /tmp. A folder in use stays. */
function dropIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // not empty, or gone
  }
}

/** Process id of the cluster's server, for tests that kill it; null if it is not running. */
export function clusterPid(cluster: Cluster): number | null {
  return liveServer(cluster.dataFolder)?.pid ?? null;
}
