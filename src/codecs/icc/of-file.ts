// The colour profile of a picture file. A damaged profile counts as none, as in browsers.
import { AppError } from '../../errors.ts';
import type { Format } from '../codec.ts';
import { type EmbeddedProfile, MAX_PROFILE_BYTES } from '../embedded-profile.ts';
import { formatOf } from '../formats.ts';
import { displayP3, type Profile, readProfile } from './profile.ts';

/** The profile of a file that the probe has accepted as `format`; undefined if there is none that can be used. Never throws. */
export function iccOfFile(bytes: Uint8Array, format: Format): Profile | undefined {
  const found = findProfile(bytes, format);
  return found === 'display-p3' ? displayP3 : found && readProfile(found);
}

/** What a file of that format says about its colours, not yet parsed; undefined if it says nothing or is damaged. Never throws. */
export function findProfile(bytes: Uint8Array, format: Format): EmbeddedProfile | undefined {
  try {
    const found = formatOf(format).findProfile?.(bytes);
    return typeof found === 'object' && found.length > MAX_PROFILE_BYTES ? undefined : found;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
