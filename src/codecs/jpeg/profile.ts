// Finds the colour profile in a JPEG file.
import { latin1 } from '../bytes.ts';
import { MAX_PROFILE_BYTES, MAX_SEARCHED_PARTS } from '../embedded-profile.ts';
import { marker, nextSegment } from './segments.ts';

const TAG = 'ICC_PROFILE\0';

/**
 * The profile before the first scan; undefined if there is none, if parts of it are missing or contradict each other, or if it
 * is too long. A profile may be longer than a segment: each part then has its number, from 1, and the number of parts.
 */
export function findJpegProfile(bytes: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let count: number | undefined;
  for (let at = 2, searched = 0; searched < MAX_SEARCHED_PARTS; searched++) {
    const segment = nextSegment(bytes, at);
    if (!segment || segment.marker === marker.sos || segment.marker === marker.eoi) break;
    const { start, end } = segment;
    at = end;
    const tagEnd = start + TAG.length;
    if (segment.marker !== marker.app2 || end < tagEnd + 2) continue;
    if (latin1(bytes, start, tagEnd) !== TAG) continue;
    const index = bytes[tagEnd]!;
    const ofParts = bytes[tagEnd + 1]!;
    count ??= ofParts;
    if (ofParts !== count || index < 1 || index > count || parts[index]) return undefined;
    parts[index] = bytes.subarray(tagEnd + 2, end);
  }
  return joined(Array.from({ length: count ?? 0 }, (_, i) => parts[i + 1]));
}

function joined(parts: readonly (Uint8Array | undefined)[]): Uint8Array | undefined {
  const length = parts.reduce((sum, part) => sum + (part?.length ?? 0), 0);
  if (parts.length === 0 || length > MAX_PROFILE_BYTES) return undefined;
  const profile = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    if (!part) return undefined;
    profile.set(part, at);
    at += part.length;
  }
  return profile;
}
