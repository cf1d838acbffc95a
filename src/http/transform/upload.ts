// Reads the pictures of a POST: a raw image body, or multipart parts.
import { AppError } from '../../errors.ts';
import { expectedBytes, readLimited } from '../../sources/read-limited.ts';

/** Pictures of an upload by the names of their parts; the main one is `image`. */
export type Upload = ReadonlyMap<string, Uint8Array>;

const MAX_PARTS = 8;
/** Most bytes that the boundaries and headers of the parts may add to the pictures. */
const MULTIPART_OVERHEAD = 16 * 1024;

const isMultipart = (type: string): boolean => /^multipart\/form-data\b/i.test(type);

/** Most bytes of a whole body; in a multipart body, the parts share them. */
const bodyLimit = (type: string, maxBytes: number): number =>
  isMultipart(type) ? maxBytes * 2 + MULTIPART_OVERHEAD : maxBytes;

/** Bytes to reserve before the body is read. Multipart parts are held twice: in the body, and copied out of it. */
export function uploadBytes(request: Request, maxBytes: number): number {
  const type = request.headers.get('content-type') ?? '';
  const length = request.headers.get('content-length');
  return expectedBytes(length, bodyLimit(type, maxBytes)) * (isMultipart(type) ? 2 : 1);
}

/**
 * Reads the body under the byte limit. Throws `bad_body` unless it is an image or well-formed multipart with a part `image`,
 * `too_many_bytes` over the limit.
 */
export async function readUpload(
  request: Request,
  {
    maxBytes,
    timeoutMs,
    grow,
    textParts = [],
    check,
  }: {
    maxBytes: number;
    timeoutMs: number;
    grow?: (bytes: number) => boolean;
    /** Names of parts that may be text fields, which are returned as UTF-8. */
    textParts?: readonly string[];
    /** Called with the whole body before it is parsed. */
    check?: (body: Uint8Array) => Promise<void>;
  },
): Promise<Upload> {
  const type = request.headers.get('content-type') ?? '';
  const multipart = isMultipart(type);
  if (!multipart && !/^(?:image\/|application\/octet-stream\b)/i.test(type)) {
    throw new AppError(
      'bad_body',
      `expected a body of type image/*, application/octet-stream or multipart/form-data, got ${type === '' ? 'none' : JSON.stringify(type.slice(0, 64))}`,
    );
  }
  const bytes = await readLimited(request.body, {
    maxBytes: bodyLimit(type, maxBytes),
    contentLength: request.headers.get('content-length'),
    leaveOpen: true,
    timeoutMs,
    // A part is copied out of the body.
    ...(grow && { grow: (more: number) => grow(multipart ? 2 * more : more) }),
  });
  await check?.(bytes);
  if (bytes.length === 0)
    throw new AppError('bad_body', 'expected a picture in the body, got nothing');
  return multipart ? readParts(bytes, type, { maxBytes, textParts }) : new Map([['image', bytes]]);
}

async function readParts(
  bytes: Uint8Array,
  type: string,
  { maxBytes, textParts }: { maxBytes: number; textParts: readonly string[] },
): Promise<Upload> {
  refuseManyParts(bytes, type);
  let form: FormData;
  try {
    form = await new Response(bytes as Uint8Array<ArrayBuffer>, {
      headers: { 'Content-Type': type },
    }).formData();
  } catch (cause) {
    throw new AppError('bad_body', 'expected well-formed multipart/form-data', { cause });
  }
  const parts = new Map<string, Uint8Array>();
  if ([...form.keys()].length > MAX_PARTS) {
    throw new AppError('bad_body', `expected at most ${MAX_PARTS} parts`);
  }
  for (const [name, value] of form) {
    const shown = JSON.stringify(name.slice(0, 64));
    if (parts.has(name))
      throw new AppError('bad_body', `${shown}: expected once, got it more than once`);
    if (typeof value === 'string') {
      if (!textParts.includes(name))
        throw new AppError('bad_body', `${shown}: expected a file, got a text field`);
      parts.set(name, new TextEncoder().encode(value));
      continue;
    }
    if (value.size > maxBytes) {
      throw new AppError(
        'too_many_bytes',
        `${shown}: expected at most ${maxBytes} bytes, got ${value.size}`,
      );
    }
    parts.set(name, new Uint8Array(await value.arrayBuffer()));
  }
  if (!parts.has('image')) throw new AppError('bad_body', 'expected a part named image');
  return parts;
}

// Counts parts in the raw bytes, because a parser would first make an object of each.
function refuseManyParts(bytes: Uint8Array, type: string): void {
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(type);
  const mark = boundary?.[1] ?? boundary?.[2];
  if (mark === undefined || mark.length > 70)
    throw new AppError(
      'bad_body',
      'expected multipart/form-data with a boundary of 1 to 70 characters',
    );
  // The line end comes first; no boundary contains one, so failed comparisons are short.
  const needle = new TextEncoder().encode(`\r\n--${mark}`);
  let parts = 0; // The first boundary has no line end before it, but the closing one is counted, so the number is right.
  for (
    let at = indexOf(bytes, needle, 0);
    at >= 0;
    at = indexOf(bytes, needle, at + needle.length)
  ) {
    if (++parts > MAX_PARTS) throw new AppError('bad_body', `expected at most ${MAX_PARTS} parts`);
  }
}

function indexOf(bytes: Uint8Array, needle: Uint8Array, from: number): number {
  const first = needle[0]!;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let k = 1;
    while (k < needle.length && bytes[at + k] === needle[k]) k++;
    if (k === needle.length) return at;
  }
  return -1;
}
