// The error for damaged picture data of a JPEG.
import { AppError } from '../../errors.ts';

/** The error for a scan that has `what`. */
export function corruptScan(what: string): AppError {
  return new AppError('undecodable', `jpeg: the picture data is corrupt: ${what}`);
}
