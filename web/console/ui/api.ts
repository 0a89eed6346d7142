/* Reading and calling the API from the console, with types from the route table. */

import { useMutation, useQuery, useQueryClient, QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Answer, RouteContract } from "../../../src/api/contract.ts";
import { call, caller, CallError } from "../../ui/call.client.ts";
import { language } from "../../ui/pageLanguage.client.ts";
import { words } from "./say.ts";

export type { Answer };

export const { post } = caller(language, words.failed);

/** Reads once: a page that cannot be read says so at once and is then read again by itself. */
export const get = <T>(path: string) =>
  call<T>("GET", path, { language, failed: words.unreachable, once: true });

/** Whether the server could not be asked, or could not answer: the next attempt may succeed. */
export const isAway = (error: unknown): boolean =>
  error instanceof CallError && (error.status === 0 || error.status >= 500);

/** The wait in ms before what could not be read is read again. */
const AGAIN_MS = 4_000;

/**
 * When a query is read again in ms: after a failure of the server's soon, else every `everyMs`;
 * false for never.
 */
export const readAgainMs =
  (everyMs: number | false) =>
  ({ state }: { readonly state: { readonly error: unknown } }): number | false =>
    isAway(state.error) ? AGAIN_MS : everyMs;

/**
 * Repeats with their keys are done by the caller; shown data may be a second old. Reads are made
 * also where the browser believes to be offline: it may be wrong, and the page would wait in
 * silence.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: false,
      refetchOnWindowFocus: true,
      staleTime: 500,
      networkMode: "always",
      refetchInterval: readAgainMs(false),
    },
    mutations: { networkMode: "always" },
  },
});

/** Reads a path, repeatedly every `everyMs` while the window is visible. */
export function useRead<C extends RouteContract>(path: string | null, everyMs?: number) {
  return useQuery<Answer<C>, CallError>({
    queryKey: ["read", path],
    queryFn: () => get<Answer<C>>(path as string),
    enabled: path !== null,
    refetchInterval: readAgainMs(everyMs ?? false),
  });
}

export interface Act {
  readonly busy: boolean;
  readonly problem: CallError | null;
  /**
   * Runs an action and then reads everything shown again, also after a refusal, as the shown data
   * were often outdated. True if it succeeded.
   */
  run(work: () => Promise<unknown>): Promise<boolean>;
}

/** One action at a time, with its error. */
export function useAct(): Act {
  const client = useQueryClient();
  const [problem, setProblem] = useState<CallError | null>(null);
  const { mutateAsync, isPending } = useMutation({
    mutationFn: (work: () => Promise<unknown>) => work(),
  });
  return {
    busy: isPending,
    problem,
    run: async (work) => {
      setProblem(null);
      try {
        await mutateAsync(work);
        await client.invalidateQueries();
        return true;
      } catch (error) {
        if (!(error instanceof CallError)) throw error;
        setProblem(error);
        void client.invalidateQueries();
        return false;
      }
    },
  };
}
