/* The signed-in operator and her capabilities. */

import { createContext, useContext } from "react";
import type { ownRoutes } from "../../../src/api/staffRoutes.ts";
import type { Answer } from "./api.ts";

export type Me = Answer<typeof ownRoutes.showMe>;
export const MeContext = createContext<Me | null>(null);

/** The signed-in operator. */
export function useMe(): Me {
  return useContext(MeContext) as Me;
}

/** Whether to show a control. The server checks every action itself. */
export function useMay(capability: string): boolean {
  return useMe().capabilities.includes(capability);
}
