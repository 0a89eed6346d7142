/*
 * The API documentation, rendered from the route table itself, so it cannot differ from what the
 * server does.
 */

import { z } from "zod";
import { textIn } from "../../src/base/inLanguage.ts";
import type { Language } from "../../src/base/language.ts";
import type { RouteContract } from "../../src/api/contract.ts";
import { commonProblems } from "../../src/api/openapi.ts";
import { PROBLEMS, type ProblemCode } from "../../src/api/problems.ts";
import { html, type Html } from "../ui/html.ts";
import { layout, PAGE_SCRIPT } from "../ui/layout.ts";

/** A schema as JSON Schema text; empty without one. */
function schemaText(schema: z.ZodType | undefined): string {
  if (!schema) return "";
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return JSON.stringify(rest, null, 2);
}

/** Problems with their status and title, without repeats. */
function problemList(codes: readonly ProblemCode[], language: Language): Html {
  return html`<ul class="small">
    ${[...new Set(codes)].map(
      (code) =>
        html`<li>
          <span class="mono">${PROBLEMS[code].status} ${code}</span>
          ${textIn(PROBLEMS[code].title, language)}
        </li>`,
    )}
  </ul>`;
}

/** One route: who may call it, its body, its answer, its problems. */
function routeCard(route: RouteContract, language: Language): Html {
  const body = schemaText(route.body);
  return html`<section class="card" id="${route.id}">
    <h2><span class="mono">${route.method}</span> <span class="mono">${route.path}</span></h2>
    <p>${route.summary}</p>
    <p class="small">
      ${route.auth}${route.capability ? ` · ${route.capability}` : ""}${route.method === "POST" && route.repeat !== "event" ? " · Idempotency-Key" : ""}
    </p>
    ${
      body === ""
        ? null
        : html`<details>
            <summary>Body</summary>
            <pre class="mono">${body}</pre>
          </details>`
    }
    <details>
      <summary>${route.status}</summary>
      <pre class="mono">${schemaText(route.response)}</pre>
    </details>
    <details>
      <summary>Problems</summary>
      ${problemList([...route.problems, ...commonProblems(route)], language)}
    </details>
  </section>`;
}

export function docsPage(language: Language, routes: readonly RouteContract[]): string {
  return layout({
    language,
    title: "API · Giliran",
    script: PAGE_SCRIPT,
    languageHref: "?lang=",
    content: html`<h1>API</h1>
      <p class="lead"><a href="/v1/openapi.json">OpenAPI 3.1</a></p>
      ${routes.map((route) => routeCard(route, language))}`,
  });
}
