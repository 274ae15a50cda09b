import { defineConfig } from 'vitest/config';

/** Rewrites recorded histories, so it is there only when scripts/record.mjs asks for it. */
const recorder = {
  test: {
    name: 'record',
    include: ['test/replay/record.ts'],
    globalSetup: ['test/support/build.ts', 'test/support/temporal-server.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
};

/** `unit` is the inner loop (`npm run check`): pure code, golden files, adapters on real git and real processes. `server` needs a Temporal dev server, which its global set-up finds or fetches. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/workflows/**', 'test/e2e/**', 'test/replay/**', 'test/chaos/**', 'test/adapters/temporal/**'],
          globalSetup: ['test/support/build.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'server',
          include: ['test/workflows/**/*.test.ts', 'test/replay/**/*.test.ts', 'test/adapters/temporal/**/*.test.ts'],
          globalSetup: ['test/support/build.ts', 'test/support/temporal-server.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts', 'test/chaos/**/*.test.ts'],
          globalSetup: ['test/support/build.ts', 'test/support/temporal-server.ts'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 180_000,
        },
      },
      ...(process.env['TALLYMAN_RECORD'] === '1' ? [recorder] : []),
    ],
  },
});
