// Hard-edged enlargement of 8-bit pictures.
import { createImage, type Image } from '../../image.ts';
import { eachBand, type Pace } from '../../timing.ts';

/** A picture whose pixel (x, y) is `image`'s pixel (columns[x], rows[y]). */
export async function repeatPixels(
  image: Image,
  { columns, rows }: { columns: Int32Array; rows: Int32Array },
  pace: Pace,
): Promise<Image> {
  const width = columns.length;
  const result = createImage({ width, height: rows.length });
  const { buffer, byteOffset } = image.data;
  const from = new Uint32Array(buffer, byteOffset, image.width * image.height);
  const to = new Uint32Array(result.data.buffer);
  await eachBand(rows.length, pace, (first, end) => {
    for (let y = first, j = first * width; y < end; y++, j += width) {
      if (y > 0 && rows[y] === rows[y - 1]) to.copyWithin(j, j - width, j);
      else repeatRow(from, rows[y]! * image.width, columns, to, j);
    }
  });
  return result;
}

function repeatRow(
  from: Uint32Array,
  base: number,
  columns: Int32Array,
  to: Uint32Array,
  begin: number,
): void {
  for (let x = 0, j = begin; x < columns.length; x++, j++) {
    to[j] = from[base + columns[x]!]!;
  }
}
