/* The frame around every page of the console: navigation, search, help, reminders. */

import { useEffect, useRef, useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import type { remedyRoutes } from "../../../src/api/remedyRoutes.ts";
import type { peopleRoutes } from "../../../src/api/staffRoutes.ts";
import { post, useAct, useRead } from "../ui/api.ts";
import { isTyping, useKeys } from "../ui/keys.ts";
import { useMay, useMe } from "../ui/me.ts";
import { Button } from "../ui/button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Pill } from "../ui/page.tsx";
import { SearchDialog } from "./search.tsx";
import { OtherLanguages } from "./signIn.tsx";
import { fill, number, speak } from "../ui/say.ts";
import { FRAME_WORDS } from "./words.ts";

const words = speak(FRAME_WORDS);

/** Navigation by task; the letter after "g" stands with each page. */
const NAVIGATION = [
  {
    title: words.nav.sell,
    links: [["/", words.sales, "s"]],
  },
  {
    title: words.nav.trust,
    links: [
      ["/cases", words.queue, "c"],
      ["/batches", words.batches, "b"],
      ["/appeals", words.appeals, "a"],
      ["/entitlements", words.entitlements, "e"],
    ],
  },
  {
    title: words.nav.integrity,
    links: [
      ["/policies", words.policies, "p"],
      ["/imports", words.imports, "i"],
    ],
  },
  {
    title: words.nav.house,
    links: [
      ["/people", words.people, "o"],
      ["/keys", words.keys, "k"],
      ["/log", words.log, "l"],
    ],
  },
] as const;

/** "g" and then a letter goes to a page, as in mail programs. */
function useGoing(): void {
  const [, go] = useLocation();
  const waiting = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    const paths = new Map(
      NAVIGATION.flatMap(({ links }) => links.map(([to, , key]) => [key as string, to])),
    );
    const press = (event: KeyboardEvent) => {
      if (isTyping(event)) return;
      const path = paths.get(event.key);
      if (event.key === "g") waiting.current = event.timeStamp;
      else if (path !== undefined && event.timeStamp - waiting.current < 1_500) {
        // The letter has navigated; the page's own shortcut must not act as well.
        event.preventDefault();
        event.stopImmediatePropagation();
        waiting.current = Number.NEGATIVE_INFINITY;
        go(path);
      }
    };
    document.addEventListener("keydown", press, { capture: true });
    return () => document.removeEventListener("keydown", press, { capture: true });
  }, [go]);
}

/** Reminds on every page of appeals with three quarters of their time gone. */
function DueSoon() {
  const path = "/v1/operator/appeals?state=pending";
  const { data } = useRead<typeof remedyRoutes.listAppeals>(path, 30_000);
  const count = data?.appeals.filter((one) => one.dueSoon).length ?? 0;
  return count === 0 ? null : <Pill tone="warm">{fill(words.appealsDueSoon, { n: count })}</Pill>;
}

/** Says on every page that the budget of texts runs out, and what still works. */
function TextBudget() {
  const { data } = useRead<typeof peopleRoutes.showTextBudget>("/v1/operator/text-budget", 15_000);
  if (!data || data.state === "ok") return null;
  const text = data.state === "warn" ? words.textsRunOut : words.textsUsedUp;
  return (
    <p className={data.state === "warn" ? "note warm" : "note bad"} role="status">
      {fill(text, { n: number(data.sentCount), of: number(data.perHourCount) })}
    </p>
  );
}

/** The navigation. The reminder stands with appeals, for those who may answer them. */
function Navigation() {
  const [at] = useLocation();
  const mayAnswer = useMay("appeal.decide");
  const current = (to: string) =>
    to === "/" ? at === "/" || at.startsWith("/sales") : at.startsWith(to);
  return (
    <nav aria-label={words.nav.all}>
      {NAVIGATION.map(({ title, links }) => (
        <div key={title}>
          <h2>{title}</h2>
          <ul>
            {links.map(([to, label]) => (
              <li key={to}>
                <Link href={to} aria-current={current(to) ? "page" : undefined}>
                  {label}
                </Link>
                {to === "/appeals" && mayAnswer && <DueSoon />}
              </li>
            ))}
          </ul>
        </div>
      ))}
    </nav>
  );
}

/** All keyboard shortcuts. */
function Help({ onClose }: { readonly onClose: () => void }) {
  const groups: readonly (readonly [string, typeof words.help.caseKeys])[] = [
    [words.help.everywhere, words.help.everywhereKeys],
    [words.queue, words.help.caseKeys],
  ];
  return (
    <Dialog title={words.help.title} onClose={onClose}>
      <p>{words.help.lead}</p>
      {groups.map(([title, keys]) => (
        <section key={title}>
          <h3>{title}</h3>
          <dl className="keys">
            {keys.map((one) => (
              <div key={one.keys}>
                <dt>
                  <kbd>{one.keys}</kbd>
                </dt>
                <dd>{one.does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </Dialog>
  );
}

/** The signed-in operator, and signing out. */
function Who() {
  const me = useMe();
  const act = useAct();
  const role = me.role === null ? "" : words.roles[me.role];
  return (
    <div className="who">
      <Link href="/account">{fill(words.signedInAs, { name: me.name, role })}</Link>
      <Button
        kind="quiet"
        small
        act={act}
        onClick={() => void act.run(() => post("/v1/operators/sign-out"))}
      >
        {words.signOut}
      </Button>
      <OtherLanguages />
    </div>
  );
}

/** The frame. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [over, setOver] = useState<"help" | "search" | null>(null);
  const [open, setOpen] = useState(false);
  const [at] = useLocation();
  useGoing();
  useKeys({ "?": () => setOver("help"), "/": () => setOver("search") });
  useEffect(() => setOpen(false), [at]);
  // A closing dialog reports a moment later, when another may be open already; it closes only
  // itself.
  const closed = (which: "help" | "search") => () =>
    setOver((current) => (current === which ? null : current));
  return (
    <div className="shell" data-open={open || undefined}>
      <a className="skip" href="#main">
        {words.skip}
      </a>
      <aside>
        <div className="aside-head">
          <Link href="/" className="brand">
            <img src="/assets/mark.svg" alt="" width="26" height="26" />
            <span>Giliran</span>
          </Link>
          <button
            type="button"
            className="quiet small menu"
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {words.menu}
          </button>
        </div>
        <div className="aside-body">
          <div className="finders">
            <Button kind="quiet" small keys="/" onClick={() => setOver("search")}>
              {words.search}
            </Button>
            <Button kind="quiet" small keys="?" onClick={() => setOver("help")}>
              {words.help.short}
            </Button>
          </div>
          <Navigation />
          <Who />
        </div>
      </aside>
      <main id="main">
        <TextBudget />
        {children}
      </main>
      {over === "help" && <Help onClose={closed("help")} />}
      {over === "search" && <SearchDialog onClose={closed("search")} />}
    </div>
  );
}
