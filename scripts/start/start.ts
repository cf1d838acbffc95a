// `npm start`: serves the Worker on this machine, configured by environment variables. Ctrl-C ends everything.
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { variables } from '../../src/config.ts';
import { JOB_BINDINGS, readSettings } from '../../src/edge/settings.ts';
import { planRules } from '../../src/http/catalogue/presets.ts';
import { createModelStore } from '../../src/models/store.ts';
import { createModelFiles, MODELS_FOLDER, readManifest } from '../../src/node/model-files.ts';
import { readArguments } from '../command-line.ts';
import { ensureGlue } from '../glue.ts';
import { installFromMirror } from '../models/models.ts';
import { publishModels } from '../models/publish-models.ts';
import { ensurePage } from '../page.ts';
import { sign } from '../sign.ts';
import { ensureSite } from '../site/site.ts';
import { keptSecret, startBackend } from './backend.ts';
import { styleExamples } from './style-examples.ts';

readArguments('usage: npm start, configured by environment variables: see docs/operating.md', {});

const root = fileURLToPath(new URL('../..', import.meta.url));

// Keep wrangler off the network: no metrics, no update check, no request metadata from outside.
Object.assign(process.env, {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CI: '1',
});

/** What `wrangler.jobs.toml` binds, as far as settings depend on it. */
const BOUND = Object.fromEntries(JOB_BINDINGS.map((name) => [name, true]));

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function readPort(text: string | undefined): number {
  if (text === undefined || text === '') return 8787;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65535) {
    fail(`PORT: expected an integer from 1 to 65535, got ${JSON.stringify(text)}`);
  }
  return port;
}

try {
  const config = readSettings({
    DEVELOPMENT: 'true',
    ...process.env,
    // Without one, a secret of this machine is used.
    GPU_SECRET: process.env.GPU_SECRET || '-'.repeat(16),
    ...BOUND,
  });
  const { ALLOWED_EFFECTS, PRESETS, PRESETS_ONLY } = config;
  // Effects take a second to load.
  if (ALLOWED_EFFECTS.length > 0 || Object.keys(PRESETS).length > 0 || PRESETS_ONLY) {
    planRules(config, (await import('../../src/effects/index.ts')).effects);
  }
} catch (error) {
  fail((error as Error).message);
}

// With a port in use, the runtime would wait for ever or take another one.
async function checkFree(port: number): Promise<void> {
  const server = createServer();
  const error = await new Promise<NodeJS.ErrnoException | undefined>((resolve) => {
    server.once('error', resolve).listen(port, '127.0.0.1', () => resolve(undefined));
  });
  if (error) fail(`PORT: cannot listen on ${port} (${error.code}), try PORT=${port + 1} npm start`);
  await new Promise((resolve) => server.close(resolve));
}

const port = readPort(process.env.PORT);
await checkFree(port);
await Promise.all([ensureGlue(), ensurePage()]);

const { MODELS_MIRROR, GPU_MODELS } = process.env;
const folder = GPU_MODELS || MODELS_FOLDER;
for (const line of await installFromMirror(MODELS_MIRROR, { folder })) console.log(line);
const manifest = await readManifest();
await publishModels({ manifest, folder }).catch((error: Error) => {
  console.error(`The Worker has no models: ${error.message}`);
});

const state = `${root}/.wrangler/state`;
const secret = process.env.GPU_SECRET || (await keptSecret(`${state}/gpu-secret`));
// If GPU_BACKENDS is set, even to the empty text, no local backend is started.
const backend =
  process.env.GPU_BACKENDS === undefined
    ? await startBackend({ env: process.env, secret, report: console.error })
    : undefined;

const values: Record<string, string | undefined> = {
  DEVELOPMENT: 'true',
  GPU_BACKENDS: backend?.url,
  GPU_SECRET: secret,
};
for (const name of Object.keys(variables)) values[name] = process.env[name] || values[name];
const bindings = Object.fromEntries(
  Object.entries(values).flatMap(([name, value]) =>
    value ? [[name, { type: 'plain_text' as const, value }]] : [],
  ),
);

// wrangler looks for the secrets that a deployment needs, and warns if there are none; the values below count.
process.env.SIGNING_KEYS ??= '';
process.env.GPU_SECRET ||= secret;
const { unstable_startWorker: startWorker } = await import('wrangler');
const worker = await startWorker({
  config: `${root}/wrangler.jobs.toml`,
  bindings,
  dev: {
    server: { hostname: '127.0.0.1', port },
    inspector: false,
    logLevel: 'warn',
    persist: state,
  },
});

let ending = false;
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  // A runtime that does not end must not block the terminal.
  setTimeout(() => process.exit(code), 5000).unref();
  await Promise.allSettled([backend?.end(), worker.dispose()]);
  process.exit(code);
}
process.on('SIGINT', () => end(0));
process.on('SIGTERM', () => end(0));

await Promise.all([worker.ready, backend?.listening]);
const { origin } = await worker.url;
const url = `${origin}/t/w=512,h=512,fit=cover/hybrid,far=asset:bust.jpg/f=webp/asset:chess.jpg`;
const keys = values.SIGNING_KEYS;
const example = keys ? await sign([url], { keys, now: Date.now() }) : url;
console.log(`Tessera is at ${origin}/\nTry ${example}`);
console.log(
  keys
    ? 'SIGNING_KEYS is set: sign other URLs with npm run sign -- <url>'
    : styleExamples(origin, await installedModels()),
);
// The first time its pictures take half a minute, so the service is there before it.
await ensureSite({ report: console.log }).then(
  () => console.log(`The documentation is at ${origin}/docs/`),
  (error: Error) => console.error(`The documentation is missing: ${error.message}`),
);

async function installedModels(): Promise<string[]> {
  const { read } = createModelFiles(folder);
  return createModelStore({ manifest, read }).installed();
}
