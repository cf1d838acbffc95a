// The pictures of a style transfer at the sizes of the optimisation's scales.
import { type Planes, padPlanes, resizePlanes, withMargin } from '../../../fit/planes.ts';
import { uniformValues } from '../../../fit/random.ts';
import { sizeWithLongSide } from '../../../fit/scales.ts';
import type { Image, Size } from '../../../image.ts';
import { noPace } from '../../../timing.ts';
import { addGrain } from '../grain.ts';
import type { StagePictures } from './stages.ts';

export type StyleSource = { picture: Planes; weight: number };

/**
 * Mirrored margin around the picture while it is optimised, in px at every scale; it is cut off afterwards. Features at the border see
 * padding instead of a picture, and without the margin a frame of 12 to 16 px is painted otherwise than the rest.
 */
export const MARGIN = 16;

export type Prepared = {
  /** Size of the result: the content's aspect ratio with the wanted long side. */
  size: Size;
  /** The pictures for a size that includes the margin. */
  at: (size: Size) => Promise<StagePictures>;
};

/** The size with the margin. */
export const sizeWithMargin = ({ width, height }: Size): Size => ({
  width: width + 2 * MARGIN,
  height: height + 2 * MARGIN,
});

/** The size without the margin. */
export const sizeWithoutMargin = ({ width, height }: Size): Size => ({
  width: width - 2 * MARGIN,
  height: height - 2 * MARGIN,
});

/**
 * Prepares pictures, shrunk with an antialiasing filter; styles are never enlarged. Each scale is made from the original, because every
 * filter blurs, and the style would be painted as blurred. Weights are normalised to add up to 1.
 */
export function preparePictures(
  content: Planes,
  styles: readonly StyleSource[],
  { side, styleScale, least }: { side: number; styleScale: number; least: number },
): Prepared {
  const total = styles.reduce((sum, { weight }) => sum + weight, 0);
  return {
    size: sizeWithLongSide(content, side),
    async at(stage) {
      const size = sizeWithoutMargin(stage);
      const long = Math.max(size.width, size.height);
      return {
        content: withMargin(await withGrain(smooth(content, size)), MARGIN),
        styles: styles.map(({ picture, weight }) => {
          const shrunk = withinSide(picture, long * styleScale);
          const padded = padPlanes(shrunk, { width: least, height: least });
          return { picture: padded, weight: weight / total };
        }),
      };
    },
  };
}

/** The picture with faint noise where it is flat: without it, single levels of 8-bit gradients are painted as bars. */
async function withGrain({ width, height, data }: Planes): Promise<Planes> {
  const count = width * height;
  const rgb = { width, height, data: new Float32Array(3 * count) };
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < count; i++) rgb.data[3 * i + c] = data[c * count + i]!;
  }
  await addGrain(rgb, noPace);
  const planes = new Float32Array(3 * count);
  for (let c = 0; c < 3; c++) {
    for (let i = 0; i < count; i++) planes[c * count + i] = rgb.data[3 * i + c]!;
  }
  return { width, height, data: planes };
}

const smooth = (picture: Planes, size: Size): Planes =>
  resizePlanes(picture, size, { antialias: true });

function withinSide(picture: Planes, side: number): Planes {
  const long = Math.min(Math.max(1, Math.round(side)), Math.max(picture.width, picture.height));
  return smooth(picture, sizeWithLongSide(picture, long));
}

/** The first position: the content, grey with faint noise, or noise. */
export function startOf(init: 'content' | 'gray' | 'noise', seed: number) {
  return (content: Planes): Float32Array => {
    if (init === 'content') return content.data;
    const noise = uniformValues(seed, content.data.length);
    // Many features have no gradient at exact grey.
    return init === 'noise' ? noise : noise.map((value) => 0.5 + value / 255);
  };
}

/** Opaque bytes from planes `[3, height, width]`, for previews. */
export function imageOfPlanes({ width, height, data }: Planes): Image {
  const bytes = new Uint8ClampedArray(4 * width * height);
  const count = width * height;
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < 3; c++) bytes[4 * i + c] = 255 * data[c * count + i]!;
    bytes[4 * i + 3] = 255;
  }
  return { width, height, data: bytes };
}
