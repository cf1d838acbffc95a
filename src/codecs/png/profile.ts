// Finds what a PNG file says about its colours.
import { viewOf } from '../bytes.ts';
import {
  type Chromaticities,
  type EmbeddedProfile,
  MAX_SEARCHED_PARTS,
  type Measured,
} from '../embedded-profile.ts';
import { type Chunk, chunkAt, chunkType, crcHolds, PNG_SIGNATURE_BYTES } from './chunks.ts';
import { inflateSmall } from './inflate-sync/inflate-sync.ts';

/** Profiles that take more compressed bytes are those of presses, for inks that PNG cannot store. */
const MAX_PACKED_BYTES = 2 ** 18;
const MAX_UNPACKED_BYTES = 2 ** 20;
/** Longest name of a profile, in bytes. */
const MAX_NAME_BYTES = 79;

/** The least and the greatest `gAMA` that is used, in 1/100,000, as in libpng: others would make all black or all white. */
const GAMMAS = { least: 16, most: 625_000_000 };

/**
 * What the file says before its pixels; undefined if it says nothing, or sRGB. Code points (`cICP`) take precedence over a profile
 * (`iCCP`), and that over `sRGB`, and that over a gamma and chromaticities (`gAMA`, `cHRM`); what cannot be used, such as code points for
 * other than RGB in full range, has precedence over nothing. Throws `undecodable` if the profile cannot be decompressed.
 */
export function findPngProfile(bytes: Uint8Array): EmbeddedProfile | undefined {
  let profile: Uint8Array | undefined;
  let isSrgb = false;
  let unusable: 'unusable' | undefined;
  const measured: Measured = {};
  for (const { type, payload } of colourChunks(bytes)) {
    if (type === chunkType.cicp) {
      const [primaries = 0, transfer = 0, matrix, fullRange] = payload;
      const isRgb = payload.length === 4 && matrix === 0 && fullRange === 1;
      if (isRgb) return { primaries, transfer };
      unusable = 'unusable';
    } else if (type === chunkType.iccp && !profile && payload.length <= MAX_PACKED_BYTES) {
      // A name, a zero byte, and the compression method 0 (zlib).
      const zero = payload.subarray(0, MAX_NAME_BYTES + 1).indexOf(0);
      if (zero < 1 || payload[zero + 1] !== 0) continue;
      profile = inflateSmall(payload.subarray(zero + 2), MAX_UNPACKED_BYTES);
    } else if (type === chunkType.srgb) {
      isSrgb = true;
    } else if (type === chunkType.gama && payload.length === 4) {
      const gamma = viewOf(payload).getUint32(0);
      if (gamma >= GAMMAS.least && gamma <= GAMMAS.most) measured.gamma = gamma / 100_000;
      else unusable = 'unusable';
    } else if (type === chunkType.chrm && payload.length === 32) {
      measured.chromaticities = readChromaticities(viewOf(payload));
    }
  }
  if (profile || isSrgb) return profile;
  return measured.gamma || measured.chromaticities ? measured : unusable;
}

const wanted: readonly number[] = [
  chunkType.cicp,
  chunkType.iccp,
  chunkType.srgb,
  chunkType.gama,
  chunkType.chrm,
];

/** The chunks about colours before the pixels whose checksums are right. */
function* colourChunks(
  bytes: Uint8Array,
): Generator<Pick<Chunk, 'type'> & { payload: Uint8Array }> {
  const view = viewOf(bytes);
  for (let at = PNG_SIGNATURE_BYTES, searched = 0; searched < MAX_SEARCHED_PARTS; searched++) {
    const chunk = chunkAt(view, at);
    if (!chunk || chunk.end + 4 > bytes.length || chunk.type === chunkType.idat) return;
    at = chunk.end + 4;
    if (!wanted.includes(chunk.type)) continue;
    const payload = bytes.subarray(chunk.start, chunk.end);
    if (payload.length <= MAX_PACKED_BYTES && crcHolds(bytes, chunk)) {
      yield { type: chunk.type, payload };
    }
  }
}

function readChromaticities(payload: DataView): Chromaticities {
  const at = (index: number) => payload.getUint32(4 * index) / 100_000;
  return {
    white: [at(0), at(1)],
    red: [at(2), at(3)],
    green: [at(4), at(5)],
    blue: [at(6), at(7)],
  };
}
