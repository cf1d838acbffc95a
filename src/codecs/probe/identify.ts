// Tells by its first bytes which format a blob has, and refuses everything that is not supported.
import { AppError } from '../../errors.ts';
import { fourCc, latin1, viewOf } from '../bytes.ts';
import type { Format } from '../codec.ts';

/** Text is searched this far for `<svg` behind comments and a document type. */
const TEXT_LIMIT = 4096;
/** A longer list of brands than any writer produces. */
const FTYP_LIMIT = 4096;
const SUPPORTED = 'expected a JPEG, PNG or WebP picture';

/** `bytes` may hold `null` for "any byte". */
type Signature = { name: string; format?: Format; bytes: (number | null)[] };

const any4 = [null, null, null, null];
const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

const signatures: Signature[] = [
  { name: 'JPEG', format: 'jpeg', bytes: [0xff, 0xd8, 0xff] },
  { name: 'PNG', format: 'png', bytes: [0x89, ...ascii('PNG\r\n'), 0x1a, 0x0a] },
  { name: 'WebP', format: 'webp', bytes: [...ascii('RIFF'), ...any4, ...ascii('WEBP')] },
  { name: 'GIF', format: 'gif', bytes: ascii('GIF87a') },
  { name: 'GIF', format: 'gif', bytes: ascii('GIF89a') },
  { name: 'PDF', bytes: ascii('%PDF-') },
  { name: 'PSD', bytes: ascii('8BPS') },
  { name: 'TIFF', bytes: [...ascii('II'), 0x2a, 0] },
  { name: 'TIFF', bytes: [...ascii('MM'), 0, 0x2a] },
  { name: 'TIFF', bytes: [...ascii('II'), 0x2b, 0] },
  { name: 'TIFF', bytes: [...ascii('MM'), 0, 0x2b] },
  { name: 'ZIP', bytes: [...ascii('PK'), 3, 4] },
  { name: 'ZIP', bytes: [...ascii('PK'), 5, 6] },
  // "BM" alone begins too many texts: the reserved bytes and the size of the second header count too.
  { name: 'BMP', bytes: [...ascii('BM'), ...any4, 0, 0, 0, 0, ...any4, null, 0, 0, 0] },
  { name: 'ICO', bytes: [0, 0, 1, 0, null, 0] },
  { name: 'ICO', bytes: [0, 0, 2, 0, null, 0] },
  { name: 'JPEG XL', bytes: [0xff, 0x0a] },
  { name: 'JPEG XL', bytes: [0, 0, 0, 12, ...ascii('JXL '), 13, 10, 0x87, 10] },
];

const heicBrands = new Set(['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1']);

/**
 * The format of a blob that starts with `bytes`, or undefined where `complete` is false and more
 * bytes are needed. Throws `format_unsupported` naming SVG, PDF, PSD, HEIC, TIFF, ZIP, BMP, ICO or
 * JPEG XL, and `not_an_image` for everything else.
 */
export function identify(
  bytes: Uint8Array,
  { complete }: { complete: boolean },
): Format | undefined {
  if (bytes.length === 0) {
    if (complete) throw new AppError('not_an_image', `${SUPPORTED}, got no bytes at all`);
    return undefined;
  }
  let undecided = false;
  for (const signature of signatures) {
    if (!matches(bytes, signature.bytes)) continue;
    if (bytes.length < signature.bytes.length) undecided = true;
    else if (signature.format) return signature.format;
    else throw unsupported(signature.name);
  }
  const media = identifyMedia(bytes, complete);
  if (media === 'avif') return media;
  const text = identifyText(bytes);
  if (!complete && (undecided || media === 'undecided' || text === 'undecided')) return undefined;
  const got = text === 'html' ? 'an HTML page' : 'bytes of no known picture format';
  throw new AppError('not_an_image', `${SUPPORTED}, got ${got}`);
}

function unsupported(name: string): AppError {
  return new AppError('format_unsupported', `${SUPPORTED}, got ${name}, which is not supported`);
}

/** Whether the bytes agree with the signature as far as both go. */
function matches(bytes: Uint8Array, signature: (number | null)[]): boolean {
  const length = Math.min(bytes.length, signature.length);
  for (let i = 0; i < length; i++) {
    if (signature[i] !== null && signature[i] !== bytes[i]) return false;
  }
  return true;
}

/** The ISO media family (`ftyp`), where the brands decide between AVIF, HEIC and films. */
function identifyMedia(bytes: Uint8Array, complete: boolean): 'avif' | 'undecided' | 'other' {
  if (bytes.length < 8) {
    return matches(bytes, [...any4, ...ascii('ftyp')]) ? 'undecided' : 'other';
  }
  const view = viewOf(bytes);
  if (view.getUint32(4) !== fourCc('ftyp')) return 'other';
  const size = view.getUint32(0);
  if (size < 16 || size > FTYP_LIMIT) return 'other';
  const brands: string[] = [];
  for (let at = 8; at + 4 <= Math.min(size, bytes.length); at += 4) {
    if (at !== 12) brands.push(latin1(bytes, at, at + 4));
  }
  if (brands.some((brand) => brand === 'avif' || brand === 'avis')) return 'avif';
  if (bytes.length < size && !complete) return 'undecided';
  if (brands.some((brand) => heicBrands.has(brand))) throw unsupported('HEIC');
  return 'other';
}

function identifyText(bytes: Uint8Array): 'html' | 'undecided' | 'other' {
  const text = latin1(bytes, 0, TEXT_LIMIT)
    .replace(/^(\xef\xbb\xbf)?\s*/, '')
    .toLowerCase();
  if (text !== '' && !text.startsWith('<')) return 'other';
  const html = text.search(/<(!doctype )?html/);
  const svg = text.search(/<(!doctype )?(svg:)?svg\b/);
  if (html >= 0 && (svg < 0 || html < svg)) return 'html';
  if (svg >= 0) throw unsupported('SVG');
  return bytes.length < TEXT_LIMIT ? 'undecided' : 'other';
}
