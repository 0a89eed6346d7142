/*
 * Guards against network calls inside a transaction: a transaction holds rows, so it must never
 * wait for the network. While tests watch, such a call throws. In production the guard costs
 * nothing.
 */

import { AsyncLocalStorage } from "node:async_hooks";

interface Scope {
  /** Work started inside may outlive its transaction. */
  open: boolean;
}

let scopes: AsyncLocalStorage<Scope> | null = null;

/** A network call inside a transaction: a bug. */
export class OutsideCallError extends Error {
  override name = "OutsideCallError";
}

/** From now on this process tracks which work runs inside a transaction. */
export function watchTransactions(): void {
  scopes ??= new AsyncLocalStorage();
}

/** Runs the work of a transaction so that `mustBeOutside` can see it. */
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

/** Throws `OutsideCallError` inside a watched transaction. */
export function mustBeOutside(what: string): void {
  if (scopes?.getStore()?.open) throw new OutsideCallError(`${what} inside a transaction`);
}
