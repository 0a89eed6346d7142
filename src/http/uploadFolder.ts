/*
 * Folders for uploads under inspection. Each process has its own folder below the temporary folder
 * and listens on a socket in it while it lives. So the next start can tell an abandoned folder from
 * one in use, whatever the process ids say (in two containers that share the folder both may be 1).
 * The folder of a living process must never be swept.
 */

import { lstat, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";

const PREFIX = "giliran-uploads-";
/** A folder gets its final name when its socket listens. */
const UNFINISHED = "giliran-making-";
const SOCKET = "alive";
/** Folders of older versions, which had no owner. */
const OWNERLESS = "giliran-import-";
/** No upload takes this long: an older folder without an owner is abandoned. */
const LEFT_BEHIND_MS = 3_600_000;

interface OwnFolder {
  readonly path: string;
  readonly alive: Server;
}

export class UploadFolder {
  readonly #root: string;
  #own: Promise<OwnFolder> | null = null;
  #made = 0;

  constructor(root = tmpdir()) {
    this.#root = root;
  }

  /** A new folder for one request's files, readable by this user only. */
  async make(): Promise<string> {
    const { path } = await (this.#own ??= this.#begin());
    const folder = join(path, String(++this.#made));
    await mkdir(folder, { mode: 0o700 });
    return folder;
  }

  async #begin(): Promise<OwnFolder> {
    const unfinished = await mkdtemp(join(this.#root, UNFINISHED));
    const alive = createServer((socket) => socket.destroy()).unref();
    alive.listen(join(unfinished, SOCKET));
    await once(alive, "listening");
    const path = join(this.#root, `${PREFIX}${unfinished.slice(-6)}`);
    await rename(unfinished, path);
    return { path, alive };
  }

  /** Deletes abandoned folders of killed processes; returns how many. */
  async sweep(nowMs = Date.now()): Promise<number> {
    const own = (await this.#own)?.path;
    let removed = 0;
    for (const name of await readdir(this.#root)) {
      const path = join(this.#root, name);
      if (path === own || !(await isLeftBehind(path, name, nowMs))) continue;
      // Another starting server may be deleting it as well.
      await rm(path, { recursive: true, force: true }).then(
        () => removed++,
        () => undefined,
      );
    }
    return removed;
  }

  /** Deletes the folder with its contents. */
  async close(): Promise<void> {
    const own = await this.#own?.catch(() => null);
    this.#own = null;
    if (!own) return;
    own.alive.close();
    await rm(own.path, { recursive: true, force: true });
  }
}

async function isLeftBehind(path: string, name: string, nowMs: number): Promise<boolean> {
  const mayBeOld = [UNFINISHED, OWNERLESS].some((prefix) => name.startsWith(prefix));
  if (!mayBeOld && !name.startsWith(PREFIX)) return false;
  const found = await lstat(path).catch(() => null);
  // Folders of other users are left alone, and a link could point anywhere.
  if (!found?.isDirectory() || found.uid !== process.getuid?.()) return false;
  if (mayBeOld) return found.mtimeMs < nowMs - LEFT_BEHIND_MS;
  return !(await answers(join(path, SOCKET)));
}

function answers(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
