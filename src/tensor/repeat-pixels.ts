// Hard-edged enlargement of 8-bit pictures.
import { createImage, type Image } from '../image.ts';

/** A picture whose pixel (x, y) is `image`'s pixel (columns[x], rows[y]). */
export function repeatPixels(
  image: Image,
  { columns, rows }: { columns: Int32Array; rows: Int32Array },
): Image {
  const result = createImage({ width: columns.length, height: rows.length });
  const from = new Uint32Array(
    image.data.buffer,
    image.data.byteOffset,
    image.width * image.height,
  );
  const to = new Uint32Array(result.data.buffer);
  for (let y = 0, j = 0; y < rows.length; y++) {
    if (y > 0 && rows[y] === rows[y - 1]) {
      to.copyWithin(j, j - columns.length, j);
      j += columns.length;
      continue;
    }
    const base = (rows[y] as number) * image.width;
    for (let x = 0; x < columns.length; x++)
      to[j++] = from[base + (columns[x] as number)] as number;
  }
  return result;
}
