// Resident memory of processes, from `/proc`; 0 if the platform has no `/proc`.
import { readFileSync, writeFileSync } from 'node:fs';

/** `VmRSS` (now) or `VmHWM` (highest so far), summed over the processes, in bytes. */
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

/** Resets `VmHWM` to the memory that is resident now. */
export function resetHighWater(pids: readonly number[]): void {
  for (const pid of pids) {
    try {
      writeFileSync(`/proc/${pid}/clear_refs`, '5');
    } catch {
      // Not Linux, or not permitted: the peak is then that of the whole run.
    }
  }
}
