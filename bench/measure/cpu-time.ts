// CPU time of processes' main threads, in which workerd runs its Worker. It does not grow while the machine does other things.
import { readFileSync } from 'node:fs';

/** Milliseconds of CPU so far, summed over the processes; exact while they are idle. `undefined` without `/proc`. */
export function cpuMs(pids: readonly number[]): number | undefined {
  if (pids.length === 0) return undefined;
  try {
    return pids.reduce((sum, pid) => sum + mainThreadMs(pid), 0);
  } catch {
    return undefined;
  }
}

function mainThreadMs(pid: number): number {
  const [ns] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
  return Number(ns) / 1e6;
}
