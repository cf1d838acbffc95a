// Finds the colour profile that a picture file carries; a damaged one counts as none, as in browsers.
import { AppError } from '../../errors.ts';
import { primaryProperties } from '../avif/probe.ts';
import { fourCc, latin1, viewOf } from '../bytes.ts';
import type { Format } from '../codec.ts';
import { marker, nextSegment } from '../jpeg/segments.ts';
import { chunkAt, chunkType, crcHolds, PNG_SIGNATURE_BYTES } from '../png/chunks.ts';
import { readWebpHeader } from '../webp/header.ts';
import { inflate } from './inflate.ts';
import { displayP3, type Profile, readProfile } from './profile.ts';

const MAX_PROFILE_BYTES = 4 * 2 ** 20;
const MAX_UNPACKED_BYTES = 2 ** 20;
/** Segments or chunks to look through: real files have dozens, hostile ones millions. */
const MAX_PARTS = 4096;
/** Profiles that take more when packed hold tables, which are not used anyway. */
const MAX_PACKED_BYTES = 2 ** 18;

const JPEG_TAG = 'ICC_PROFILE\0';
const VP8X = fourCc('VP8X');
const ICCP = fourCc('ICCP');
const COLR = fourCc('colr');
/** Code points of ITU-T H.273. */
const P3_PRIMARIES = 12;
const SRGB_TRANSFER = 13;

const finders: Partial<Record<Format, (bytes: Uint8Array) => Found>> = {
  jpeg: inJpeg,
  png: inPng,
  webp: inWebp,
  avif: inAvif,
};

/** A profile's bytes, or Display P3 where the file only names it. */
type Found = Uint8Array | 'display-p3' | undefined;

/** The profile of a file of that format, which the probe has accepted; undefined where there is none that can be used. Never throws. */
export function iccOfFile(bytes: Uint8Array, format: Format): Profile | undefined {
  const found = findProfile(bytes, format);
  return found === 'display-p3' ? displayP3 : found && readProfile(found);
}

/** What a file of that format says about its colours, unread; undefined where it says nothing or is damaged. Never throws. */
export function findProfile(bytes: Uint8Array, format: Format): Found {
  try {
    const found = finders[format]?.(bytes);
    return typeof found === 'object' && found.length > MAX_PROFILE_BYTES ? undefined : found;
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

/** A profile may be longer than a segment: each part has its number, from 1, and how many there are. */
function inJpeg(bytes: Uint8Array): Found {
  const parts: Uint8Array[] = [];
  let count: number | undefined;
  for (let at = 2, walked = 0; walked < MAX_PARTS; walked++) {
    const segment = nextSegment(bytes, at);
    if (!segment || segment.marker === marker.sos || segment.marker === marker.eoi) break;
    const { start, end } = segment;
    at = end;
    const head = start + JPEG_TAG.length;
    if (segment.marker !== marker.app2 || end < head + 2) continue;
    if (latin1(bytes, start, head) !== JPEG_TAG) continue;
    const index = bytes[head]!;
    const of = bytes[head + 1]!;
    count ??= of;
    if (of !== count || index < 1 || index > count || parts[index]) return undefined;
    parts[index] = bytes.subarray(head + 2, end);
  }
  const all = Array.from({ length: count ?? 0 }, (_, i) => parts[i + 1]);
  const length = all.reduce((sum, part) => sum + (part?.length ?? 0), 0);
  if (all.length === 0 || length > MAX_PROFILE_BYTES) return undefined;
  const icc = new Uint8Array(length);
  let at = 0;
  for (const part of all) {
    if (!part) return undefined;
    icc.set(part, at);
    at += part.length;
  }
  return icc;
}

/** `cICP` goes before `iCCP`; both stand before the pixels. */
function inPng(bytes: Uint8Array): Found {
  const view = viewOf(bytes);
  let found: Found;
  for (let at = PNG_SIGNATURE_BYTES, walked = 0; walked < MAX_PARTS; walked++) {
    const chunk = chunkAt(view, at);
    if (!chunk || chunk.end + 4 > bytes.length || chunk.type === chunkType.idat) break;
    at = chunk.end + 4;
    const payload = bytes.subarray(chunk.start, chunk.end);
    if (chunk.type === chunkType.cicp && payload.length === 4 && crcHolds(bytes, chunk)) {
      const [primaries, transfer, matrix, range] = payload;
      const isP3 = primaries === P3_PRIMARIES && transfer === SRGB_TRANSFER;
      if (isP3 && matrix === 0 && range === 1) return 'display-p3';
    } else if (chunk.type === chunkType.iccp && !found && payload.length <= MAX_PACKED_BYTES) {
      // A name of 1 to 79 bytes, a zero, and 0 for zlib.
      const zero = payload.subarray(0, 80).indexOf(0);
      if (zero < 1 || payload[zero + 1] !== 0 || !crcHolds(bytes, chunk)) continue;
      found = inflate(payload.subarray(zero + 2), MAX_UNPACKED_BYTES);
    }
  }
  return found;
}

/** Announced by a flag, and then the second chunk. */
function inWebp(bytes: Uint8Array): Found {
  const header = readWebpHeader(bytes);
  if (!header) return undefined;
  const view = viewOf(bytes);
  const at = header.next;
  if (view.getUint32(12) !== VP8X || (view.getUint8(20) & 0x20) === 0) return undefined;
  if (at + 8 > bytes.length || view.getUint32(at) !== ICCP) return undefined;
  const end = at + 8 + view.getUint32(at + 4, true);
  return end > bytes.length ? undefined : bytes.subarray(at + 8, end);
}

/** A whole profile goes before code points. */
function inAvif(bytes: Uint8Array): Found {
  const view = viewOf(bytes);
  const boxes = (primaryProperties(view)?.own ?? []).filter(
    ({ type, start, end }) => type === COLR && end - start >= 8,
  );
  const kind = (name: string) =>
    boxes.find(({ start }) => latin1(bytes, start, start + 4) === name);
  const whole = kind('prof') ?? kind('rICC');
  if (whole) return bytes.subarray(whole.start + 4, whole.end);
  const named = kind('nclx');
  const isP3 =
    named &&
    view.getUint16(named.start + 4) === P3_PRIMARIES &&
    view.getUint16(named.start + 6) === SRGB_TRANSFER;
  return isP3 ? 'display-p3' : undefined;
}
