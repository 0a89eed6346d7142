import { connect, createServer, type AddressInfo, type Socket } from "node:net";

/** A way to the database over TCP that can fall silent, as a network does whose middle has failed. */
export interface SilentProxy {
  readonly port: number;
  /** Connections that are open now carry nothing any more, and stay open; new ones work. */
  silence(): void;
  close(): void;
}

export async function openSilentProxy(socketFolder: string): Promise<SilentProxy> {
  const sockets = new Set<Socket>();
  let pairs: (readonly [Socket, Socket])[] = [];
  const server = createServer((near) => {
    const far = connect(`${socketFolder}/.s.PGSQL.5432`);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => void sockets.delete(socket));
    }
    near.pipe(far);
    far.pipe(near);
    pairs.push([near, far]);
  });
  await new Promise<void>((resume) => server.listen(0, "127.0.0.1", resume));
  return {
    port: (server.address() as AddressInfo).port,
    silence: () => {
      for (const [near, far] of pairs) {
        near.unpipe(far).pause();
        far.unpipe(near).pause();
      }
      pairs = [];
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
