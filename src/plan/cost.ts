// Sizes and cost of a plan from headers alone, before any pixel exists, and whether the edge takes it.
import type { Format, Probe } from '../codecs/codec.ts';
import { AppError } from '../errors.ts';
import type { Size } from '../image.ts';
import type { OutputFormat, Plan } from './plan.ts';

/** Limits of one request; `EDGE_BUDGET_MS` and the rest of the configuration. */
export type Limits = {
  maxSourcePixels: number;
  maxResultPixels: number;
  edgeBudgetMs: number;
  /** Most bytes of pixels, tensors and codec heaps that one request may hold. */
  edgeMemoryBytes: number;
};

export type Estimate = {
  /** Size of the result. */
  size: Size;
  /** Predicted compute in calibrated milliseconds. */
  ms: number;
  /** Predicted peak of pixels, tensors and codec heaps. */
  bytes: number;
  /** Predicted milliseconds of each step, in order. */
  stepMs: number[];
};

// Measured inside workerd on one core (`bench/README.md`): nanoseconds a pixel, and what the codec's heap holds a pixel.
type CodecCost = { decodeNs: number; encodeNs: number; decodeBytes: number; encodeBytes: number };
const CODECS: Partial<Record<Format, CodecCost>> = {
  jpeg: { decodeNs: 20, encodeNs: 150, decodeBytes: 8, encodeBytes: 19 },
  png: { decodeNs: 30, encodeNs: 275, decodeBytes: 12, encodeBytes: 12 },
  webp: { decodeNs: 42, encodeNs: 90, decodeBytes: 5, encodeBytes: 11 },
};
const CODEC_BASE_BYTES = 8 * 2 ** 20;
const RGBA_BYTES = 4;

const area = ({ width, height }: Size): number => width * height;

/** Upright size of a picture with this header. */
export const uprightSize = ({ width, height, orientation }: Probe): Size =>
  orientation > 4 ? { width: height, height: width } : { width, height };

/**
 * Folds sizes and cost over the plan. `images` has the header of the main image first, then of each step's further images.
 * Throws `too_many_pixels` as soon as a source or an intermediate size is over its limit, `format_unsupported` for a format without decoder.
 */
export function estimate(plan: Plan, images: readonly Probe[], limits: Limits): Estimate {
  let held = 0;
  let ns = 0;
  let peak = 0;
  for (const image of images) {
    if (area(image) > limits.maxSourcePixels) {
      throw new AppError(
        'too_many_pixels',
        `expected a source of at most ${limits.maxSourcePixels} pixels, got ${image.width}×${image.height}`,
      );
    }
    const codec = CODECS[image.format];
    if (!codec)
      throw new AppError(
        'format_unsupported',
        `expected JPEG, PNG or WebP, got ${image.format.toUpperCase()}`,
      );
    held += RGBA_BYTES * area(image);
    ns += codec.decodeNs * area(image);
    peak = Math.max(peak, held + CODEC_BASE_BYTES + codec.decodeBytes * area(image));
  }
  let size = uprightSize(images[0] as Probe);
  const stepMs: number[] = [];
  for (const { effect, params } of plan.steps) {
    const next = effect.size(size, params);
    if (area(next) > limits.maxResultPixels) {
      throw new AppError(
        'too_many_pixels',
        `expected a result of at most ${limits.maxResultPixels} pixels, got ${next.width}×${next.height}`,
      );
    }
    const cost = effect.cost(size, params);
    ns += cost.ops;
    stepMs.push(cost.ops / 1e6);
    peak = Math.max(peak, held + cost.bytes);
    size = next;
  }
  if (area(size) > limits.maxResultPixels) {
    throw new AppError(
      'too_many_pixels',
      `expected a result of at most ${limits.maxResultPixels} pixels, got ${size.width}×${size.height}`,
    );
  }
  const encoder = CODECS[encoderOf(plan.output.f, images)] as CodecCost;
  if (plan.output.f !== 'json') ns += encoder.encodeNs * area(size);
  peak = Math.max(peak, held + CODEC_BASE_BYTES + (RGBA_BYTES + encoder.encodeBytes) * area(size));
  return { size, ms: ns / 1e6, bytes: peak, stepMs };
}

// `auto` comes to the dearest that is likely: PNG for what may be transparent, else JPEG.
function encoderOf(format: OutputFormat, images: readonly Probe[]): Format {
  if (format === 'png' || format === 'webp') return format;
  return format === 'auto' && images.some(({ alpha }) => alpha) ? 'png' : 'jpeg';
}

/** Refuses with `over_budget` what does not fit the edge's compute budget or memory. */
export function place({ ms, bytes }: Estimate, limits: Limits): void {
  if (ms > limits.edgeBudgetMs) {
    throw new AppError(
      'over_budget',
      `expected at most ${limits.edgeBudgetMs} ms of compute, this plan is estimated at ${Math.ceil(ms)} ms; a smaller picture or fewer steps fit`,
    );
  }
  if (bytes > limits.edgeMemoryBytes) {
    throw new AppError(
      'over_budget',
      `expected at most ${megabytes(limits.edgeMemoryBytes)} MB of memory, this plan is estimated at ${megabytes(bytes)} MB; a smaller picture fits`,
    );
  }
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 2 ** 20);
