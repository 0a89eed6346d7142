import { randomBytes, randomUUID } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SimulatedBrand } from "../../sim/crowd/brand.ts";
import { createKeyring } from "../../src/access/io/keyring.ts";
import { ensureDatabase, openBackend, type Backend } from "../../src/db/backend.ts";
import { connect, type Sql } from "../../src/db/connect.ts";
import { migrate, readMigrations } from "../../src/db/migrate.ts";
import {
  SECRET,
  serverEnvironment,
  startServerProcess,
  type ServerProcess,
} from "../helpers/serverProcess.ts";

const HEAD = "order_id,ordered_at,name,phone,address\n";
const rows = (count: number) =>
  Array.from(
    { length: count },
    (_, no) => `O-${no},2021-01-26 10:00:${no % 60},Siti ${no},0812${no},Jalan Melati ${no}\n`,
  ).join("");

/* Whole exports, with everybody's contacts, lie on the disk while they are read: not longer, whatever happens. */
describe("an import whose server, or whose sender, goes away", () => {
  let folder = "";
  let uploads = "";
  let session = "";
  let backend: Backend;
  let sql: Sql;
  let server: ServerProcess | null = null;
  let environment: Record<string, string> = {};

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "giliran-test-"));
    chmodSync(folder, 0o755);
    uploads = join(folder, "t");
    mkdirSync(uploads);
    backend = await openBackend({ homeFolder: folder, purpose: "import test", as: "alone" });
    await ensureDatabase(backend);
    sql = connect(backend.target, { poolSize: 2, name: "import test" });
    await migrate(sql, readMigrations());
    session = await signIn();
    const { socketFolder } = backend.target as { socketFolder: string };
    environment = {
      ...serverEnvironment(new SimulatedBrand(), folder),
      DATABASE_URL: `postgres://giliran@localhost/giliran?host=${socketFolder}`,
      TMPDIR: uploads,
    };
  });

  afterAll(async () => {
    if (server?.child.kill("SIGKILL")) await server.ended;
    await sql?.end();
    await backend?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function signIn(): Promise<string> {
    const keyring = createKeyring(Buffer.from(SECRET, "hex"));
    const token = randomBytes(32).toString("hex");
    const [operatorId, now, later] = [randomUUID(), new Date(), new Date(Date.now() + 3_600_000)];
    await sql`
      insert into operator (operator_id, name, password_hash, role, created_at)
      values (${operatorId}, 'importer', 'none', 'operator', ${now})`;
    await sql`
      insert into operator_session (token_key, operator_id, created_at, expires_at)
      values (${keyring.identityKey("operator", token)}, ${operatorId}, ${now}, ${later})`;
    return token;
  }

  const files = () =>
    readdirSync(uploads, { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile())
      .map((one) => one.name);
  const folders = () => readdirSync(uploads).filter((name) => name.startsWith("giliran-uploads-"));
  async function until(what: string, is: () => boolean): Promise<void> {
    const end = Date.now() + 30_000;
    while (!is()) {
      if (Date.now() > end) throw new Error(`never: ${what}`);
      await new Promise((resume) => setTimeout(resume, 10));
    }
  }

  /** Sends an export, or its beginning; whatever becomes of it. */
  function send(address: string, content: string, whole: boolean) {
    const sent = request(`${address}/v1/operator/imports`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${session}`,
        "idempotency-key": randomUUID(),
        "content-type": "multipart/form-data; boundary=edge",
      },
    });
    sent.on("error", () => undefined);
    sent.write('--edge\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n');
    sent.write(content);
    if (whole) sent.end("\r\n--edge--\r\n");
    return sent;
  }

  it("leaves a file when it is killed, which the next start removes", async () => {
    server = await startServerProcess(environment);
    send(server.address, HEAD + rows(60_000), true);
    await until("a file", () => files().length > 0);
    server.child.kill("SIGKILL");
    await server.ended;
    expect(files()).toEqual(["0"]);
    server = await startServerProcess(environment);
    await until("no file", () => files().length === 0);
    await until("no folder", () => folders().length === 0);
  });

  it("leaves none when the sender breaks off, while it is sent and while it is read", async () => {
    const { address } = server!;
    const sending = send(address, HEAD + rows(30_000), false);
    await until("a file", () => files().length > 0);
    sending.destroy();
    await until("no file after half of it", () => files().length === 0);
    const reading = send(address, HEAD + rows(120_000), true);
    await until("a file", () => files().length > 0);
    await new Promise((sent) => reading.once("finish", sent).end());
    reading.destroy();
    await until("no file after it was sent", () => files().length === 0);
    const [row] = await sql<{ count: number }[]>`select count(*)::int as count from order_import`;
    expect(row!.count).toBe(0);
    expect((await fetch(`${address}/livez`)).status).toBe(200);
    server!.child.kill("SIGTERM");
    await server!.ended;
    expect(folders()).toEqual([]);
  });
});
