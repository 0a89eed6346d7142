/* The console's program: signing in, routes, and parts that are loaded on demand. */

import { lazy, Suspense, useState } from "react";
import { Redirect, Route, Router, Switch, useLocation } from "wouter";
import type { ownRoutes } from "../../../src/api/staffRoutes.ts";
import { useRead } from "../ui/api.ts";
import { AppealPage, AppealsPage } from "../appeals/appealsPage.tsx";
import { BatchesPage } from "../batches/batchesPage.tsx";
import { CasePage } from "../cases/casePage.tsx";
import { CasesPage } from "../cases/casesPage.tsx";
import { EntitlementsPage } from "../entitlements/entitlementsPage.tsx";
import { LivePage } from "../live/livePage.tsx";
import { Empty } from "../ui/page.tsx";
import { Guarded, Loading, ReadProblem } from "../ui/problem.tsx";
import { MeContext } from "../ui/me.ts";
import { SalesPage } from "../sales/salesPage.tsx";
import { Shell } from "./shell.tsx";
import { EndLogin, GiveFactor, SetUpFactor } from "./factor.tsx";
import { SignIn } from "./signIn.tsx";
import { speak } from "../ui/say.ts";
import { FRAME_WORDS } from "./words.ts";

const words = speak(FRAME_WORDS);

/** Pages that nobody needs in the middle of a sale are loaded on demand. */
const SaleWizard = lazy(async () => {
  const { SaleWizard: page } = await import("../sales/saleWizard.tsx");
  return { default: page };
});
const RehearsalPage = lazy(async () => {
  const { RehearsalPage: page } = await import("../rehearsal/rehearsalPage.tsx");
  return { default: page };
});
const PoliciesPage = lazy(async () => {
  const { PoliciesPage: page } = await import("../policies/policiesPage.tsx");
  return { default: page };
});
const ErrorPage = lazy(async () => {
  const { ErrorPage: page } = await import("../ownError/ownErrorPage.tsx");
  return { default: page };
});
const imports = () => import("../imports/importPages.tsx");
const ImportsPage = lazy(async () => ({ default: (await imports()).ImportsPage }));
const ImportPage = lazy(async () => ({ default: (await imports()).ImportPage }));
const PeoplePage = lazy(async () => {
  const { PeoplePage: page } = await import("../people/peoplePage.tsx");
  return { default: page };
});
const KeysPage = lazy(async () => {
  const { KeysPage: page } = await import("../keys/keysPage.tsx");
  return { default: page };
});
const LogPage = lazy(async () => {
  const { LogPage: page } = await import("../log/logPage.tsx");
  return { default: page };
});
const AccountPage = lazy(async () => {
  const { AccountPage: page } = await import("../account/accountPage.tsx");
  return { default: page };
});

/** The routes; the case page is keyed by its case. */
function Pages() {
  return (
    <Suspense fallback={<Loading />}>
      <Switch>
        <Route path="/" component={SalesPage} />
        <Route path="/sales/new">{() => <SaleWizard from={null} />}</Route>
        <Route path="/sales/:slug/clone">{({ slug }) => <SaleWizard from={slug} />}</Route>
        <Route path="/sales/:slug/rehearsal">{({ slug }) => <RehearsalPage slug={slug} />}</Route>
        <Route path="/sales/:slug/error">{({ slug }) => <ErrorPage slug={slug} />}</Route>
        <Route path="/sales/:slug">{({ slug }) => <LivePage slug={slug} />}</Route>
        <Route path="/cases" component={CasesPage} />
        <Route path="/cases/:slug/:caseNo">
          {({ slug, caseNo }) => (
            // Each case gets a fresh component: nothing of the previous one may stay.
            <CasePage key={`${slug} ${caseNo}`} slug={slug} caseNo={Number(caseNo)} />
          )}
        </Route>
        <Route path="/batches" component={BatchesPage} />
        <Route path="/appeals" component={AppealsPage} />
        <Route path="/appeals/:appealId">{({ appealId }) => <AppealPage id={appealId} />}</Route>
        <Route path="/entitlements" component={EntitlementsPage} />
        <Route path="/policies" component={PoliciesPage} />
        <Route path="/imports" component={ImportsPage} />
        <Route path="/imports/:importId">{({ importId }) => <ImportPage id={importId} />}</Route>
        <Route path="/people" component={PeoplePage} />
        <Route path="/keys" component={KeysPage} />
        <Route path="/log" component={LogPage} />
        <Route path="/account" component={AccountPage} />
        <Route path="/console">{() => <Redirect to="/" />}</Route>
        <Route>{() => <Empty>{words.noSuchPage}</Empty>}</Route>
      </Switch>
    </Suspense>
  );
}

/** The page at the address; another address gives a broken one another chance. */
function GuardedPages() {
  const [path] = useLocation();
  return (
    <Guarded key={path}>
      <Pages />
    </Guarded>
  );
}

/** Signing in, or the console for the signed-in operator. */
export function App() {
  const me = useRead<typeof ownRoutes.showMe>("/v1/operator/me");
  // Stays until the recovery codes were read, though the session needs nothing any more by then.
  const [settingUp, setSettingUp] = useState(false);
  if (location.pathname === "/console/login") return <EndLogin />;
  if (me.error?.status === 401) return <SignIn />;
  if (!me.data)
    return <main id="main">{me.error ? <ReadProblem of={me.error} /> : <Loading />}</main>;
  if (me.data.needs === "give") return <GiveFactor />;
  if (me.data.needs === "set_up" && !settingUp) setSettingUp(true);
  if (settingUp) return <SetUpFactor />;
  return (
    <MeContext value={me.data}>
      <Router base="/console">
        <Shell>
          <GuardedPages />
        </Shell>
      </Router>
    </MeContext>
  );
}
