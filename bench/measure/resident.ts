// Resident memory of processes, from `/proc`; 0 where there is none.
import { readFileSync, writeFileSync } from 'node:fs';

/** `VmRSS` (now) or `VmHWM` (the most so far) of all the processes, in bytes. */
export function resident(pids: readonly number[], field: 'VmRSS' | 'VmHWM'): number {
  return pids.reduce((sum, pid) => sum + fieldOf(pid, field), 0);
}

function fieldOf(pid: number, field: string): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    return 1024 * Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** Makes `VmHWM` begin again at what is resident now. */
export function resetHighWater(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5');
    } catch {
      // Without it the peak is that of the whole run.
    }
  }
}
