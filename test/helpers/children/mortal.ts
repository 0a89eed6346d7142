import pg from "pg";
import { vi } from "vitest";
import { connect, type DatabaseTarget, type Sql } from "../../../src/db/connect.ts";

/** Whether a process dies before a statement reaches the database, or before its answer comes back. */
export type Moment = "before" | "after";

const NAME = "mortal process";

type AnyQuery = (this: pg.Client, ...args: unknown[]) => unknown;

/** The driver's own type leaves this out. */
const nameOf = (client: pg.Client) =>
  (client as unknown as { connectionParameters: { application_name?: string } })
    .connectionParameters.application_name;
const cut = (client: pg.Client) =>
  (
    client as unknown as { connection: { stream: { destroy(): void } } }
  ).connection.stream.destroy();

/**
 * Connections of a process that dies at its n-th statement: to the database it is as if the process had
 * been killed. Its later statements fail.
 */
export class MortalProcess {
  readonly sql: Sql;
  readonly #spy: { mockRestore(): void };
  readonly #clients = new Set<pg.Client>();
  /** Statements so far; the last one is the one at which it died. */
  readonly statements: string[] = [];
  isDead = false;

  constructor(
    target: DatabaseTarget,
    diesAt: { readonly statementNo: number; readonly moment: Moment },
  ) {
    this.sql = connect(target, { poolSize: 2, name: NAME });
    const { prototype } = pg.Client as unknown as { prototype: { query: AnyQuery } };
    const real = prototype.query;
    const process = this; // eslint-disable-line -- the spy has a `this` of its own
    this.#spy = vi.spyOn(prototype, "query").mockImplementation(function (
      this: pg.Client,
      ...args
    ) {
      if (nameOf(this) !== NAME) return real.apply(this, args);
      process.#clients.add(this);
      const text = (args[0] as { text?: string }).text ?? "";
      if (process.isDead) return process.#failed(args[0]);
      process.statements.push(text);
      if (process.statements.length !== diesAt.statementNo) return real.apply(this, args);
      if (diesAt.moment === "before") return process.#die(args[0]);
      const answer = real.apply(this, args);
      // A cursor has no answer of its own.
      if (!(answer instanceof Promise)) return process.#die(args[0]);
      return answer.then(() => process.#die(args[0]));
    });
  }

  #die(statement: unknown): Promise<never> {
    this.isDead = true;
    for (const client of this.#clients) cut(client);
    return this.#failed(statement);
  }

  #failed(statement: unknown): Promise<never> {
    const dead = new Error("the process is dead");
    // The caller of a cursor waits for its rows and not for an answer.
    if (typeof (statement as { handleError?: unknown }).handleError === "function") throw dead;
    return Promise.reject(dead);
  }

  async end(): Promise<void> {
    this.#spy.mockRestore();
    await this.sql.end({ timeout: 1 });
  }
}
