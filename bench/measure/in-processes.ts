// Runs cases of the benchmarks in processes of their own, several at the same time. For quick runs: the figures disturb each other.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/** Deals the cases to one process for each core. Resolves with whether all of them ended well. */
export async function runInProcesses(names: readonly string[]): Promise<boolean> {
  const count = Math.min(availableParallelism(), names.length);
  const shares = Array.from({ length: count }, (_, i) => names.filter((__, n) => n % count === i));
  const ended = await Promise.all(shares.map(runShare));
  return ended.every(Boolean);
}

async function runShare(names: readonly string[]): Promise<boolean> {
  const args = [main, '--quick', '--in-turn', ...names];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code === 0;
}
