// The GPU backend beside the Worker of `npm start`: starts it, restarts it when it ends, and stops it at the end.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../src/gpu/main.ts', import.meta.url));

/** Pause before a restart: the first one, which doubles each time, and the longest. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** After running this long, the pause starts again at the first one. */
const STABLE_MS = 30_000;
const LISTENING_MS = 5000;
const END_MS = 3000;

export type LocalBackend = {
  url: string;
  /** Resolves when the backend listens, or after `LISTENING_MS`. */
  listening: Promise<void>;
  /** The id of the current process. */
  pid: () => number | undefined;
  end: () => Promise<void>;
};

/** The secret in this file, made at the first call, so that ids and tokens of jobs survive a restart. */
export async function keptSecret(file: string): Promise<string> {
  const kept = await readFile(file, 'utf8').catch(() => '');
  if (/^[0-9a-f]{64}$/.test(kept)) return kept;
  const secret = randomBytes(32).toString('hex');
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, secret, { mode: 0o600 });
  return secret;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** Starts a backend on a free port of this machine, with the environment `env` and this secret. */
export async function startBackend({
  env,
  secret,
  report,
}: {
  env: NodeJS.ProcessEnv;
  secret: string;
  report: (line: string) => void;
}): Promise<LocalBackend> {
  const port = await freePort();
  let child: ChildProcess;
  let ending = false;
  let pause = FIRST_PAUSE_MS;
  let onListening = (): void => {};
  const listening = new Promise<void>((resolve) => {
    onListening = resolve;
    setTimeout(resolve, LISTENING_MS).unref();
  });

  const log = (line: string): void => {
    if (line.includes('"event":"listening"')) onListening();
    if (!line.includes('"level":"info"')) report(line);
  };
  const start = (): void => {
    if (ending) return;
    const began = Date.now();
    // The IPC channel ends the backend if this process is killed.
    child = spawn(process.execPath, [entry], {
      env: { ...env, GPU_HOST: '127.0.0.1', GPU_PORT: String(port), GPU_SECRET: secret },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    if (child.stdout) createInterface({ input: child.stdout }).on('line', log);
    const restart = (how: string): void => {
      if (ending) return;
      if (Date.now() - began > STABLE_MS) pause = FIRST_PAUSE_MS;
      report(`The GPU backend ended (${how}); it restarts in ${pause / 1000} s`);
      setTimeout(start, pause);
      pause = Math.min(LONGEST_PAUSE_MS, 2 * pause);
    };
    child.once('error', (error) => restart(error.message));
    child.once('exit', (code, signal) => restart(signal ?? `exit code ${code}`));
  };
  start();

  return {
    url: `http://127.0.0.1:${port}`,
    listening,
    pid: () => child.pid,
    async end() {
      ending = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      const killing = setTimeout(() => child.kill('SIGKILL'), END_MS);
      await ended;
      clearTimeout(killing);
    },
  };
}
