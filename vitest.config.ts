import { join } from "node:path";
import { defineConfig } from "vitest/config";

/** Programs that tests start share what was compiled once: half of a start's processor time. */
const SHARED = {
  NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/giliran"),
};

/** Folders whose tests run on both kinds of PostgreSQL; tests of HTTP and of commands look at neither. */
const BOTH_KINDS = "{cases,db,messages,people,proof,sale}";

/** The same files run on the embedded PostgreSQL and on an installed one. */
const database = (name: string, only: "embedded" | "installed", include: string[]) => ({
  test: {
    name,
    include,
    setupFiles: ["test/helpers/chance.ts", "test/helpers/watch.ts"],
    globalSetup: ["test/helpers/globalCluster.ts"],
    env: { ...SHARED, GILIRAN_TEST_DATABASE: only },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: "forks" as const,
  },
});

export default defineConfig({
  test: {
    reporters: ["default"],
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: "pure",
          env: SHARED,
          include: ["test/pure/**/*.test.ts", "test/house/**/*.test.ts"],
          setupFiles: ["test/helpers/chance.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      database("embedded", "embedded", ["test/database/**/*.test.ts"]),
      database("installed", "installed", [`test/database/${BOTH_KINDS}/**/*.test.ts`]),
      {
        test: {
          name: "processes",
          env: SHARED,
          include: ["test/processes/**/*.test.ts"],
          setupFiles: ["test/helpers/chance.ts"],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "ha",
          env: SHARED,
          include: ["test/ha/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "browser",
          env: SHARED,
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
