/*
 * Says on each page who is signed in, and signs out, here or everywhere. Must never happen: the page
 * shows somebody as signed out whose session goes on.
 */

import type { Answer } from "../../src/api/contract.ts";
import type { buyerRoutes } from "../../src/api/routes.ts";
import { must } from "../../src/base/assert.ts";
import { caller, CallError } from "./call.client.ts";
import { byId } from "./dom.client.ts";
import { backoffMs } from "./pace.ts";
import { forgetAllTyped } from "./typed.client.ts";

/** How often a page looks whether its reader has signed in meanwhile; this reads a cookie only. */
const LOOK_MS = 1_000;

const root = byId("who") as HTMLDetailsElement;
const { failed = "", shop = "" } = root.dataset;
const { get, post } = caller(document.documentElement.lang, failed);
const status = must(root.querySelector<HTMLElement>("[role=status]"), "the status line");

/** Whether a cookie says that somebody is signed in; only then is the server asked. */
function isMarked(): boolean {
  try {
    return /(?:^|; )(?:__Host-)?giliran_signed_in=1/.test(document.cookie);
  } catch {
    return false;
  }
}

/** Failed calls in a row. */
let failures = 0;
/** From when on the server is asked, ms of this page's life: not while it is being asked, or has answered. */
let askFromMs = 0;

async function show(): Promise<void> {
  askFromMs = Number.POSITIVE_INFINITY;
  try {
    const { signedInAs } = await get<Answer<typeof buyerRoutes.showOwnSession>>("/v1/me/session");
    for (const place of root.querySelectorAll(".who-name")) place.textContent = signedInAs ?? shop;
    root.hidden = false;
    failures = 0;
  } catch (error) {
    // Ended elsewhere, or over. Without an answer the corner stays as it is, and the server is asked again.
    if (error instanceof CallError && error.status === 401) root.hidden = true;
    else askFromMs = performance.now() + backoffMs(++failures, Math.random());
  }
}

async function signOut(button: HTMLButtonElement): Promise<void> {
  button.disabled = true;
  status.hidden = true;
  try {
    await post(must(button.dataset.path, "a button's path"));
  } catch (error) {
    const isOut = error instanceof CallError && error.status === 401;
    if (!isOut) {
      button.disabled = false;
      status.textContent = failed;
      status.hidden = false;
      return;
    }
  }
  // The next person on this device finds neither what was typed nor what the page shows.
  forgetAllTyped();
  location.reload();
}

for (const button of root.querySelectorAll("button")) {
  button.addEventListener("click", () => void signOut(button));
}

function look(): void {
  if (!isMarked()) {
    root.hidden = true;
    askFromMs = 0;
  } else if (performance.now() >= askFromMs) void show();
}
look();
setInterval(look, LOOK_MS);
// A page from the browser's memory may show somebody who has signed out since.
addEventListener("pageshow", (event) => {
  if (event.persisted && isMarked()) void show();
});
