import { defineConfig } from "vitest/config";

/** The same files run on the embedded PostgreSQL and on an installed one. */
const database = (name: string, only: "embedded" | "installed", include: string[]) => ({
  test: {
    name,
    include,
    setupFiles: ["test/helpers/chance.ts", "test/helpers/watch.ts"],
    globalSetup: ["test/helpers/globalCluster.ts"],
    env: { GILIRAN_TEST_DATABASE: only },
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
          include: ["test/pure/**/*.test.ts", "test/house/**/*.test.ts"],
          setupFiles: ["test/helpers/chance.ts"],
          testTimeout: 60_000,
        },
      },
      database("embedded", "embedded", ["test/database/**/*.test.ts"]),
      database("installed", "installed", ["test/database/**/*.test.ts"]),
      {
        test: {
          name: "processes",
          include: ["test/processes/**/*.test.ts"],
          setupFiles: ["test/helpers/chance.ts"],
          testTimeout: 600_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
