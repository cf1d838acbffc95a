// Reads the codes of errors that Node and the file system throw.
/** The code of an error of Node or of the file system, such as `ENOENT`; empty if it has none. */
export const systemCode = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : '';
