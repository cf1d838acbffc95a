// What is seen of a transparent picture, without what its hidden colours are.
import { createImage, hasTransparency, type Image } from '../../image.ts';
import { byteOfLinear, linearOfByte } from '../../tensor/colour/colour.ts';
import { eachBand, type Pace } from '../../timing.ts';

/**
 * The colours of a picture over the mean of what is seen of it, in linear light; over `behind` if nothing is seen, whatever its size is. The
 * result is opaque; an opaque picture is returned itself.
 */
export async function seenColours(image: Image, pace: Pace, behind?: Image): Promise<Image> {
  if (!hasTransparency(image)) return image;
  const { data } = image;
  const sums = [0, 0, 0];
  let weight = 0;
  await eachBand(data.length / 4, pace, (first, end) => {
    for (let i = 4 * first; i < 4 * end; i += 4) {
      const alpha = data[i + 3]!;
      weight += alpha;
      for (let c = 0; c < 3; c++) sums[c]! += alpha * linearOfByte[data[i + c]!]!;
    }
  });
  if (weight === 0 && behind) return behind;
  const mean = sums.map((sum) => (weight > 0 ? sum / weight : 0));
  const result = createImage(image, data.slice());
  for (let i = 0; i < data.length; i += 4) {
    const alpha = data[i + 3]! / 255;
    if (alpha === 1) continue;
    result.data[i + 3] = 255;
    for (let c = 0; c < 3; c++) {
      const light = alpha * linearOfByte[data[i + c]!]! + (1 - alpha) * mean[c]!;
      result.data[i + c] = byteOfLinear(light);
    }
  }
  return result;
}
