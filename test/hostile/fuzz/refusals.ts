// How readers of files may refuse one.
import { AppError } from '../../../src/errors.ts';

const codesOfFiles = ['not_an_image', 'format_unsupported', 'undecodable'];
/** Whether an error is a documented refusal of a file. */
export const refusesFile = (error: unknown): boolean =>
  error instanceof AppError && codesOfFiles.includes(error.code);
