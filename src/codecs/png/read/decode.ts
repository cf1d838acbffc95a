// Decodes PNG files row by row and shrinks while the rows arrive, so only the result has the size of a picture.
import { AppError } from '../../../errors.ts';
import { createImage, type Image } from '../../../image.ts';
import { noPace, type Pace } from '../../../timing.ts';
import type { PngHeader } from '../chunks.ts';
import { inflateParts } from '../inflate-sync/inflate-sync.ts';
import { essentialPngParts, type PngParts } from './check.ts';
import { createExpand } from './expand.ts';
import { INFLATED_BYTES, inflate, MAX_INFLATION } from './inflate.ts';
import { createShrinker, type Shades } from './mean.ts';
import { passesOf, rowBytesOf } from './passes.ts';
import { pixelPieces } from './pieces.ts';
import { createRowReader, type RowReader } from './rows.ts';

/** Memory of the inflater: inflated bytes that wait to be read, those being read, and pieces of the file. */
export const INFLATER_BYTES = 4 * INFLATED_BYTES;

/**
 * The picture; each pixel is the mean light of `shrink × shrink` pixels of the file. Of an APNG the default picture is decoded.
 * All that follows the last row is ignored: inflated bytes, the checksum of the stream, and chunks. Throws `undecodable`, and
 * `RangeError` if `shrink` is not a positive integer, or not 1 for an interlaced file.
 */
export async function decodePng(
  bytes: Uint8Array,
  { shrink = 1, pace = noPace }: { shrink?: number; pace?: Pace } = {},
): Promise<Image> {
  const parts = essentialPngParts(bytes);
  const { header, pixels } = parts;
  if (!Number.isInteger(shrink) || shrink < 1 || (shrink > 1 && header.interlaced)) {
    throw new RangeError(
      `shrink: expected ${header.interlaced ? '1' : 'a positive integer'}, got ${shrink}`,
    );
  }
  const rowsBytes = passesOf(header).reduce(
    (sum, { width, height }) => sum + height * (1 + rowBytesOf(header, width)),
    0,
  );
  // Checked before the picture is allocated, because a small file can claim to be huge.
  if (rowsBytes > MAX_INFLATION * pixels.length) throw tooShort(header);
  const image = createImage({
    width: Math.ceil(header.width / shrink),
    height: Math.ceil(header.height / shrink),
  });
  const target = new Uint32Array(image.data.buffer);
  const rows = rowsInto(target, parts, shrink);
  try {
    for await (const part of inflate(pixelPieces(pixels))) {
      rows.take(part);
      if (rows.complete()) return image;
      const pause = pace(part.length / rowsBytes);
      if (pause) await pause;
    }
  } catch (error) {
    // A fault makes the platform's inflater drop all that has not been read yet. The last rows may be among that.
    if (!(error instanceof AppError)) throw error;
    if (await readUpToFault(rowsInto(target, parts, shrink), { pixels, pace, rowsBytes }))
      return image;
    throw error;
  }
  throw tooShort(header);
}

const PIECE_BYTES = 16_384;
/** Compressors begin a new block after thousands of bytes; more blocks cost time and give no pixels. */
const LEAST_BLOCK_BYTES = 512;

/** Reads all that comes before a fault of the stream; returns whether these are all rows. Takes longer than the platform's inflater. */
async function readUpToFault(
  rows: RowReader,
  { pixels, pace, rowsBytes }: { pixels: Uint8Array; pace: Pace; rowsBytes: number },
): Promise<boolean> {
  const next = pixelPieces(pixels);
  const maxBlocks = 1024 + pixels.length / LEAST_BLOCK_BYTES;
  try {
    for (const part of inflateParts(() => next(PIECE_BYTES), maxBlocks)) {
      rows.take(part);
      if (rows.complete()) return true;
      const pause = pace(part.length / rowsBytes);
      if (pause) await pause;
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
  return false;
}

/** Reads rows into a picture of RGBA pixels as little-endian words. */
function rowsInto(picture: Uint32Array, parts: PngParts, shrink: number): RowReader {
  const { header } = parts;
  const { width, interlaced } = header;
  const expand = createExpand(parts);
  if (shrink > 1) {
    const words = new Uint32Array(width);
    const shrinker = createShrinker(header, shrink, shadesOf(parts), picture);
    return createRowReader(header, (row) => {
      expand(row, words);
      shrinker.add(words);
    });
  }
  if (!interlaced) {
    return createRowReader(header, (row, _, y) => {
      expand(row, picture.subarray(y * width, (y + 1) * width));
    });
  }
  const words = new Uint32Array(width);
  return createRowReader(header, (row, pass, y) => {
    const some = words.subarray(0, pass.width);
    expand(row, some);
    let to = (pass.y + y * pass.dy) * width + pass.x;
    for (let x = 0; x < some.length; x++, to += pass.dx) picture[to] = some[x]!;
  });
}

function shadesOf({ header, transparency }: PngParts): Shades {
  if (transparency || header.colorType >= 4) return 'any';
  return header.colorType === 0 ? 'grey' : 'opaque';
}

function tooShort({ width, height }: PngHeader): AppError {
  return new AppError(
    'undecodable',
    `png: the compressed pixels end before ${width}×${height} of them are there`,
  );
}
