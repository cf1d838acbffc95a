// The colour profile that a file carries, and the limits for finding it.

/** Bytes of an ICC profile, or Display P3 if the file only names that colour space. */
export type EmbeddedProfile = Uint8Array | 'display-p3';

/** Longer profiles count as none. */
export const MAX_PROFILE_BYTES = 4 * 2 ** 20;

/** Most segments or chunks that are searched for a profile: real files have dozens, hostile ones millions. */
export const MAX_SEARCHED_PARTS = 4096;

const P3_PRIMARIES = 12;
const SRGB_TRANSFER = 13;

/** Whether code points of ITU-T H.273 name Display P3. */
export const namesDisplayP3 = (code: {
  primaries: number | undefined;
  transfer: number | undefined;
}): boolean => code.primaries === P3_PRIMARIES && code.transfer === SRGB_TRANSFER;
