// Runs cases of the benchmarks in processes of their own, several at the same time. For quick runs: the figures disturb each other.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../main.ts', import.meta.url));

/**
 * Deals the cases to one process for each core, those of `together`, which share measurements, to one of them. Resolves with whether
 * all of them ended well.
 */
export async function runInProcesses(
  names: readonly string[],
  together: readonly string[],
): Promise<boolean> {
  const sharing = names.filter((name) => together.includes(name));
  const others = names.filter((name) => !together.includes(name));
  const count = Math.min(availableParallelism(), names.length);
  const shares = Array.from({ length: count }, () => [] as string[]);
  shares[0]!.push(...sharing);
  for (const name of others) {
    const shortest = shares.reduce((a, b) => (b.length < a.length ? b : a));
    shortest.push(name);
  }
  const ended = await Promise.all(shares.map(runShare));
  return ended.every(Boolean);
}

async function runShare(names: readonly string[]): Promise<boolean> {
  const args = [main, '--quick', '--in-turn', ...names];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  const [code] = await once(child, 'exit');
  return code === 0;
}
