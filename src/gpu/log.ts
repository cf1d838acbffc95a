// The log of the backend: one JSON object per line.

export type Log = (
  level: 'info' | 'warning' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** A log that adds the time to each line. */
export const createLog =
  (write: (line: string) => void): Log =>
  (level, event, fields = {}) =>
    write(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }));
