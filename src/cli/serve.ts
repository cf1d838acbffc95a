// `tessera serve`: starts the service on this machine, as `npm start` does.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { projectPath } from '../node/project.ts';
import { wrongUsage } from './failure.ts';

/** Serves until the signal; returns the exit code. Throws outside of a checkout, because the service is not part of the package. */
export async function serve(port: number | undefined, signal: AbortSignal): Promise<number> {
  const start = projectPath('scripts/start/start.ts');
  if (!existsSync(start)) {
    throw wrongUsage(
      'serve: expected a checkout of the project; the installed package renders files only',
    );
  }
  const env = { ...process.env, ...(port !== undefined && { PORT: String(port) }) };
  const child = spawn(process.execPath, [start], { stdio: 'inherit', env });
  signal.addEventListener('abort', () => child.kill('SIGINT'), { once: true });
  const [code] = await once(child, 'exit');
  return code ?? 1;
}
