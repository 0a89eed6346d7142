/* The operators of the story, each with a session. */

import { must } from "../../src/base/assert.ts";
import { inviteFirstOwner } from "../../src/people/io/operatorRoutes.ts";
import type { Role } from "../../src/access/role.ts";
import type { Api } from "./api.ts";
import type { Stage } from "./stage.ts";

/** Sessions by role. */
export interface Desk {
  readonly owner: string;
  readonly operator: string;
  readonly reviewer: string;
  readonly secondReviewer: string;
  readonly approver: string;
}

export const PASSWORD = "a password of the story";
const NAMES = {
  owner: "Ratna (pemilik)",
  operator: "Agus (operasional)",
  reviewer: "Sari (peninjau)",
  secondReviewer: "Bima (peninjau kedua)",
  approver: "Dewi (penyetuju)",
} as const;
export const DESK_NAMES: readonly string[] = Object.values(NAMES);

async function join(api: Api, invitation: string, name: string): Promise<string> {
  const accept = { invitation, name, password: PASSWORD };
  await api.call("POST", "/v1/operators/invitation", { body: accept });
  const body = { name, password: PASSWORD };
  const { session } = await api.call<{ session: string }>("POST", "/v1/operators/session", {
    body,
  });
  return session;
}

/** The owner takes the first invitation and invites the others, as after a first start. */
export async function openDesk(stage: Stage): Promise<Desk> {
  const { api, sql, keyring, clock } = stage;
  const first = await inviteFirstOwner(sql, keyring, clock.nowMs());
  const owner = await join(api, must(first, "an invitation of the owner"), NAMES.owner);
  const invite = async (role: Role, name: string) => {
    const { invitation } = await api.post<{ invitation: string }>(
      "/v1/operator/invitations",
      owner,
      { role },
    );
    return await join(api, invitation, name);
  };
  return {
    owner,
    operator: await invite("operator", NAMES.operator),
    reviewer: await invite("reviewer", NAMES.reviewer),
    secondReviewer: await invite("reviewer", NAMES.secondReviewer),
    approver: await invite("approver", NAMES.approver),
  };
}

const SESSION_MS = 11 * 3_600_000;

/** A desk that signs in again when sessions expire: the story takes days. */
export class LastingDesk {
  readonly #stage: Stage;
  #desk: Desk;
  #sinceMs: number;

  private constructor(stage: Stage, desk: Desk) {
    this.#stage = stage;
    this.#desk = desk;
    this.#sinceMs = stage.clock.nowMs();
  }

  static async open(stage: Stage): Promise<LastingDesk> {
    return new LastingDesk(stage, await openDesk(stage));
  }

  async now(): Promise<Desk> {
    if (this.#stage.clock.nowMs() - this.#sinceMs < SESSION_MS) return this.#desk;
    const again = async (name: string) => {
      const body = { name, password: PASSWORD };
      const path = "/v1/operators/session";
      return (await this.#stage.api.call<{ session: string }>("POST", path, { body })).session;
    };
    this.#sinceMs = this.#stage.clock.nowMs();
    this.#desk = {
      owner: await again(NAMES.owner),
      operator: await again(NAMES.operator),
      reviewer: await again(NAMES.reviewer),
      secondReviewer: await again(NAMES.secondReviewer),
      approver: await again(NAMES.approver),
    };
    return this.#desk;
  }
}
