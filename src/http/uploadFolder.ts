import { lstat, mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";

/*
 * Where uploads lie while they are looked at. Each process has a folder of its own in the folder for temporary files, and listens
 * on a socket in it for as long as it lives. So whoever starts next can tell a folder whose process was killed from one
 * that is in use, whatever the numbers of processes say (in two containers that share the folder both may be 1).
 */

const PREFIX = "giliran-uploads-";
/** A folder gets its last name once its socket listens. */
const UNFINISHED = "giliran-making-";
const SOCKET = "alive";
/** Left by versions that gave each upload a folder without an owner. */
const OWNERLESS = "giliran-import-";
/** No upload lies so long: what is older and unowned was left behind. */
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

  /** A new folder for the files of one request, which only this user can read. */
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

  /** Removes what processes left that were killed; returns how many folders. */
  async sweep(nowMs = Date.now()): Promise<number> {
    const own = (await this.#own)?.path;
    let removed = 0;
    for (const name of await readdir(this.#root)) {
      const path = join(this.#root, name);
      if (path === own || !(await isLeftBehind(path, name, nowMs))) continue;
      // Of two servers that start at once, the other may be removing it, too.
      await rm(path, { recursive: true, force: true }).then(
        () => removed++,
        () => undefined,
      );
    }
    return removed;
  }

  /** Takes the folder away, with whatever is in it. */
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
  // Others' folders are none of our business, and a link could lead anywhere.
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
