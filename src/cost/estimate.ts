// Sizes and cost of a plan from headers alone, before any pixel is decoded.
import type { Codecs, TriedEncoding } from '../codecs/codec.ts';
import { AppError } from '../errors.ts';
import type { Size } from '../image.ts';
import type { Plan } from '../plan/plan.ts';
import type { Work } from '../work.ts';
import { decodeCost, frameCost } from './decode-cost.ts';
import { encodeCost } from './encode-cost.ts';
import { ownedBy, priceOf, timesWork, totalWork } from './rates.ts';
import { decoderShrink, furtherShrink, type Margins, sourceShrink } from './shrink.ts';
import {
  area,
  decoderOf,
  RGBA_BYTES,
  type SourceFile,
  shrunkSize,
  uprightSize,
} from './source-file.ts';
import { type VectorFile, vectorsCost } from './vector-cost.ts';

/** Limits of one request; `EDGE_BUDGET_MS` and the rest of the configuration. */
export type Limits = {
  maxSourcePixels: number;
  maxResultPixels: number;
  edgeBudgetMs: number;
  /** Most bytes of pixels that one request may hold, and most bytes of the large WASM memory; unlimited if left out, as on the GPU backend. */
  edgeMemoryBytes?: number;
  edgeHeapBytes?: number;
};

/**
 * The encodings that are tried for a result of this size, transparent or opaque; the smallest file is the answer. None if the answer is
 * not a picture. For an animation the one in which it is written, if any format can hold it.
 */
export type ChooseEncodings = (
  transparent: boolean,
  size: Size,
  animated?: boolean,
) => readonly TriedEncoding[];

export type EstimateContext = {
  codecs: Codecs;
  limits: Limits;
  choose: ChooseEncodings;
  /** How many pixels decoders leave for those that the plan shows. */
  margins: Margins;
  /** Frames of the main image that the answer has. Default: 1. */
  frames?: number;
  /** Images whose vectors are to be made, one after the other, before the others are decoded. */
  vectors?: readonly VectorFile[];
};

export type Estimate = {
  /** Size of the result. */
  size: Size;
  /** Number of frames of the answer. */
  frames: number;
  /** Predicted compute in calibrated milliseconds, in all and, for one frame, of each step, in order. */
  ms: number;
  stepMs: number[];
  /** Predicted peak of bytes in JavaScript and the small WASM memories, without encoded files, and predicted size of the large WASM memory. */
  bytes: number;
  heap: number;
  /** Counted work by owner and term, in all and in each stage. */
  work: Work;
  stages: { vectors: Work; decode: Work; steps: Work[]; encode: Work };
  /** Factor by which the decoder shrinks each file. */
  shrinks: number[];
};

/** Longest edge in px: JPEG's limit. Loops pause between rows, so rows must stay short. */
const LONGEST_EDGE = 65_535;
// Cost of a request without pixels: headers, keys, answers.
const REQUEST = { 'request.fixed': 1 };

/**
 * Estimates a plan step by step. `files` has the main image first, then the further images whose pixels steps see; `further` has
 * their texts in the plan. Throws `too_many_pixels` if a source or an intermediate size is over its limit, `format_unsupported`
 * for a format without decoder.
 */
export function estimate(
  plan: Plan,
  files: readonly SourceFile[],
  further: readonly string[],
  context: EstimateContext,
): Estimate {
  const [main, ...others] = files as [SourceFile, ...SourceFile[]];
  const { vectors = [], codecs, limits } = context;
  for (const { header } of [...files, ...vectors.map(({ file }) => file)]) {
    checkPixels(header, 'source', limits.maxSourcePixels);
  }
  const sizes = stepSizes(plan, uprightSize(main.header), limits);
  const wanted = [
    sourceShrink(plan, sizes[0]!),
    ...others.map(({ header }, i) => furtherShrink(plan, further[i]!, uprightSize(header), sizes)),
  ];
  const making = vectorsCost(vectors, codecs);
  const decoding = decodeAll(files, wanted, context);
  const rest = estimateRest(plan, sizes, {
    held: decoding.held,
    shrink: decoding.shrinks[0]!,
    alpha: files.some(({ header }) => header.alpha),
    context,
  });
  const { frames = 1 } = context;
  const looks = looksOf(plan, frames);
  const passes = looks.filter((count) => count > 0).length;
  const stages = {
    vectors: making.work,
    decode: timesWork(decoding.work, 1 + passes),
    // Before a step looks at a frame, the steps before it run.
    steps: rest.steps.map((work, i) =>
      timesWork(work, frames + looks.slice(i).reduce((sum, count) => sum + count, 0)),
    ),
    encode: timesWork(rest.encode, frames),
  };
  const work = totalWork([REQUEST, making.work, decoding.work, ...stages.steps, stages.encode]);
  return {
    size: sizes.at(-1)!,
    frames,
    ms: priceOf(work),
    stepMs: rest.stepMs,
    stages,
    bytes: Math.max(making.bytes, decoding.bytes, rest.bytes),
    heap: Math.max(making.heap, decoding.heap, rest.heap),
    work,
    shrinks: decoding.shrinks,
  };
}

