import { beforeAll, expect, it } from "vitest";
import { ROLES, capabilitiesOf } from "../../../src/access/role.ts";
import { ROUTES } from "../../../src/api/routes.ts";
import { operator } from "../../helpers/cases.ts";
import { describeOnDatabase } from "../../helpers/database.ts";
import { smallSale } from "../../helpers/sale.ts";
import { TestServer } from "../../helpers/server.ts";

/** Routes that this matrix does not cover; it must stay empty. */
const UNTESTED: readonly string[] = [];

const FILLED: Readonly<Record<string, string>> = {
  ":slug": "small",
  ":roundNo": "1",
  ":caseNo": "1",
  ":fileNo": "1",
  ":provider": "sandbox",
  ":digest": "0".repeat(64),
  ":link": "0".repeat(48),
  ":ticket": "x".repeat(12),
};
const UUID = "00000000-0000-4000-8000-000000000000";
const address = (path: string) => path.replaceAll(/:\w+/g, (name) => FILLED[name] ?? UUID);

/** Every operator's route, with every role and with nobody: who may not is told so before all else. */
describeOnDatabase("roles", () => {
  let test: TestServer;
  const sessions = new Map<string, string>();
  let buyer = "";

  beforeAll(async () => {
    test = await TestServer.start();
    await test.createSale(smallSale());
    for (const role of ROLES) sessions.set(role, await operator(test, role, role));
    buyer = await test.signIn(1);
  });

  const routes = ROUTES.filter((route) => route.auth === "operator");

  it("sees all routes of operators, each with a capability", () => {
    expect(routes.length).toBeGreaterThan(35);
    expect(routes.filter((route) => route.capability === undefined)).toEqual([]);
    expect(UNTESTED).toEqual([]);
  });

  for (const route of routes) {
    it(`${route.id}: exactly the roles that may`, async () => {
      const call = (session: string | undefined) =>
        route.method === "GET"
          ? test.get(address(route.path), session)
          : test.post(address(route.path), session, {});
      for (const role of ROLES) {
        // A session that signs itself out would be gone for the routes after it.
        if (route.id === "signOutOperator") break;
        const { status, body } = await call(sessions.get(role));
        const allowed = capabilitiesOf(role).includes(route.capability!);
        expect({ role, allowed, refused: body.code === "not_allowed" }).toEqual({
          role,
          allowed,
          refused: !allowed,
        });
        expect(status).toBeLessThan(500);
      }
      for (const session of [undefined, buyer]) {
        expect((await call(session)).body.code).toBe("sign_in_required");
      }
    });
  }

  it("no role can cancel alone: who decides cases cannot approve, who approves cannot decide", () => {
    for (const role of ROLES.filter((one) => one !== "owner")) {
      const both =
        capabilitiesOf(role).includes("case.decide") &&
        capabilitiesOf(role).includes("batch.approve");
      expect({ role, both }).toEqual({ role, both: false });
    }
    for (const capability of [
      "case.decide",
      "case.unmask",
      "batch.approve",
      "appeal.decide",
    ] as const) {
      expect(capabilitiesOf("auditor").includes(capability)).toBe(false);
    }
  });
});
