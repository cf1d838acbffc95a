// Processor time of this process: unlike the clock, it does not run while other processes do.

/** Starts a watch; it tells the milliseconds that all threads of this process have computed since. */
export function startProcessorWatch(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}
