// Writes the log of the backend: one JSON object a line.

export type Log = (
  level: 'info' | 'warning' | 'error',
  event: string,
  fields?: Readonly<Record<string, unknown>>,
) => void;

/** A log that writes lines with their time. */
export const createLog =
  (write: (line: string) => void): Log =>
  (level, event, fields = {}) =>
    write(JSON.stringify({ time: new Date().toISOString(), level, event, ...fields }));
