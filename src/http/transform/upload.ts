// Reads the pictures of a POST: a raw image body, or multipart parts.
import { AppError } from '../../errors.ts';
import { expectedBytes, readLimited } from '../../sources/read-limited.ts';
import { readMultipart } from './multipart.ts';

/** Pictures of an upload by the names of their parts; the main one is `image`. */
export type Upload = ReadonlyMap<string, Uint8Array>;

/** Most bytes that the boundaries and headers of the parts may add to the pictures. */
export const MULTIPART_OVERHEAD = 16 * 1024;

const isMultipart = (type: string): boolean => /^multipart\/form-data\b/i.test(type);

/** Most bytes of a whole body; in a multipart body, the parts share them. */
const bodyLimit = (type: string, maxBytes: number): number =>
  isMultipart(type) ? maxBytes * 2 + MULTIPART_OVERHEAD : maxBytes;

/** Bytes to reserve before the body is read. */
export function uploadBytes(request: Request, maxBytes: number): number {
  const type = request.headers.get('content-type') ?? '';
  const length = request.headers.get('content-length');
  return expectedBytes(length, bodyLimit(type, maxBytes));
}

/**
 * Reads the body under the byte limit. A body that is not multipart is the picture, whatever type it declares: pictures are recognised by
 * their bytes. Throws `bad_body` for an empty body and for multipart without a part `image`, `too_many_bytes` over the limit.
 */
export async function readUpload(
  request: Request,
  {
    maxBytes,
    timeoutMs,
    reserveMore,
    textParts = [],
    check,
  }: {
    maxBytes: number;
    timeoutMs: number;
    reserveMore?: (bytes: number) => boolean;
    /** Names of parts that may be text fields, which are returned as UTF-8. */
    textParts?: readonly string[];
    /** Called with the whole body before it is parsed. */
    check?: (body: Uint8Array) => Promise<void>;
  },
): Promise<Upload> {
  const type = request.headers.get('content-type') ?? '';
  const bytes = await readLimited(request.body, {
    maxBytes: bodyLimit(type, maxBytes),
    contentLength: request.headers.get('content-length'),
    leaveOpen: true,
    timeoutMs,
    ...(reserveMore && { reserveMore }),
  });
  await check?.(bytes);
  if (bytes.length === 0)
    throw new AppError('bad_body', 'expected a picture in the body, got nothing');
  return isMultipart(type)
    ? readParts(bytes, type, { maxBytes, textParts })
    : new Map([['image', bytes]]);
}

function readParts(
  body: Uint8Array,
  type: string,
  { maxBytes, textParts }: { maxBytes: number; textParts: readonly string[] },
): Upload {
  const parts = new Map<string, Uint8Array>();
  for (const { name, bytes, isFile } of readMultipart(body, type)) {
    const shown = JSON.stringify(name.slice(0, 64));
    if (parts.has(name))
      throw new AppError('bad_body', `${shown}: expected once, got it more than once`);
    if (!isFile && !textParts.includes(name))
      throw new AppError('bad_body', `${shown}: expected a file, got a text field`);
    if (bytes.length > maxBytes) {
      throw new AppError(
        'too_many_bytes',
        `${shown}: expected at most ${maxBytes} bytes, got ${bytes.length}`,
      );
    }
    parts.set(name, bytes);
  }
  if (!parts.has('image')) throw new AppError('bad_body', 'expected a part named image');
  return parts;
}
