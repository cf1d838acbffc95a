// Style transfer: a picture painted in the manner of others (Gatys, Ecker & Bethge 2015), as a job on the GPU backend.
import { AppError } from '../errors.ts';
import type { Image, Size } from '../image.ts';
import type { Pace } from '../pace.ts';
import { energyOf, gradient } from '../tensor/gradient.ts';
import { visibleLumaOf } from '../tensor/luma.ts';
import { fromImage, type Picture } from '../tensor/picture.ts';
import { defineEffect } from './effect.ts';
import type { Heavy } from './heavy.ts';
import { type Colours, finished } from './style-finish.ts';
import { optimizeStyle, type StyleSettings } from './style-optimize.ts';
import {
  checkStyle,
  LARGEST_SIDE,
  listOf,
  networkOf,
  type StyleParams,
  styleParams,
} from './style-params.ts';
import { pictureOfPlanes, planesOf, sized } from './style-planes.ts';

export const style = defineEffect({
  name: 'style',
  summary: 'Paints the picture in the manner of one or several others.',
  examples: [
    { plan: 'w=512/style,style=asset:painting.jpg,engine=vgg19', source: 'landscape.jpg' },
    {
      plan: 'w=512/style,style=asset:painting.jpg~asset:drawing.png,styleWeights=0.6~0.4,engine=vgg19',
      source: 'landscape.jpg',
    },
    {
      plan: 'w=512/style,style=asset:painting.jpg,engine=vgg19,color=content,strength=0.7',
      source: 'bust.jpg',
    },
    {
      plan: 'w=384/style,style=asset:drawing.png,engine=vgg19,recipe=classic,steps=300',
      source: 'chess.jpg',
    },
    {
      plan: 'w=256/style,style=asset:painting.jpg,engine=vgg19,weights=small,seconds=20',
      source: 'landscape.jpg',
    },
  ],
  params: styleParams,
  inputs: ['style'],
  heavy: () => true,
  models: (params) => [networkOf(params)],
  check: checkStyle,
  inputShrink: (size, further, params) => longSide(further) / sidesOf(size, params).style,
  cost(size, params) {
    const long = longSide(size);
    const side = params.size === 'auto' ? Math.min(AUTO_SIDE, long) : params.size;
    const pixels = size.width * size.height;
    const { fixed, perWorked } = memoryOf[params.weights];
    return {
      work: {},
      bytes: fixed + FINISHING_BYTES * pixels + perWorked * pixels * (side / long) ** 2,
    };
  },
  async run({ picture, inputs, params, reports, pace, heavy }) {
    if (!heavy) throw new AppError('backend_unavailable', 'style: expected a GPU backend');
    const sides = sidesOf(picture, params);
    const shares = sharesOf(params, inputs.style.length);
    const content = await planesOf(picture, sides.content, pace);
    const styles = [];
    for (const [i, one] of inputs.style.entries()) {
      const weight = shares[i] as number;
      styles.push({ picture: await planesOf(one, sides.style, pace), weight });
    }
    const colours = { content: picture, colours: params.color };
    const { picture: painted, report } = await optimizeStyle(
      content,
      styles,
      settingsOf(params),
      withFinishedPreviews(heavy, colours, pace),
    );
    const image = await finished(await pictureOfPlanes(painted, pace), colours, pace);
    if (!reports) return { picture: fromImage(image) };
    return {
      picture: fromImage(image),
      report: { ...report, edges: await edgesOf(image, pace) },
    };
  },
});

/** What `size=auto` is taken to come to where memory is foreseen. */
const AUTO_SIDE = 512;
/** Bytes of a pixel of the picture: in linear light, painted, finished. */
const FINISHING_BYTES = 64;
/** Bytes of a network ready to run, and of its activations and their gradients for a pixel that is worked at; measured in onnxruntime on a CPU. */
const memoryOf = {
  full: { fixed: 500e6, perWorked: 5600 },
  small: { fixed: 100e6, perWorked: 2200 },
};

const longSide = ({ width, height }: Size): number => Math.max(width, height);

/** Longest sides of what the optimisation is given, in px: no larger than it has use for. */
function sidesOf(picture: Size, { size, styleScale }: StyleParams) {
  const worked = size === 'auto' ? Math.min(LARGEST_SIDE, longSide(picture)) : size;
  const style = Math.min(LARGEST_SIDE, Math.max(1, Math.round(worked * styleScale)));
  return { content: worked, style };
}

/** Shares of the styles, adding up to one. */
function sharesOf({ styleWeights }: StyleParams, count: number): number[] {
  const given =
    styleWeights === undefined ? Array(count).fill(1) : listOf(styleWeights).map(Number);
  const sum = given.reduce((total, share) => total + share, 0);
  return given.map((share) => share / sum);
}

function settingsOf(params: StyleParams): StyleSettings {
  const { style: _, styleWeights, engine, color, ...rest } = params;
  return {
    ...rest,
    contentLayers: listOf(params.contentLayers),
    styleLayers: listOf(params.styleLayers),
  };
}

/** Previews that look like the result: in its colours, and as opaque. */
function withFinishedPreviews(
  heavy: Heavy,
  { content, colours }: { content: Picture; colours: Colours },
  pace: Pace,
): Heavy {
  return {
    ...heavy,
    async preview(image) {
      const small = await sized(content, image, pace);
      await heavy.preview(await finished(fromImage(image), { content: small, colours }, pace));
    },
  };
}

/** Energy of the high-frequency part, as the step `edges` reports it. */
async function edgesOf(image: Image, pace: Pace): Promise<Record<string, number>> {
  const { width, height } = image;
  const luma = await visibleLumaOf(image, pace);
  const energy = async (kernel: 'sobel' | 'difference') =>
    energyOf(await gradient(luma, { width, height, kernel }, pace), pace);
  return { sobel: await energy('sobel'), difference: await energy('difference') };
}
