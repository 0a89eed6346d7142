/* The search dialog of the console. */

import { useState } from "react";
import { useLocation } from "wouter";
import type { ownRoutes } from "../../../src/api/staffRoutes.ts";
import { useRead, type Answer } from "../ui/api.ts";
import { Dialog } from "../ui/dialog.tsx";
import { named, speak } from "../ui/say.ts";
import { FRAME_WORDS } from "./words.ts";

const words = speak(FRAME_WORDS);

type Found = Answer<typeof ownRoutes.search>["found"][number];

/** The address of a hit. */
function placeOf(one: Found): string {
  switch (one.kind) {
    case "sale":
      return `/sales/${one.sale}`;
    case "case":
    case "order":
      return `/cases/${one.sale}/${one.caseNo}`;
    case "appeal":
      return `/appeals/${one.id}`;
    case "batch":
      return "/batches";
    case "person":
      return "/people";
  }
}

/**
 * Finds sales, cases, orders, appeals, batches and people by names, numbers and beginnings of
 * identifiers.
 */
export function SearchDialog({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const [, go] = useLocation();
  const asked = typed.trim();
  const path = asked === "" ? null : `/v1/operator/search?q=${encodeURIComponent(asked)}`;
  const { data } = useRead<typeof ownRoutes.search>(path);
  const open = (one: Found) => {
    go(placeOf(one));
    onClose();
  };
  return (
    <Dialog title={words.search} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const first = data?.found[0];
          if (first) open(first);
        }}
      >
        <label htmlFor="search">{words.searchLabel}</label>
        <input
          id="search"
          // Not "search": there the first Esc only empties the field.
          type="text"
          inputMode="search"
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
        />
      </form>
      <ul className="found" aria-live="polite">
        {data?.found.map((one) => (
          <li key={`${one.kind} ${one.id} ${one.sale}`}>
            <button type="button" className="line" onClick={() => open(one)}>
              <b>{one.title}</b>
              <span className="small">
                {named(words.kinds, one.kind)} ·{" "}
                {[one.sale, one.detail].filter(Boolean).join(" · ")}
              </span>
            </button>
          </li>
        ))}
        {data?.found.length === 0 && <li className="small">{words.nothingFound}</li>}
      </ul>
    </Dialog>
  );
}
