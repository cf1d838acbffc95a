// Finds the largest picture that the Worker accepts for a plan, by sending it headers without pixels.
import { crc32 } from 'node:zlib';
import sharp from 'sharp';
import { generated } from '../pictures/pictures.ts';

export type Ask = (path: string, picture: Uint8Array) => Promise<Response>;

/** Error codes that ask for a smaller picture. */
const TOO_LARGE = new Set(['over_budget', 'too_many_pixels', 'too_many_bytes']);

/** Other error codes about the picture: an accepted header without pixels is `undecodable`. */
const ABOUT_PICTURE = new Set(['undecodable', 'busy']);

/** The default of `MAX_SOURCE_BYTES`. */
const MAX_BYTES = 20 * 2 ** 20;

/** Pictures have four columns to three rows. */
const heightOf = (width: number): number => Math.max(1, Math.round((width * 3) / 4));

/** Width of the largest picture that is tried, in pixels: 120 megapixels, more than any plan takes. */
const WIDEST = 12_640;

/** The largest accepted picture of at most `widest` pixels a row, to half a per cent of its width; `undefined` if none is accepted. */
export async function largestAccepted(
  ask: Ask,
  path: string,
  { format, widest = WIDEST }: { format: 'jpeg' | 'png'; widest?: number },
): Promise<{ width: number; height: number; picture: Uint8Array } | undefined> {
  const sample = await pictureOf(64, format);
  const fits = async (width: number): Promise<boolean> =>
    !(await refuses(ask(path, withSize(sample, width, heightOf(width)))));
  let [low, high] = [0, widest];
  while (high - low > Math.max(1, low / 200)) {
    const middle = (low + high) >> 1;
    if (await fits(middle)) low = middle;
    else high = middle;
  }
  // A whole file has more bytes than a header, and may be refused for that.
  for (let width = low; width > 0; width = Math.floor(width * 0.97)) {
    let picture = await pictureOf(width, format);
    while (picture.length > MAX_BYTES) {
      width = Math.floor(0.99 * width * Math.sqrt(MAX_BYTES / picture.length));
      picture = await pictureOf(width, format);
    }
    if (!(await refuses(ask(path, picture)))) return { width, height: heightOf(width), picture };
  }
  return undefined;
}

/** The Worker does not read a body over the byte limit to its end, so the connection may be reset before the answer arrives. */
async function refuses(answer: Promise<Response>): Promise<boolean> {
  try {
    return await isTooLarge(await answer);
  } catch (error) {
    if (isReset(error)) return true;
    throw error;
  }
}

/** Whether `fetch` failed because the server closed the connection. */
export function isReset(error: unknown): boolean {
  return (
    error instanceof Error && (error.cause as { code?: string } | undefined)?.code === 'ECONNRESET'
  );
}

/** Whether an answer asks for a smaller picture. Throws `Error` for an error that is not about the picture. */
export async function isTooLarge(response: Response): Promise<boolean> {
  const code = response.headers.get('x-error');
  const text = await response.arrayBuffer();
  if (code !== null && TOO_LARGE.has(code)) return true;
  if (response.ok || (code !== null && ABOUT_PICTURE.has(code))) return false;
  throw new Error(`${response.status} ${new TextDecoder().decode(text).slice(0, 300)}`);
}

const TILE = 512;
let tile: Promise<Buffer> | undefined;

/** A generated picture of this width, mirrored from one of 512 × 512, encoded at quality 85. */
export async function pictureOf(width: number, format: 'jpeg' | 'png'): Promise<Uint8Array> {
  tile ??= generated({ width: TILE, height: TILE }).then(({ png }) => Buffer.from(png));
  const height = heightOf(width);
  const repeated = await sharp(await tile)
    .removeAlpha()
    .extend({
      right: Math.max(0, width - TILE),
      bottom: Math.max(0, height - TILE),
      extendWith: 'mirror',
    })
    .png({ compressionLevel: 1 })
    .toBuffer();
  const cut = sharp(repeated, { limitInputPixels: false }).extract({
    left: 0,
    top: 0,
    width,
    height,
  });
  return format === 'jpeg'
    ? cut.jpeg({ quality: 85 }).toBuffer()
    : cut.png({ compressionLevel: 6 }).toBuffer();
}

/** A copy of a JPEG or PNG file with another size in its header. */
export function withSize(file: Uint8Array, width: number, height: number): Uint8Array {
  const copy = Uint8Array.from(file);
  const view = new DataView(copy.buffer);
  if (copy[0] === 0x89) {
    view.setUint32(16, width);
    view.setUint32(20, height);
    view.setUint32(29, crc32(copy.subarray(12, 29)));
    return copy;
  }
  for (let at = 2; at < copy.length; at += 2 + view.getUint16(at + 2)) {
    const marker = copy[at + 1]!;
    if (marker < 0xc0 || marker > 0xc2) continue;
    view.setUint16(at + 5, height);
    view.setUint16(at + 7, width);
    return copy;
  }
  throw new Error('expected a JPEG file with a frame header');
}
