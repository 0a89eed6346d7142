import { useMutation, useQuery, useQueryClient, QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { z } from "zod";
import type { RouteContract } from "../../../src/api/contract.ts";
import { caller, CallError } from "../../ui/call.client.ts";
import { language } from "./language.ts";
import { words } from "./say.ts";

/* The wire, typed by the route table itself. */

export type Answer<C extends RouteContract> = z.output<C["response"]>;

export const { get, post } = caller(language, words.failed);

/** Retries and their keys are the caller's business; what is shown may be a second old. */
export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: false, refetchOnWindowFocus: true, staleTime: 500 } },
});

/** Reads a path, again every `everyMs` where that is given and the window is seen. */
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
   * Does something; afterwards everything shown is read again, after a refusal, too: what was shown was
   * then often old. True when it was done.
   */
  run(work: () => Promise<unknown>): Promise<boolean>;
}

/** One thing at a time, and what went wrong with it. */
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
