// Entry of the GPU backend: serves jobs over HTTP and runs the processes that render them.

import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../config.ts';
import { messageOf } from '../errors.ts';
import { parseBackendKeys } from '../jobs/auth.ts';
import { createModelStore } from '../models/store.ts';
import { createModelFiles, readManifest } from '../node/model-files.ts';
import { systemCode } from '../node/system-error.ts';
import { sleep } from '../timing.ts';
import { createLog } from './log.ts';
import { createBackendMetrics } from './metrics.ts';
import { createRendererPool, type RendererPool } from './pool/pool.ts';
import { createBackendServer } from './server/server.ts';
import { readSettings, type Settings } from './settings.ts';
import { createJobTable } from './table/table.ts';

/** Beginning of the names of work folders; the id of the process follows. */
const PREFIX = 'tessera-gpu-';
const log = createLog((line) => console.log(line));

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}

function configure() {
  try {
    const { GPU_SECRET: secret, GPU_INSECURE, ...env } = process.env;
    readConfig(env);
    if (!secret && GPU_INSECURE !== 'true') {
      throw new RangeError('GPU_SECRET: expected the secret that the Worker has, got none');
    }
    const keys = secret ? parseBackendKeys(secret) : [];
    // Renderers get `env`, which does not contain the secret.
    return { settings: readSettings(env), env, keys };
  } catch (error) {
    fail(messageOf(error));
  }
}

// Removes the folders of backends that were killed.
async function removeStaleFolders(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const pid = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) {
      await rm(join(parent, name), { recursive: true, force: true }).catch(() => {});
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}

async function createFolder({ GPU_WORK_DIR }: Settings): Promise<string> {
  const parent = GPU_WORK_DIR || tmpdir();
  await removeStaleFolders(parent);
  return mkdtemp(join(parent, `${PREFIX}${process.pid}-`));
}

const { settings, env, keys } = configure();
const folder = await createFolder(settings);
const store = createModelStore({
  manifest: await readManifest(),
  read: createModelFiles(settings.GPU_MODELS).read,
});
const metrics = createBackendMetrics();
let pool: RendererPool;
const table = createJobTable({
  settings,
  pool: () => pool,
  folder,
  log,
  onEnd: metrics.ended,
});
pool = createRendererPool(settings, { env, log, onReady: table.advance });

const server = createBackendServer({
  settings,
  keys,
  table,
  folder,
  pool,
  metrics,
  models: store.installed,
  log,
});

/** How long the last lines and files may take to reach their readers after draining, in milliseconds. */
const CLOSE_MS = 2000;

let ending = false;
async function end(drain: boolean): Promise<void> {
  if (ending) return;
  ending = true;
  if (drain) {
    log('info', 'draining', { ...table.state() });
    await table.drain();
    const closed = once(server, 'close');
    server.close();
    server.closeIdleConnections();
    await Promise.race([closed, sleep(CLOSE_MS)]);
  }
  pool.close();
  await rm(folder, { recursive: true, force: true }).catch(() => {});
  process.exit(0);
}

process.on('SIGTERM', () => end(true));
process.on('SIGINT', () => end(false));
// The process that started this one with an IPC channel, if any, has ended.
process.on('disconnect', () => end(false));

server.on('error', (error) => {
  pool.close();
  fail(`GPU_PORT: cannot listen on ${settings.GPU_HOST}:${settings.GPU_PORT} (${error.message})`);
});
server.listen(settings.GPU_PORT, settings.GPU_HOST, () => {
  const { address, port } = server.address() as AddressInfo;
  log('info', 'listening', { url: `http://${address}:${port}` });
});
