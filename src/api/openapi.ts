/* The route table as an OpenAPI document. */

import { z } from "zod";
import type { RouteContract } from "./contract.ts";
import { PROBLEMS, type ProblemCode } from "./problems.ts";
import { workChallenge } from "./schemas.ts";

/**
 * Whether a route needs an Idempotency-Key: every POST except webhooks, whose senders have their
 * own ids.
 */
export function needsRequestKey(route: RouteContract): boolean {
  return route.method === "POST" && route.repeat !== "event";
}

/** Refusals that any route of a kind may give, besides its own. */
export function commonProblems(route: RouteContract): ProblemCode[] {
  const codes: ProblemCode[] = ["rate_limited", "server_busy", "internal_error"];
  if (route.params ?? route.query ?? route.body) codes.push("invalid_request");
  if (route.body) codes.push("body_too_large", "unsupported_media_type");
  if (route.auth !== "public") codes.push("sign_in_required", "session_expired", "foreign_origin");
  if (route.auth === "operator") codes.push("not_allowed", "second_factor_required");
  if (needsRequestKey(route)) {
    codes.push("idempotency_key_missing", "idempotency_key_reused", "request_in_flight");
  }
  return codes;
}

const jsonSchema = (schema: z.ZodType) =>
  z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });

function parameters(route: RouteContract): unknown[] {
  const of = (schema: z.ZodObject | undefined, place: "path" | "query") =>
    Object.entries(schema?.shape ?? {}).map(([name, type]) => ({
      name,
      in: place,
      required: place === "path",
      schema: jsonSchema(type as z.ZodType),
    }));
  const list: unknown[] = [...of(route.params, "path"), ...of(route.query, "query")];
  if (needsRequestKey(route)) {
    list.push({
      name: "Idempotency-Key",
      in: "header",
      required: true,
      description:
        "8 to 128 visible characters of your choice; repeat a request with the same one.",
      schema: { type: "string", minLength: 8, maxLength: 128 },
    });
  }
  return list;
}

/** JSON, or a form if the route takes files; only a form if it requires some. */
function contentOf({ upload }: RouteContract, schema: ReturnType<typeof jsonSchema>) {
  const json = { "application/json": { schema } };
  if (!upload) return json;
  const { field, leastFiles: least, mostFiles: most, mostFileBytes } = upload;
  const file = {
    type: "string",
    contentMediaType: "application/octet-stream",
    maxLength: mostFileBytes,
  };
  const files = most === 1 ? file : { type: "array", maxItems: most, items: file };
  const required = [...(schema.required ?? []), ...(least > 0 ? [field] : [])];
  const form = {
    ...schema,
    properties: { ...schema.properties, [field]: files },
    ...(required.length > 0 ? { required } : {}),
  };
  return { ...(least > 0 ? {} : json), "multipart/form-data": { schema: form } };
}

function responses(route: RouteContract): Record<string, unknown> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set([...route.problems, ...commonProblems(route)])) {
    const { status } = PROBLEMS[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const list: Record<string, unknown> = {
    [route.status]: {
      description: "Done",
      content: { "application/json": { schema: jsonSchema(route.response) } },
    },
  };
  for (const [status, codes] of byStatus) {
    list[status] = {
      description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title.en}`).join("\n\n"),
      content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
    };
  }
  return list;
}

/** The route table as an OpenAPI 3.1 document. */
export function openApiDocument(routes: readonly RouteContract[], version: string): unknown {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) {
    const path = route.path.replace(/:(\w+)/g, "{$1}");
    paths[path] ??= {};
    paths[path][route.method.toLowerCase()] = {
      operationId: route.id,
      summary: route.summary,
      tags: [route.auth === "operator" ? "operator" : "buyer"],
      ...(route.auth === "public" ? {} : { security: [{ [route.auth]: [] }] }),
      parameters: parameters(route),
      ...(route.body
        ? { requestBody: { required: true, content: contentOf(route, jsonSchema(route.body)) } }
        : {}),
      responses: responses(route),
    };
  }
  const problem = {
    type: "object",
    required: ["type", "title", "status", "code"],
    properties: {
      type: { type: "string" },
      title: { type: "string" },
      status: { type: "integer" },
      code: { type: "string", enum: Object.keys(PROBLEMS) },
      detail: { type: "string" },
      errors: {
        type: "array",
        items: {
          type: "object",
          properties: { field: { type: "string" }, reason: { type: "string" } },
        },
      },
      retryAfterSeconds: { type: "integer" },
      work: jsonSchema(workChallenge),
      arrival: { type: "string" },
    },
  };
  return {
    openapi: "3.1.0",
    info: { title: "Giliran", version, license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        buyer: { type: "http", scheme: "bearer", description: "or the cookie giliran_session" },
        operator: { type: "http", scheme: "bearer", description: "or the cookie giliran_operator" },
      },
    },
  };
}
