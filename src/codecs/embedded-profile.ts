// What a file says about its colours, and the limits for finding it.

/** Code points of ITU-T H.273. */
export type CodePoints = { primaries: number; transfer: number };

/** What PNG's `gAMA` and `cHRM` chunks say. */
export type Measured = {
  /** Stored values are light to this power. */
  gamma?: number;
  chromaticities?: Chromaticities;
};

/** x and y (CIE 1931) of white, red, green and blue. */
export type Chromaticities = Record<'white' | 'red' | 'green' | 'blue', readonly [number, number]>;

/** Bytes of an ICC profile, or what a file says in its own words; `unusable` if it says something that cannot be used. */
export type EmbeddedProfile = Uint8Array | CodePoints | Measured | 'unusable';

/** Longer profiles count as none. */
export const MAX_PROFILE_BYTES = 4 * 2 ** 20;

/** Most segments or chunks that are searched for a profile: real files have dozens, hostile ones millions. */
export const MAX_SEARCHED_PARTS = 4096;
