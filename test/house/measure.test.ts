import { describe, expect, it } from "vitest";
import { figuresOf, measureHouse, within } from "./measure.ts";

describe("the figures of the house", () => {
  for (const { name, value, aim } of measureHouse()) {
    it(name, () => {
      expect(within(value, aim), `${value}, asked for ${JSON.stringify(aim)}`).toBe(true);
    });
  }

  it("count what they are called", () => {
    const source = [
      "/** One. */",
      "export function a(x: unknown) {",
      "  const y = x as string; // why",
      "  return { ...{ y }, z: y!, w: [1] as const };",
      "}",
      "const b = () => 1;",
      "",
    ].join("\n");
    expect(figuresOf("planted.ts", source)).toEqual({
      lines: 6,
      commentLines: 2,
      functionLines: [4],
      casts: 1,
      assertions: 1,
      packings: 1,
    });
    expect(within(0.39, { least: 0.4 })).toBe(false);
    expect(within(16, { least: 10, most: 15 })).toBe(false);
  });
});
