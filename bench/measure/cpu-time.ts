// CPU time of processes' main threads, where workerd runs its Worker: it does not grow while the machine does something else.
import { readFileSync } from 'node:fs';

/** Milliseconds so far of all the processes together, exact while they wait; `undefined` where there is no `/proc`. */
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
