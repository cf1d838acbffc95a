// `npm start`: serves the Worker on this machine, configured by environment variables, and ends everything with Ctrl-C.
import { existsSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { readConfig, variables } from '../src/config.ts';
import { parseAllowList } from '../src/sources/allow-list.ts';
import { checkBase } from '../src/sources/source-url.ts';
import { buildGlue } from './glue.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

// Nothing here needs an account or the network: no metrics, no update check, no request metadata from outside.
Object.assign(process.env, {
  WRANGLER_SEND_METRICS: 'false',
  WRANGLER_SEND_ERROR_REPORTS: 'false',
  CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  WRANGLER_HIDE_BANNER: 'true',
  CI: '1',
});

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
  const config = readConfig(process.env);
  parseAllowList(config.ALLOWED_SOURCES);
  checkBase(config.SOURCE_BASE);
} catch (error) {
  fail((error as Error).message);
}

// The runtime would wait for ever, or take another port.
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
if (!existsSync(`${root}/src/edge/generated/tfjs-backend.wasm`)) await buildGlue();

const set = Object.keys(variables).filter((name) => process.env[name]);
const bindings = Object.fromEntries(
  set.map((name) => [name, { type: 'plain_text' as const, value: process.env[name] as string }]),
);

const { unstable_startWorker: startWorker } = await import('wrangler');
const worker = await startWorker({
  config: `${root}/wrangler.toml`,
  bindings,
  dev: {
    server: { hostname: '127.0.0.1', port },
    inspector: false,
    logLevel: 'warn',
    persist: `${root}/.wrangler/state`,
  },
});

let ending = false;
async function end(code: number): Promise<void> {
  if (ending) return;
  ending = true;
  // A runtime that does not let go must not keep the terminal.
  setTimeout(() => process.exit(code), 5000).unref();
  await worker.dispose();
  process.exit(code);
}
process.on('SIGINT', () => end(0));
process.on('SIGTERM', () => end(0));

await worker.ready;
const { origin } = await worker.url;
const example = `${origin}/t/w=512,h=512,fit=cover/hybrid,far=asset:bust.jpg/f=webp/asset:chess.jpg`;
console.log(`Tessera is at ${origin}/\nTry ${example}`);
