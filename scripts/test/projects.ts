// The projects of vitest.config.ts by what their files do.

/** Projects whose files mostly wait, for processes, timeouts and a browser; the longest first. */
export const WAITING = ['deploy', 'adopters', 'faults', 'hostile', 'e2e', 'browser'] as const;
/** Projects whose files compute; the longest first. */
export const COMPUTING = ['slow', 'slow-workerd', 'workerd', 'mocks', 'node'] as const;
/** All projects, in the order in which one Vitest runs their files. */
export const PROJECTS: readonly string[] = [...WAITING, ...COMPUTING];
/** Projects that take minutes, and run only when they are asked for. */
export const SLOW: readonly string[] = [
  'slow',
  'slow-workerd',
  'browser',
  'faults',
  'hostile',
  'deploy',
  'adopters',
];
