// The bundled Worker in its own processes, which can be killed.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type BundledWorker, startBundledWorker } from './bundled-worker.ts';

const self = fileURLToPath(import.meta.url);

/** Starts it on the state in the folder `persist`; `close` kills it with SIGKILL, runtime included. Its temporary files go to `persist`. */
export async function startWorkerProcess(
  vars: Record<string, string>,
  { persist }: { persist: string },
): Promise<BundledWorker> {
  const child = spawn(process.execPath, [self, JSON.stringify({ vars, persist })], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, TMPDIR: persist },
    // Leader of a process group, to which the runtime belongs as well.
    detached: true,
  });
  const url = new URL(await firstLine(child));
  return {
    url,
    fetch: (path, init) => fetch(new URL(path, url), init),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      process.kill(-(child.pid as number), 'SIGKILL');
      await once(child, 'exit');
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout as NonNullable<ChildProcess['stdout']> }).once(
      'line',
      resolve,
    );
    child.once('exit', (code) => reject(new Error(`the Worker's process ended with ${code}`)));
  });
}

if (process.argv[1] === self) {
  const { vars, persist } = JSON.parse(process.argv[2] as string) as {
    vars: Record<string, string>;
    persist: string;
  };
  const { url } = await startBundledWorker(vars, { persist });
  console.log(url.href);
}
