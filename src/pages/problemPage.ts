/* The error page for browsers, and the files that browsers and crawlers ask for by themselves. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { problemPage } from "../../web/ui/problemPage.ts";
import type { ProblemCode } from "../api/problems.ts";
import { sendHtml, STYLE_HASH } from "./assets.ts";
import { languageOf } from "../http/call.ts";
import { SHARED_HEADERS } from "../http/headers.ts";

/** A page without script and form: its policy allows less than that of other pages. */
const PAGE_POLICY = [
  "default-src 'none'",
  `style-src 'self' ${STYLE_HASH}`,
  "img-src 'self' data:",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** Sends a refusal as a page. Status and other headers are already set. */
export async function sendProblemPage(
  request: FastifyRequest,
  reply: FastifyReply,
  code: ProblemCode,
): Promise<FastifyReply> {
  reply.header("content-security-policy", PAGE_POLICY).header("referrer-policy", "no-referrer");
  return await sendHtml(request, reply, problemPage(languageOf(request), code));
}

const MARK = readFileSync(join(import.meta.dirname, "../../web/assets/mark.svg"));
/** Pages about persons are of no use to search engines, and links to decisions are secret. */
const ROBOTS = [
  "User-agent: *",
  ...["/d/", "/me", "/console", "/v1/"].map((path) => `Disallow: ${path}`),
];
const DAY_SECONDS = 86_400;

/** Serves the favicon and robots.txt. */
export function mountBrowserFiles(app: FastifyInstance): void {
  const files = [
    { path: "/favicon.ico", type: "image/svg+xml", body: MARK },
    { path: "/robots.txt", type: "text/plain; charset=utf-8", body: `${ROBOTS.join("\n")}\n` },
  ];
  for (const { path, type, body } of files) {
    app.get(path, async (_request, reply) =>
      reply
        .headers(SHARED_HEADERS)
        .header("cache-control", `public, max-age=${DAY_SECONDS}`)
        .header("content-type", type)
        .send(body),
    );
  }
}
