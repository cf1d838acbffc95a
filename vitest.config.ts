// Projects: `node` is logic and effects in Node on tf.js' cpu backend, `mocks` the same with modules that tests replace, `workerd` what
// depends on the Workers runtime, `e2e` the bundled Worker over HTTP. `adopters` is the packed client
// in the frameworks that use it. `slow`, `slow-workerd`, `browser`, `deploy`, `faults` and `hostile` take minutes.
import { globSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { configDefaults, defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { PROJECTS } from './scripts/test/projects.ts';
import { FILES_AT_A_TIME } from './scripts/test/run-vitest.ts';
import { ProjectSequencer } from './scripts/test/sequencer.ts';
import { mirroredWeights } from './test/helpers/nets/mirrored-weights.ts';

const slow = ['test/**/*.slow.test.ts'];
const fromOutside = ['test/e2e/**/*.test.ts'];
const inBrowser = ['test/browser/**/*.test.ts'];
const withBackends = ['test/faults/**/*.test.ts'];
const withWrangler = ['test/deploy/{deploy,document}.test.ts'];
const withFrameworks = ['test/adopters/*.test.ts'];
const hostile = ['test/hostile/worker*.test.ts', 'test/hostile/fuzz*.test.ts'];

/** The networks of fast style transfer and hybrid's whole runs take seconds on the cpu backend, which no service uses: they run on WASM alone. */
const onlyInWorkerd = [
  'test/workerd/**/*.test.ts',
  'test/nets/magenta/**/*.test.ts',
  'test/effects/style/{draft,fast-nets}.test.ts',
  'test/effects/hybrid/{align,alpha,bands,effect,golden-runs,preview,reference}.test.ts',
  'test/render/yields.test.ts',
];
/** Tests of what is computed with tensors, which WASM may do otherwise than the cpu backend. */
const onBothBackends = [
  'test/tensor/ops/**/*.test.ts',
  'test/effects/hybrid/{objective,projection}.test.ts',
  'test/effects/pixelart/effect.test.ts',
  'test/effects/pixelate/**/*.test.ts',
  'test/tensor/palette/{palettise,quantise}.test.ts',
];

const root = fileURLToPath(new URL('.', import.meta.url));

/** Tests that replace modules: these need modules of their own, while the other files in Node share theirs. */
const withMocks = globSync('test/**/*.test.ts', { cwd: root }).filter((file) =>
  readFileSync(`${root}${file}`, 'utf8').includes('vi.mock('),
);

// Tests in workerd cannot read files.
async function answerFromMirror({ url }: { url: string }): Promise<Response> {
  const bytes = await mirroredWeights(new URL(url).pathname.slice(1));
  return new Response(bytes ?? null, { status: bytes ? 200 : 404 });
}

type Test = NonNullable<TestProjectInlineConfiguration['test']>;

/** Files at a time: one more than cores, because many files wait for servers, unless `npm test` decides. All projects have the same number, so that their files share the machine. */
const atATime = {
  maxWorkers: Number(process.env[FILES_AT_A_TIME]) || availableParallelism() + 1,
} as const;

/** Milliseconds after which a test or a hook hangs, on a machine that is much slower or busier than ours. What is to be quick is judged by the tests themselves. */
const patience = {
  testTimeout: 400_000,
  hookTimeout: 240_000,
  expect: { poll: { timeout: 20_000, interval: 40 } },
} as const;

/** Files share their modules: all that they import is evaluated once for each process. */
const shared = { ...atATime, ...patience, isolate: false } as const;

const onCpu: Test = {
  ...shared,
  setupFiles: ['test/helpers/cpu-backend.ts'],
};

const onWasm: Test = {
  ...shared,
  setupFiles: ['test/helpers/wasm-backend.ts'],
};

const withWorker: Test = {
  ...shared,
  globalSetup: ['test/helpers/servers/bundle-setup.ts'],
};

const inWorkerd = (test: Test): TestProjectInlineConfiguration => ({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.jobs.toml' },
      miniflare: {
        serviceBindings: { MIRROR: answerFromMirror },
        bindings: { UNSIGNED: 'true', RATE_LIMIT: 'off', METRICS_TOKEN: 'public' },
      },
    }),
  ],
  test: { ...onWasm, ...test },
});

const elsewhere = [
  ...configDefaults.exclude,
  ...onlyInWorkerd,
  ...fromOutside,
  ...inBrowser,
  ...withBackends,
  ...withWrangler,
  ...withFrameworks,
  ...hostile,
];

const projects: TestProjectInlineConfiguration[] = [
  {
    test: {
      ...onCpu,
      name: 'node',
      include: ['test/**/*.test.ts'],
      exclude: [...elsewhere, ...slow, ...withMocks],
    },
  },
  { test: { ...onCpu, name: 'mocks', include: withMocks, isolate: true } },
  { test: { ...onCpu, name: 'slow', include: slow, exclude: elsewhere } },
  inWorkerd({ name: 'workerd', include: [...onlyInWorkerd, ...onBothBackends], exclude: slow }),
  inWorkerd({ name: 'slow-workerd', include: ['test/workerd/**/*.slow.test.ts'] }),
  { test: { ...withWorker, name: 'e2e', include: fromOutside } },
  {
    test: {
      ...withWorker,
      name: 'browser',
      include: inBrowser,
    },
  },
  { test: { ...atATime, ...patience, name: 'deploy', include: withWrangler } },
  {
    test: {
      ...onCpu,
      name: 'adopters',
      include: withFrameworks,
      globalSetup: ['test/adopters/setup/pack-client.ts'],
    },
  },
  {
    test: {
      ...withWorker,
      name: 'faults',
      include: withBackends,
      globalSetup: ['test/helpers/servers/bundle-setup.ts', 'test/helpers/servers/fault-setup.ts'],
    },
  },
  {
    test: {
      ...withWorker,
      name: 'hostile',
      // Times and memory are measured, which other files in the process would change.
      isolate: true,
      include: hostile,
      setupFiles: ['test/helpers/cpu-backend.ts'],
    },
  },
];

for (const { test } of projects) {
  if (!PROJECTS.includes(String(test?.name)))
    throw new Error(
      `scripts/test/projects.ts: expected the project ${test?.name}, or npm test leaves it out`,
    );
}

export default defineConfig({ test: { sequence: { sequencer: ProjectSequencer }, projects } });
