// What an effect is: one declaration from which the URL grammar, the catalogue, the docs, the gallery and the cost follow.
import type * as z from 'zod';
import type { AppError } from '../errors.ts';
import type { Weights } from '../graph/engine.ts';
import type { Move, Shrunk, Size } from '../image.ts';
import type { Picture } from '../tensor/picture/picture.ts';
import type { Pace } from '../timing.ts';
import type { Cost } from '../work.ts';
import type { JobPort } from './job-port.ts';
import type { Trials } from './trials.ts';

export type ParamSchemas = Readonly<Record<string, z.ZodType>>;
export type ParamsOf<S extends ParamSchemas> = { [K in keyof S]: z.output<S[K]> };

/** The weights of a model by its name in `models/manifest.json`. Throws `model_missing`. */
export type ReadModel = (name: string) => Promise<Weights>;

/** JSON-able numbers that a step reports beside its picture, such as losses. */
export type Report = Record<string, unknown>;

/** What a step is given when it runs. */
export type EffectRun<S extends ParamSchemas, I extends string> = {
  /** Belongs to the caller, which frees it after the step. */
  picture: Picture;
  /** What the picture shows if the decoder shrunk it, which it does only for effects with `decode.shrink`; else its size and the factor 1. */
  shrunk: Shrunk;
  /** The further images that each parameter names, decoded and oriented, in its order; they belong to the caller too. */
  inputs: Record<I, readonly Picture[]>;
  params: ParamsOf<S>;
  /** Whether anyone reads the report; it may cost work. */
  reports: boolean;
  /** Whether the picture becomes bytes right after this step: then bytes are as good as anything finer, and take less memory. */
  toBytes: boolean;
  /** The vectors of further images that are used through vectors alone, in the order of the images; `inputs` has no pictures of them. */
  vectors: Partial<Record<I, readonly Float32Array[]>>;
  /** Gives the models that `needs.models` names. */
  model: ReadModel;
  /** Call from long loops so that other requests can run. */
  pace: Pace;
  /** The device and the job; given to GPU-only steps alone. */
  job?: JobPort | undefined;
};

/** A new picture (or the one that came in, unchanged), and what the step reports about it. */
export type EffectResult = { picture: Picture; report?: Report };

/** The cost of a step. `leaves`: bytes of one pixel of the result, 4 unless given; more if the result is linear light. */
export type StepCost = Cost & { leaves?: number };

/**
 * In which form a step reads its picture: `bytes` (any other form is converted first), `linear` (whatever form comes, row by row
 * in linear light), or `tensors` (like `linear`, and the tensor backend is made ready before the step runs).
 */
export type Reads = 'bytes' | 'linear' | 'tensors';

/** Numbers that stand for a further image. They are kept by the file's digest, so that the same image is neither decoded nor processed again. */
export type Vectors<S extends ParamSchemas> = {
  /** Whether images are used through their vectors alone. */
  when: (params: ParamsOf<S>) => boolean;
  /** Names what makes the vectors, in letters, digits and `-`; part of their key, so it changes if the vectors would. */
  name: string;
  /** Names of the models that `of` asks for. */
  models: readonly string[];
  /** How far the decoder may shrink an image of this upright size. It shrinks as far as it can everywhere, so that vectors are the same everywhere. */
  shrink: (size: Size) => number;
  /** Of one image, of the size that `of` is given. */
  cost: (size: Size) => Cost;
  /** The vector of an image, which belongs to the caller; tensors are ready. */
  of: (picture: Picture, use: { model: ReadModel; pace: Pace }) => Promise<Float32Array>;
};

/** The further images of an effect. */
export type Further<S extends ParamSchemas, I extends string> = {
  /** Parameters that name them, declared by `imageParam` or `imagesParam`; `inputs` of `run` has them decoded. */
  params: readonly I[];
  /** How far the decoder may shrink one, as `decode.shrink`; not at all unless given. `input` is the main picture's size. */
  shrink?: (input: Size, further: Size, params: ParamsOf<S>) => number;
  /** Given if they can be used through vectors. */
  vectors?: Vectors<S>;
};

