// Failures of a picture or of the whole command, as the command reports them.
import { AppError, type ErrorCode, messageOf } from '../errors.ts';
import { systemCode } from '../node/system-error.ts';

/** Codes of this program besides those of the service. */
export type FailureCode =
  | ErrorCode
  | 'input_unreadable'
  | 'no_pictures'
  | 'output_exists'
  | 'output_unwritable'
  | 'timeout'
  | 'crashed'
  | 'interrupted';

export type Failure = { code: FailureCode; message: string };

/** Thrown for a wrong command line, which ends the program with the exit code 2. */
export const wrongUsage = (message: string): AppError => new AppError('bad_option', message);

const SAYS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  ELOOP: 'links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space is left on the disk',
  EROFS: 'the disk is read-only',
  EMFILE: 'too many files are open',
};

/** An error of the file system in words, without the path. */
export function systemMessage(error: unknown): string {
  const code = systemCode(error);
  return SAYS[code] ?? (code || messageOf(error));
}

/** A failure of rendering as it is reported. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AppError) return { code: error.code, message: error.message };
  return { code: 'internal', message: `something went wrong: ${messageOf(error)}` };
}
