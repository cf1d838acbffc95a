// Reads multipart/form-data (RFC 7578) without copying: each part is a view of the body.
import { AppError } from '../../errors.ts';

/** A part's name, its bytes, and whether it is a file rather than a text field. */
export type Part = { name: string; bytes: Uint8Array; isFile: boolean };

const MAX_PARTS = 8;
/** Longest header of a part, in bytes. */
const MAX_HEADER = 2048;

const LINE_END = '\r\n';
const encoder = new TextEncoder();

/** The parts in their order. Throws `bad_body` for a malformed body, and for more than eight parts. */
export function readMultipart(body: Uint8Array, type: string): Part[] {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined || mark.length > 70) {
    throw badBody('expected multipart/form-data with a boundary of 1 to 70 characters');
  }
  const delimiter = encoder.encode(`${LINE_END}--${mark}`);
  const parts: Part[] = [];
  // The first delimiter may stand at the very beginning, without the line end before it.
  const opening = delimiter.subarray(LINE_END.length);
  let at = startsWith(body, opening, 0) ? opening.length : after(body, delimiter, 0);
  while (!startsWith(body, encoder.encode('--'), at)) {
    if (parts.length === MAX_PARTS) throw badBody(`expected at most ${MAX_PARTS} parts`);
    const first = after(body, encoder.encode(LINE_END), at);
    const next = indexOf(body, delimiter, first - LINE_END.length);
    if (next < 0) throw malformed();
    parts.push(readPart(body.subarray(first, Math.max(first, next))));
    at = next + delimiter.length;
  }
  return parts;
}

function readPart(bytes: Uint8Array): Part {
  const blank = indexOf(bytes.subarray(0, MAX_HEADER), encoder.encode(LINE_END.repeat(2)), 0);
  if (blank < 0) throw malformed();
  const header = new TextDecoder().decode(bytes.subarray(0, blank));
  const disposition = header
    .split(LINE_END)
    .find((line) => /^content-disposition:\s*form-data\s*;/i.test(line));
  const parameter = (name: string): string | undefined =>
    new RegExp(`;\\s*${name}="([^"]*)"`, 'i').exec(disposition ?? '')?.[1] ??
    new RegExp(`;\\s*${name}=([^";\\s]+)`, 'i').exec(disposition ?? '')?.[1];
  const name = parameter('name');
  if (name === undefined) throw malformed();
  const isFile = /;\s*filename\*?=/i.test(disposition ?? '');
  return { name, bytes: bytes.subarray(blank + 2 * LINE_END.length), isFile };
}

/** The position behind the next occurrence. Throws `bad_body` if there is none. */
function after(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const at = indexOf(bytes, needle, from);
  if (at < 0) throw malformed();
  return at + needle.length;
}

const startsWith = (bytes: Uint8Array, needle: Uint8Array, at: number): boolean =>
  needle.every((byte, i) => bytes[at + i] === byte);

function indexOf(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const first = needle[0]!;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (startsWith(bytes, needle, at)) return at;
  }
  return -1;
}

const badBody = (message: string): AppError => new AppError('bad_body', message);

const malformed = (): AppError => badBody('expected well-formed multipart/form-data');