/** What the decoder may do for an effect, so that it decodes less. */
export type Decode<S extends ParamSchemas> = {
  /** Input pixels for each pixel that the result shows, along the edge with the fewest: how far the decoder may shrink. */
  shrink?: (input: Size, params: ParamsOf<S>) => number;
  /** For effects that only turn or mirror: how. They work on shrunk pictures as well. */
  move?: (params: ParamsOf<S>) => Move;
};

/** What a step needs beside the processor. */
export type Needs<S extends ParamSchemas> = {
  /** Names in `models/manifest.json` of the models that `run` asks for. */
  models?: (params: ParamsOf<S>) => readonly string[];
  /** Whether it runs on the GPU backend only. Then only the memory in its `cost` counts, and `work` is empty: rates are the edge's. */
  gpuOnly?: (params: ParamsOf<S>) => boolean;
  /** For GPU-only steps: parameters for a similar picture without the GPU backend; the edge shows it while the job runs. */
  lighter?: (params: ParamsOf<S>) => ParamsOf<S> | undefined;
};

/** A parameter that may be `auto`: the budget decides, from `least` (1 unless given) to `most`; it decides nothing if `most` gives undefined. */
export type AutoParam<S extends ParamSchemas> = {
  param: keyof S & string;
  least?: number;
  most: (params: ParamsOf<S>) => number | undefined;
};

export type EffectDeclaration<S extends ParamSchemas, I extends string> = {
  /** Name of the step in a URL. */
  name: string;
  /** `options`: the step is written as a bare option list (`w=128,h=96`), not by its name; no two such effects share a parameter. */
  segment?: 'step' | 'options';
  summary: string;
  params: S;
  /** Other accepted spellings of parameter names. */
  aliases?: Readonly<Record<string, keyof S & string>>;
  /** Finds what a schema per parameter cannot: gives an error made by `paramError`. */
  check?: (params: ParamsOf<S>) => AppError | undefined;
  auto?: AutoParam<S>;
  /** Segments of a URL that show the effect, and the sample picture that they are shown on. */
  examples: readonly { plan: string; source: string }[];
  trials?: Trials<keyof S & string>;
  /** `linear` unless given. */
  reads?: Reads | ((params: ParamsOf<S>) => Reads);
  /** Size of the result; the input's unless given. */
  size?: (input: Size, params: ParamsOf<S>) => Size;
  /** From the input's full size; `shrink` is the factor by which the decoder has shrunk it, `toBytes` as for `run`. */
  cost: (input: Size, params: ParamsOf<S>, use: { shrink: number; toBytes: boolean }) => StepCost;
  decode?: Decode<S>;
  further?: Further<S, I>;
  needs?: Needs<S>;
  run: (context: EffectRun<S, I>) => EffectResult | Promise<EffectResult>;
};

/** An effect with every default filled in, whose parameters are checked before it is called; what the rest of the project handles. */
export type Effect = Required<Omit<EffectDeclaration<ParamSchemas, string>, Optional | 'reads'>> &
  Pick<EffectDeclaration<ParamSchemas, string>, Optional> & {
    reads: (params: ParamsOf<ParamSchemas>) => Reads;
  };

type Optional = 'check' | 'auto';

/** Declares an effect; the types of `params` reach `check`, `size`, `cost` and `run`. */
export function defineEffect<const S extends ParamSchemas, const I extends string = never>(
  declaration: EffectDeclaration<S, I>,
): Effect {
  const { reads = 'linear' } = declaration;
  const effect = {
    segment: 'step' as const,
    aliases: {},
    trials: {},
    size: ({ width, height }: Size) => ({ width, height }),
    decode: {},
    further: { params: [] },
    needs: {},
    ...declaration,
    reads: typeof reads === 'function' ? reads : () => reads,
  };
  // The plan validates parameters against `params` before any of these functions sees them.
  return effect as unknown as Effect;
}
