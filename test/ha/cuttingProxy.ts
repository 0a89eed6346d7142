import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** The tags with which PostgreSQL says that a transaction is done. */
const DONE = ["COMMIT\0", "INSERT 0 "].map((tag) => Buffer.from(tag));

/** A way to the database that is cut after a commit, before its client hears of it. */
export class CuttingProxy {
  readonly #server;
  readonly #sockets = new Set<Socket>();
  /** How many connections were cut so. */
  cutCount = 0;
  /** Every so many-th answer of a commit is swallowed; 0: none. */
  cutEvery = 0;
  #seen = 0;

  constructor(targetPort: number) {
    this.#server = createServer((client) => {
      const database = connect(targetPort, "127.0.0.1");
      for (const socket of [client, database]) {
        socket.setNoDelay(true);
        this.#sockets.add(socket);
        socket.on("error", () => undefined);
        socket.on("close", () => {
          this.#sockets.delete(socket);
          client.destroy();
          database.destroy();
        });
      }
      client.on("data", (chunk) => database.write(chunk));
      database.on("data", (chunk) => {
        if (!this.#cuts(chunk)) return void client.write(chunk);
        this.cutCount++;
        client.destroy();
        database.destroy();
      });
    });
  }

  #cuts(chunk: Buffer): boolean {
    if (this.cutEvery === 0 || !DONE.some((tag) => chunk.includes(tag))) return false;
    return ++this.#seen % this.cutEvery === 0;
  }

  async listen(): Promise<number> {
    await new Promise<void>((done) => this.#server.listen(0, "127.0.0.1", done));
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }
}
