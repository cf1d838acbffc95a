// What a picture file says about its colours. A damaged profile counts as none, as in browsers.
import { AppError } from '../../errors.ts';
import type { Format } from '../codec.ts';
import { type EmbeddedProfile, MAX_PROFILE_BYTES } from '../embedded-profile.ts';
import { formatOf } from '../formats.ts';

/** What a file of that format says, not yet parsed; undefined if it says nothing or is damaged. Never throws. */
export function findProfile(bytes: Uint8Array, format: Format): EmbeddedProfile | undefined {
  try {
    const found = formatOf(format).findProfile?.(bytes);
    return found instanceof Uint8Array && found.length > MAX_PROFILE_BYTES ? undefined : found;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
