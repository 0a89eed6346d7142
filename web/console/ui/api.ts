/* Reading and calling the API from the console, with types from the route table. */

import { useMutation, useQuery, useQueryClient, QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Answer, RouteContract } from "../../../src/api/contract.ts";
import { caller, CallError } from "../../ui/call.client.ts";
import { language } from "./language.ts";
import { words } from "./say.ts";

export type { Answer };

export const { get, post } = caller(language, words.failed);

/** Repeats with their keys are done by the caller; shown data may be a second old. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: true, staleTime: 500 } },
});

/** Reads a path, repeatedly every `everyMs` while the window is visible. */
export function useRead<C extends RouteContract>(path: string | null, everyMs?: number) {
  return useQuery<Answer<C>, CallError>({
    queryKey: ["read", path],
    queryFn: () => get<Answer<C>>(path as string),
    enabled: path !== null,
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
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
