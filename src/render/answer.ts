// Turns a finished picture into the bytes of the answer: a blob, a placeholder text, or numbers.
import type { Codecs } from '../codecs/codec.ts';
import { hasFewColours, PALETTE_COLOURS } from '../codecs/few-colours.ts';
import { formatOf, outputRules } from '../codecs/formats.ts';
import { placeholders } from '../codecs/placeholder/placeholder.ts';
import type { ChooseEncodings, Estimate, Limits } from '../cost/estimate.ts';
import type { Place } from '../cost/place.ts';
import { resize } from '../effects/resize/effect.ts';
import { hasTransparency, type Image, pixelsOf, type Size } from '../image.ts';
import { type Output, type Plan, readStep } from '../plan/plan.ts';
import { release } from '../release.ts';
import { eachBand, type Pace, portion } from '../timing.ts';
import type { OpenFile } from './load.ts';
import type { RunResult } from './run.ts';

export type Answer = { blob: Uint8Array; mime: string; extension: string };

const text = (content: string): Answer => ({
  blob: new TextEncoder().encode(content),
  mime: 'text/plain; charset=utf-8',
  extension: 'txt',
});

const placeholderOf = (f: Output['f']) =>
  f === 'blurhash' || f === 'thumbhash' ? placeholders[f] : undefined;

/** The plan, with a step that makes the picture small if the output is a placeholder text. */
export function withOutputStep(plan: Plan): Plan {
  const placeholder = placeholderOf(plan.output.f);
  if (!placeholder) return plan;
  const edge = String(placeholder.edge);
  const small = readStep(
    resize,
    new Map([
      ['w', edge],
      ['h', edge],
    ]),
  );
  return { ...plan, steps: [...plan.steps, small] };
}

/**
 * Encodes the picture in every way that `choose` names; the smallest file is the answer, or the earliest of the smallest. Ways for few
 * colours are left out if the picture has more.
 */
export async function encodeAnswer(
  image: Image,
  { f, q }: Output,
  { codecs, choose, pace }: { codecs: Codecs; choose: ChooseEncodings; pace: Pace },
): Promise<Answer> {
  const placeholder = placeholderOf(f);
  if (placeholder) return text(placeholder.of(image));
  const transparent = hasTransparency(image);
  const possible = choose(transparent, { width: image.width, height: image.height });
  const hasFew =
    possible.some(({ ifFewColours }) => ifFewColours) &&
    hasFewColours(pixelsOf(image.data), PALETTE_COLOURS);
  const encodings = possible.filter(({ ifFewColours }) => hasFew || !ifFewColours);
  const answers: Answer[] = [];
  for (const { format, lossless } of encodings) {
    const codec = codecs[format];
    if (!codec) throw new Error(`${format}: the output format has no encoder`);
    const { mime, extension } = formatOf(format);
    const flattens = transparent && !outputRules(format).alpha;
    const share = portion(pace, 1 / encodings.length);
    const flat = flattens ? await onWhite(image, portion(share, FLATTEN_SHARE)) : image;
    const encodePace = flattens ? portion(share, 1 - FLATTEN_SHARE) : share;
    const blob = await codec.encode(flat, { quality: q, lossless, pace: encodePace });
    if (flattens) release(flat.data);
    answers.push({ blob, mime, extension });
  }
  return answers.reduce((best, next) => (next.blob.length < best.blob.length ? next : best));
}

/** Rough share of the encoding time that putting a picture on white takes, 0…1. */
const FLATTEN_SHARE = 0.2;

async function onWhite({ width, height, data }: Image, pace: Pace): Promise<Image> {
  const flat = new Uint8ClampedArray(data.length);
  await eachBand(width * height, pace, (first, end) => {
    for (let i = 4 * first; i < 4 * end; i += 4) {
      const a = data[i + 3]! / 255;
      for (let c = 0; c < 3; c++) flat[i + c] = data[i + c]! * a + 255 * (1 - a);
      flat[i + 3] = 255;
    }
  });
  return { width, height, data: flat };
}

/** The JSON of `f=json`. It has the cost only at the edge. */
export function reportAnswer(parts: {
  size: Size;
  source: OpenFile;
  predicted: Estimate;
  limits: Limits;
  place: Place;
  steps: RunResult['steps'];
}): Answer {
  const { size, source, predicted, limits, place, steps } = parts;
  const { outside } = source;
  const { format, width, height, orientation, frames } = outside?.stored ?? source.header;
  const report = {
    ...size,
    source: {
      format,
      width,
      height,
      orientation,
      frames,
      colours: source.colours.note,
      ...(outside && { decoder: 'outside' }),
    },
    ...(place === 'edge' && {
      cost: { ms: Math.round(10 * predicted.ms) / 10, budget: limits.edgeBudgetMs },
    }),
    steps: steps.map(({ name, report: numbers }) => ({ name, ...numbers })),
  };
  return {
    blob: new TextEncoder().encode(JSON.stringify(report)),
    mime: 'application/json',
    extension: 'json',
  };
}
