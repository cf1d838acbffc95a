// Processor time of a Worker's processes, which judges its answers: seconds on the clock depend on what else the machine does.
import { readFileSync } from 'node:fs';

/** Milliseconds of a clock tick, which Linux counts processor time in. */
const TICK_MS = 10;

/** Fields of `/proc/<pid>/stat` after the name in brackets: time in the process itself, and in the system for it. */
const [USER, SYSTEM] = [11, 12];

/** Milliseconds that processes have computed so far, in all their threads; 0 without `/proc`. */
export function processorMs(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + TICK_MS * ticksOf(pid), 0);
}

function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[USER]) + Number(fields[SYSTEM]);
  } catch {
    return 0;
  }
}
