import { AsyncLocalStorage } from "node:async_hooks";

/*
 * A transaction holds rows, so nothing may wait for the network inside one. Tests watch over it: while it is
 * watched, a call to the outside that is made inside a transaction throws. In production it costs nothing.
 */

interface Scope {
  /** Work that was started inside may outlive its transaction. */
  open: boolean;
}

let scopes: AsyncLocalStorage<Scope> | null = null;

/** A call to the network was made inside a transaction: a bug. */
export class OutsideCallError extends Error {
  override name = "OutsideCallError";
}

/** From now on this process remembers which work runs inside a transaction. */
export function watchTransactions(): void {
  scopes ??= new AsyncLocalStorage();
}

/** Runs the work of a transaction, so that `mustBeOutside` knows of it. */
export function asTransaction<T>(work: () => Promise<T>): Promise<T> {
  if (scopes === null) return work();
  const scope: Scope = { open: true };
  return scopes.run(scope, async () => {
    try {
      return await work();
    } finally {
      scope.open = false;
    }
  });
}

/** Throws `OutsideCallError` inside a transaction that is watched. */
export function mustBeOutside(what: string): void {
  if (scopes?.getStore()?.open) throw new OutsideCallError(`${what} inside a transaction`);
}
