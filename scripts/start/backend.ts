// The GPU backend beside the Worker of `npm start`: started, watched, started again, ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../../src/gpu/main.ts', import.meta.url));

/** Pause before it is started again: the first, which doubles, and the longest. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Having run for so long, it counts as sound. */
const SOUND_MS = 30_000;
const LISTENING_MS = 5000;
const END_MS = 3000;

export type LocalBackend = {
  url: string;
  /** Resolves when it listens, or when that has taken too long. */
  listening: Promise<void>;
  /** Of the process there is now. */
  pid: () => number | undefined;
  end: () => Promise<void>;
};

/** The secret in this file, made when it is asked for first, so that ids and tokens of jobs outlive a restart. */
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

/** Starts a backend on a free port of this machine; it has `env` and this secret. */
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

  const tell = (line: string): void => {
    if (line.includes('"event":"listening"')) onListening();
    if (!line.includes('"level":"info"')) report(line);
  };
  const start = (): void => {
    if (ending) return;
    const began = Date.now();
    // The channel ends it where this process is killed.
    child = spawn(process.execPath, [entry], {
      env: { ...env, GPU_HOST: '127.0.0.1', GPU_PORT: String(port), GPU_SECRET: secret },
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    if (child.stdout) createInterface({ input: child.stdout }).on('line', tell);
    const again = (how: string): void => {
      if (ending) return;
      if (Date.now() - began > SOUND_MS) pause = FIRST_PAUSE_MS;
      report(`The GPU backend ended (${how}); it is started again in ${pause / 1000} s`);
      setTimeout(start, pause);
      pause = Math.min(LONGEST_PAUSE_MS, 2 * pause);
    };
    child.once('error', (error) => again(error.message));
    child.once('exit', (code, signal) => again(signal ?? `exit code ${code}`));
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
