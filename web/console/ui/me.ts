import { createContext, useContext } from "react";
import type { ownRoutes } from "../../../src/api/houseRoutes.ts";
import type { Answer } from "./api.ts";

export type Me = Answer<typeof ownRoutes.showMe>;
export const MeContext = createContext<Me | null>(null);

/** Who is signed in. */
export function useMe(): Me {
  return useContext(MeContext) as Me;
}

/** Whether she may; the server decides again whatever is shown here. */
export function useMay(capability: string): boolean {
  return useMe().capabilities.includes(capability);
}