/** How many frames each step looks at before the first one is made; see `Effect.steady`. */
export const looksOf = ({ steps }: Plan, frames: number): number[] =>
  steps.map(({ effect: { steady }, params }) =>
    frames > 1 && steady?.when(params) ? Math.min(frames, steady.frames ?? frames) : 0,
  );

/**
 * Sizes before each step and after the last. Throws `too_many_pixels` for a result over the limit, or for an intermediate size over
 * both the limit and the source's size.
 */
export function stepSizes({ steps }: Plan, size: Size, limits: Limits): Size[] {
  const sizes = [size];
  const most = Math.max(limits.maxResultPixels, area(size));
  for (const { effect, params } of steps) {
    const next = effect.size(sizes.at(-1)!, params);
    checkPixels(next, 'result', most);
    sizes.push(next);
  }
  checkPixels(sizes.at(-1)!, 'result', limits.maxResultPixels);
  return sizes;
}

type Rest = {
  /** Bytes of decoded pictures that are held throughout. */
  held: number;
  /** Factor by which the decoder shrunk the first step's input. */
  shrink: number;
  alpha: boolean;
  context: EstimateContext;
};

/** Cost of the steps and the encoder; `sizes` as `stepSizes` returns them. */
export function estimateRest(
  plan: Plan,
  sizes: readonly Size[],
  { held, shrink, alpha, context }: Rest,
): Pick<Estimate, 'bytes' | 'heap' | 'stepMs'> & { steps: Work[]; encode: Work } {
  const works: Work[] = [];
  let bytes = held;
  let heap = 0;
  // Steps that turn or mirror keep the picture shrunk; after the first other step sizes are those of the plan.
  let factor = shrink;
  let left = 0;
  plan.steps.forEach(({ effect, params }, i) => {
    const input = sizes[i]!;
    const { move } = effect.decode;
    const cost = move
      ? effect.cost(shrunkSize(input, factor), params, { shrink: 1 })
      : effect.cost(input, params, { shrink: factor });
    if (!move) factor = 1;
    works.push(ownedBy(effect.name, cost.work));
    bytes = Math.max(bytes, held + left + cost.bytes);
    heap = Math.max(heap, cost.heap ?? 0);
    left = RGBA_BYTES * area(sizes[i + 1]!);
  });
  bytes = Math.max(bytes, held + left);
  const size = sizes.at(-1)!;
  const encoding = encodeCost(size, plan, alpha, context);
  bytes = Math.max(bytes, held + RGBA_BYTES * area(size) + encoding.bytes);
  return {
    bytes,
    heap: Math.max(heap, encoding.heap),
    stepMs: works.map((work) => priceOf(work)),
    steps: works,
    encode: encoding.work,
  };
}

function decodeAll(
  files: readonly SourceFile[],
  wanted: readonly number[],
  { codecs, margins, frames = 1 }: EstimateContext,
) {
  let held = 0;
  let bytes = 0;
  let heap = 0;
  const works: Work[] = [];
  const shrinks = files.map((file, i) => {
    const codec = decoderOf(codecs, file);
    const isAnimated = i === 0 && frames > 1;
    const shrink = isAnimated
      ? 1
      : decoderShrink(codec, file.header, { wanted: wanted[i]!, margins });
    const cost = isAnimated ? frameCost(file, codecs) : decodeCost(file, shrink, codecs);
    works.push(isAnimated ? timesWork(cost.work, frames) : cost.work);
    bytes = Math.max(bytes, held + cost.bytes);
    heap = Math.max(heap, cost.heap);
    held += RGBA_BYTES * area(shrunkSize(file.header, shrink));
    return shrink;
  });
  return { held, bytes, heap, shrinks, work: totalWork(works) };
}

function checkPixels(size: Size, what: 'source' | 'result', most: number): void {
  const edge = Math.max(size.width, size.height);
  if (edge > LONGEST_EDGE) {
    throw new AppError(
      'too_many_pixels',
      `expected a ${what} of at most ${LONGEST_EDGE} pixels along an edge, got ${size.width}×${size.height}`,
    );
  }
  if (area(size) <= most) return;
  throw new AppError(
    'too_many_pixels',
    `expected a ${what} of at most ${most} pixels, got ${size.width}×${size.height}`,
  );
}
