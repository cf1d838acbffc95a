// Recognises the format of a file by its first bytes, and refuses everything that is not supported.
import { AppError } from '../../errors.ts';
import { fourCc, latin1, viewOf } from '../bytes.ts';
import type { Format } from '../codec.ts';
import { ANY_4, ascii, type FormatDeclaration, type Signature } from '../format.ts';
import { decodedFormats, formats, labelsOf } from '../formats.ts';

/** Text is searched this far, in bytes, for `<svg` after comments and a document type. */
const TEXT_LIMIT = 4096;
/** Longest list of brands, in bytes; no writer produces one as long. */
const FTYP_LIMIT = 4096;
const SUPPORTED = `expected a picture in ${labelsOf(decodedFormats, 'or')}`;

const declarations: readonly FormatDeclaration[] = formats;

/** Known formats that are refused by name. */
const unsupported: readonly { label: string; signatures: readonly Signature[] }[] = [
  { label: 'PDF', signatures: [ascii('%PDF-')] },
  { label: 'PSD', signatures: [ascii('8BPS')] },
  {
    label: 'TIFF',
    signatures: [
      [...ascii('II'), 0x2a, 0],
      [...ascii('MM'), 0, 0x2a],
      [...ascii('II'), 0x2b, 0],
      [...ascii('MM'), 0, 0x2b],
    ],
  },
  {
    label: 'ZIP',
    signatures: [
      [...ascii('PK'), 3, 4],
      [...ascii('PK'), 5, 6],
    ],
  },
  // Too many texts begin with "BM", so the reserved bytes and the size of the second header are compared too.
  {
    label: 'BMP',
    signatures: [[...ascii('BM'), ...ANY_4, 0, 0, 0, 0, ...ANY_4, null, 0, 0, 0]],
  },
  {
    label: 'ICO',
    signatures: [
      [0, 0, 1, 0, null, 0],
      [0, 0, 2, 0, null, 0],
    ],
  },
  {
    label: 'JPEG XL',
    signatures: [
      [0xff, 0x0a],
      [0, 0, 0, 12, ...ascii('JXL '), 13, 10, 0x87, 10],
    ],
  },
];

const candidates = [...declarations, ...unsupported].flatMap((candidate) =>
  (candidate.signatures ?? []).map((signature) => ({ signature, candidate })),
);

/**
 * The format of a file that starts with `bytes`; undefined if `complete` is false and more bytes are needed. Throws
 * `format_unsupported` with the name of a known format that is not read, such as SVG or TIFF, and `not_an_image` for
 * everything else.
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
  for (const { signature, candidate } of candidates) {
    if (!matches(bytes, signature)) continue;
    if (bytes.length < signature.length) undecided = true;
    else if ('name' in candidate) return candidate.name as Format;
    else throw refusal(candidate.label);
  }
  const media = identifyMedia(bytes, complete);
  if (media !== 'undecided' && media !== 'other') return media;
  const text = identifyText(bytes);
  if (!complete && (undecided || media === 'undecided' || text === 'undecided')) return undefined;
  const got = text === 'html' ? 'an HTML page' : 'bytes of no known picture format';
  throw new AppError('not_an_image', `${SUPPORTED}, got ${got}`);
}

function refusal(label: string): AppError {
  return new AppError('format_unsupported', `${SUPPORTED}, got ${label}, which is not supported`);
}

/** Whether the bytes agree with the signature up to the end of the shorter one. */
function matches(bytes: Uint8Array, signature: Signature): boolean {
  const length = Math.min(bytes.length, signature.length);
  for (let i = 0; i < length; i++) {
    if (signature[i] !== null && signature[i] !== bytes[i]) return false;
  }
  return true;
}

/** The ISO media family (`ftyp`), in which brands tell AVIF from HEIC and from films. */
function identifyMedia(bytes: Uint8Array, complete: boolean): Format | 'undecided' | 'other' {
  if (bytes.length < 8) {
    return matches(bytes, [...ANY_4, ...ascii('ftyp')]) ? 'undecided' : 'other';
  }
  const view = viewOf(bytes);
  if (view.getUint32(4) !== fourCc('ftyp')) return 'other';
  const size = view.getUint32(0);
  if (size < 16 || size > FTYP_LIMIT) return 'other';
  const brands = new Set<string>();
  for (let at = 8; at + 4 <= Math.min(size, bytes.length); at += 4) {
    // The word at byte 12 is a version.
    if (at !== 12) brands.add(latin1(bytes, at, at + 4));
  }
  // AVIF files have brands of HEIC too, so all brands must be there before one of them counts.
  if (bytes.length < size && !complete) return 'undecided';
  const isListed = (brand: string): boolean => brands.has(brand);
  const declared = declarations.find((format) => format.brands?.some(isListed));
  return declared ? (declared.name as Format) : 'other';
}

function identifyText(bytes: Uint8Array): 'html' | 'undecided' | 'other' {
  const text = latin1(bytes, 0, TEXT_LIMIT)
    .replace(/^(\xef\xbb\xbf)?\s*/, '')
    .toLowerCase();
  if (text !== '' && !text.startsWith('<')) return 'other';
  const html = text.search(/<(!doctype )?html/);
  const svg = text.search(/<(!doctype )?(svg:)?svg\b/);
  if (html >= 0 && (svg < 0 || html < svg)) return 'html';
  if (svg >= 0) throw refusal('SVG');
  return bytes.length < TEXT_LIMIT ? 'undecided' : 'other';
}
