// Finds the colour profile in a PNG file.
import { viewOf } from '../bytes.ts';
import { type EmbeddedProfile, MAX_SEARCHED_PARTS, namesDisplayP3 } from '../embedded-profile.ts';
import { chunkAt, chunkType, crcHolds, PNG_SIGNATURE_BYTES } from './chunks.ts';
import { inflate } from './profile-inflate.ts';

/** Profiles that take more compressed bytes hold tables, which are not used anyway. */
const MAX_PACKED_BYTES = 2 ** 18;
const MAX_UNPACKED_BYTES = 2 ** 20;
/** Longest name of a profile, in bytes. */
const MAX_NAME_BYTES = 79;

/**
 * The profile before the pixels; undefined if there is none that can be used. Code points (`cICP`) take precedence over a
 * profile (`iCCP`). Throws `undecodable` if the profile cannot be decompressed.
 */
export function findPngProfile(bytes: Uint8Array): EmbeddedProfile | undefined {
  const view = viewOf(bytes);
  let found: EmbeddedProfile | undefined;
  for (let at = PNG_SIGNATURE_BYTES, searched = 0; searched < MAX_SEARCHED_PARTS; searched++) {
    const chunk = chunkAt(view, at);
    if (!chunk || chunk.end + 4 > bytes.length || chunk.type === chunkType.idat) break;
    at = chunk.end + 4;
    const payload = bytes.subarray(chunk.start, chunk.end);
    if (chunk.type === chunkType.cicp && payload.length === 4 && crcHolds(bytes, chunk)) {
      const [primaries, transfer, matrix, fullRange] = payload;
      const isRgb = matrix === 0 && fullRange === 1;
      if (isRgb && namesDisplayP3({ primaries, transfer })) return 'display-p3';
    } else if (chunk.type === chunkType.iccp && !found && payload.length <= MAX_PACKED_BYTES) {
      // A name, a zero byte, and the compression method 0 (zlib).
      const zero = payload.subarray(0, MAX_NAME_BYTES + 1).indexOf(0);
      if (zero < 1 || payload[zero + 1] !== 0 || !crcHolds(bytes, chunk)) continue;
      found = inflate(payload.subarray(zero + 2), MAX_UNPACKED_BYTES);
    }
  }
  return found;
}
