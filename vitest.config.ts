// Projects: plain logic in Node on tf.js' cpu backend, the same effects in workerd on WASM, the bundled Worker from outside, and what takes minutes.
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { mirroredWeights } from './test/helpers/nets/mirrored-weights.ts';

const inWorkerd = [
  'test/effects/**/*.test.ts',
  'test/tensor/**/*.test.ts',
  'test/nets/magenta/**/*.test.ts',
  'test/workerd/**/*.test.ts',
];
const fromOutside = ['test/e2e/**/*.test.ts'];
const inBrowser = ['test/browser/**/*.test.ts'];
const withBackends = ['test/faults/**/*.test.ts'];
const hostile = ['test/hostile/worker*.test.ts', 'test/hostile/fuzz*.test.ts'];

// Tests in workerd cannot read files.
async function answerFromMirror({ url }: { url: string }): Promise<Response> {
  const bytes = await mirroredWeights(new URL(url).pathname.slice(1));
  return new Response(bytes ?? null, { status: bytes ? 200 : 404 });
}

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/**/*.test.ts'],
          exclude: ['test/workerd/**', ...fromOutside, ...inBrowser, ...withBackends, ...hostile],
          setupFiles: ['test/helpers/cpu-backend.ts'],
          testTimeout: 30_000,
        },
      },
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: './wrangler.toml' },
            miniflare: { serviceBindings: { MIRROR: answerFromMirror } },
          }),
        ],
        test: {
          name: 'workerd',
          include: inWorkerd,
          // What runs on the GPU backend only, or stands in for modules, which does not work there.
          exclude: ['test/effects/style/{effect,fast,optimise/**/*}.test.ts'],
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
          name: 'browser',
          include: inBrowser,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'faults',
          include: withBackends,
          globalSetup: ['test/helpers/servers/fault-setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 120_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'hostile',
          include: ['test/hostile/**/*.test.ts'],
          setupFiles: ['test/helpers/cpu-backend.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
