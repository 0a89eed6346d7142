/* The queue of cases in pages, shared by the table and by the keys of an open case. */

import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { reviewRoutes } from "../../../src/api/caseRoutes.ts";
import type { CallError } from "../../ui/call.client.ts";
import { get, readAgainMs, type Answer } from "../ui/api.ts";
import { readKept, writeKept } from "../../ui/kept.client.ts";

export type CaseSummary = Answer<typeof reviewRoutes.listCases>["cases"][number];
type CaseList = Answer<typeof reviewRoutes.listCases>;

export interface CaseFilter {
  readonly sale: string;
  readonly state: "" | CaseSummary["state"];
  readonly mine: boolean;
  readonly leastOrders: number;
  readonly sort: "due" | "orders" | "bits" | "number";
}

/** Open cases, the least time left first. */
export const NO_FILTER: CaseFilter = {
  sale: "",
  state: "open",
  mine: false,
  leastOrders: 1,
  sort: "due",
};

/** Cases read at once. */
const PAGE = 200;
const KEPT = "giliran.cases";

function pathOf(filter: CaseFilter, page: number): string {
  const query = new URLSearchParams({
    ...(filter.sale === "" ? {} : { sale: filter.sale }),
    ...(filter.state === "" ? {} : { state: filter.state }),
    ...(filter.mine ? { mine: "yes" } : {}),
    leastOrders: String(filter.leastOrders),
    sort: filter.sort,
    limit: String(PAGE),
    after: String(page * PAGE),
  });
  return `/v1/operator/cases?${query}`;
}

/** The query of one page; the table and the keys share its cache. */
const queryOf = (filter: CaseFilter, page: number) => ({
  queryKey: ["read", pathOf(filter, page)],
  queryFn: () => get<CaseList>(pathOf(filter, page)),
});

/** Rows from `first` to `last`, counted from 0; rows still loading are absent. */
export function useCaseRows(filter: CaseFilter, first: number, last: number) {
  const from = Math.floor(first / PAGE);
  const pages = Array.from(
    { length: Math.floor(last / PAGE) - from + 1 },
    (_, index) => from + index,
  );
  const results = useQueries({
    queries: pages.map((page) => ({
      ...queryOf(filter, page),
      refetchInterval: readAgainMs(5_000),
    })),
  });
  const rowAt = (index: number): CaseSummary | undefined =>
    results[Math.floor(index / PAGE) - from]?.data?.cases[index % PAGE];
  const total = results.find((one) => one.data)?.data?.total;
  const error = (results.find((one) => one.error)?.error ?? null) as CallError | null;
  return { rowAt, total, error };
}

/** The case at a position of the queue, for the "next" keys. */
export function useCaseAt() {
  const client = useQueryClient();
  return async (filter: CaseFilter, index: number): Promise<CaseSummary | undefined> => {
    if (index < 0) return undefined;
    const { cases } = await client.fetchQuery({
      ...queryOf(filter, Math.floor(index / PAGE)),
      staleTime: 0,
    });
    return cases[index % PAGE];
  };
}

/**
 * The filter, remembered while the tab is open, so that an opened case continues in the same list.
 */
export function useCaseFilter(): [CaseFilter, (filter: CaseFilter) => void] {
  const [filter, setFilter] = useState<CaseFilter>(() => {
    const kept = readKept(KEPT);
    return kept === null ? NO_FILTER : { ...NO_FILTER, ...(JSON.parse(kept) as CaseFilter) };
  });
  return [
    filter,
    (next) => {
      writeKept(KEPT, JSON.stringify(next));
      setFilter(next);
    },
  ];
}
