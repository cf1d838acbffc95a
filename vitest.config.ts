// Three projects: plain logic in Node on tf.js' cpu backend, the same effects in workerd on WASM, and the bundled Worker from outside.
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const inWorkerd = [
  'test/effects/**/*.test.ts',
  'test/tensor/**/*.test.ts',
  'test/workerd/**/*.test.ts',
];
const fromOutside = ['test/e2e/**/*.test.ts', 'test/browser/**/*.test.ts'];
const withBackends = ['test/faults/**/*.test.ts'];

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/workerd/**', ...fromOutside, ...withBackends],
          setupFiles: ['test/helpers/cpu-backend.ts'],
          testTimeout: 30_000,
        },
      },
      {
        plugins: [cloudflareTest({ wrangler: { configPath: './wrangler.toml' } })],
        test: {
          name: 'workerd',
          include: inWorkerd,
          // Runs on the GPU backend only.
          exclude: ['test/effects/style*.test.ts'],
          setupFiles: ['test/helpers/wasm-backend.ts'],
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: fromOutside,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'faults',
          include: withBackends,
          globalSetup: ['test/helpers/fault-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
    ],
  },
});
