// The declaration of an effect. The URL grammar, the catalogue, the docs, the gallery and the cost are derived from it.
import type * as z from 'zod';
import type { AppError } from '../errors.ts';
import type { Weights } from '../graph/engine.ts';
import type { Image, Move, Shrunk, Size } from '../image.ts';
import type { PixelKernels } from '../tensor/pixel-kernels.ts';
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

/** Arguments of a step's `run`. */
export type EffectRun<S extends ParamSchemas, I extends string> = {
  /** The input, which must not be changed. */
  picture: Image;
  /** The picture's full size and the factor by which the decoder shrunk it; the factor is 1 unless the effect has `decode.shrink`. */
  shrunk: Shrunk;
  /** The further images that each parameter names, decoded and oriented, in the parameter's order. */
  inputs: Record<I, readonly Image[]>;
  params: ParamsOf<S>;
  /** Whether the report is wanted; computing it may cost time. */
  reports: boolean;
  /** Vectors of the further images that are used through vectors alone, in the order of the images; `inputs` omits these images. */
  vectors: Partial<Record<I, readonly Float32Array[]>>;
  /** Gives the models that `needs.models` names. */
  model: ReadModel;
  /** The SIMD kernels for pixels. */
  kernels: PixelKernels;
  /** Takes the share of the step's work that is done; call it from long loops, so that other requests can run. The shares add up to about 1. */
  pace: Pace;
  /** The device and the job, on the GPU backend alone. Steps that iterate report progress to it, and continue from its checkpoint. */
  job?: JobPort | undefined;
};

/** A new image (or one that came in, unchanged), and what the step reports about it. */
export type EffectResult = { picture: Image; report?: Report };

/** Numbers that replace a further image. They are cached under the file's digest, so that the image is not decoded and processed again. */
export type Vectors<S extends ParamSchemas> = {
  /** Whether images are used through their vectors alone. */
  when: (params: ParamsOf<S>) => boolean;
  /** Name of the method, in letters, digits and `-`. It is part of the cache key: change it whenever the vectors change. */
  name: string;
  /** Names of the models that `of` asks for. */
  models: readonly string[];
  /** Largest factor by which the decoder may shrink an image of this upright size. Every place shrinks as far as it can, so that all get the same vectors. */
  shrink: (size: Size) => number;
  /** Cost of one vector; `size` is the size of the picture that `of` receives. */
  cost: (size: Size) => Cost;
  /** Computes the vector of a picture; the tensor backend is ready. */
  of: (
    picture: Image,
    use: { model: ReadModel; kernels: PixelKernels; pace: Pace },
  ) => Promise<Float32Array>;
};

/** The further images of an effect. */
export type Further<S extends ParamSchemas, I extends string> = {
  /** Parameters that name them, declared by `imageParam` or `imagesParam`; `run` receives them decoded in `inputs`. */
  params: readonly I[];
  /** Largest factor by which the decoder may shrink one, like `decode.shrink`; 1 unless given. `input` is the main picture's size. */
  shrink?: (input: Size, further: Size, params: ParamsOf<S>) => number;
  /** Only for effects that can use them through vectors. */
  vectors?: Vectors<S>;
};

/** What the decoder may do before the effect, so that it decodes less. */
export type Decode<S extends ParamSchemas> = {
  /** Largest factor by which the decoder may shrink: input pixels per result pixel, along the edge with the smaller ratio. */
  shrink?: (input: Size, params: ParamsOf<S>) => number;
  /** For effects that only turn or mirror: the move. They also work on shrunk pictures. */
  move?: (params: ParamsOf<S>) => Move;
};

/** A step that stands in for another: of another effect, which URLs need not know, or of the same one with other parameters. */
export type LighterStep = { effect?: Effect; params: ParamsOf<ParamSchemas> };

/** Models, devices and backends that a step needs. */
export type Needs<S extends ParamSchemas> = {
  /** Names in `models/manifest.json` of the models that `run` asks for. */
  models?: (params: ParamsOf<S>) => readonly string[];
  /** Whether it computes with tensors: their backend is then made ready before the step runs. */
  tensors?: (params: ParamsOf<S>) => boolean;
  /** Whether it runs on the GPU backend only. Its `cost` then has memory alone and empty `work`, since rates are those of the edge. */
  gpuOnly?: (params: ParamsOf<S>) => boolean;
  /** For GPU-only steps: a step for a similar picture without the GPU backend; the edge answers with it while the job runs. */
  lighter?: (params: ParamsOf<S>) => LighterStep | undefined;
  /** For GPU-only steps: parameters for a similar picture without a model that no backend has; undefined if the step cannot do without. */
  withoutModel?: (params: ParamsOf<S>) => ParamsOf<S> | undefined;
};

/**
 * How a step that adapts to its picture does the same to all frames of an animation, which would flicker or change size otherwise: it looks
 * at frames, and then every frame runs with parameters that are settled by what it saw.
 */
export type Steady<S extends ParamSchemas, I extends string> = {
  /** Whether it adapts with these parameters. */
  when: (params: ParamsOf<S>) => boolean;
  /** Most frames that are looked at, evenly spread; all unless given. */
  frames?: number;
  /** Looks at one frame, which costs at most what `run` does. `before` is what it returned for the frame before; the result stays small. */
  look: (context: EffectRun<S, I>, before: unknown) => Promise<unknown>;
  settledParams: (seen: unknown, params: ParamsOf<S>) => ParamsOf<S> | Promise<ParamsOf<S>>;
};

/** A parameter that may be `auto`: the budget sets it, from `least` (1 unless given) to `most`, or leaves it if `most` returns undefined. */
export type AutoParam<S extends ParamSchemas> = {
  param: keyof S & string;
  least?: number;
  most: (params: ParamsOf<S>) => number | undefined;
};

export type EffectDeclaration<S extends ParamSchemas, I extends string> = {
  /** Name of the step in a URL. */
  name: string;
  /** `options`: the step is written as an option list (`w=128,h=96`), without its name; no two such effects share a parameter. */
  segment?: 'step' | 'options';
  summary: string;
  params: S;
  /** Other accepted spellings of parameter names. */
  aliases?: Readonly<Record<string, keyof S & string>>;
  /** Other accepted spellings of values, by parameter; a value that is `undefined` is as if the parameter were not given. */
  spellings?: { readonly [K in keyof S]?: Readonly<Record<string, string | undefined>> };
  /** Checks parameters against each other, which their schemas cannot; returns an error made by `paramError`. */
  check?: (params: ParamsOf<S>) => AppError | undefined;
  /** One form of parameters that mean the same. `dpr` is the device pixel ratio of their segment; lengths in CSS pixels are multiplied by it. */
  canonical?: (params: ParamsOf<S>, dpr: number) => ParamsOf<S>;
  /** Whether the step changes no picture with these parameters; it is then left out of plans. */
  isNeutral?: (params: ParamsOf<S>) => boolean;
  auto?: AutoParam<S>;
  /** URL segments that show the effect, and the sample picture to use. */
  examples: readonly { plan: string; source: string }[];
  trials?: Trials<keyof S & string>;
  /** Size of the result; the input's unless given. */
  size?: (input: Size, params: ParamsOf<S>) => Size;
  /** From the input's full size; `shrink` is the factor by which the decoder shrunk it. */
  cost: (input: Size, params: ParamsOf<S>, use: { shrink: number }) => Cost;
  decode?: Decode<S>;
  /** Whether the result has the few colours of a palette; `before` says so of the input. Such answers are lossless. Default: never. */
  leavesPalette?: (params: ParamsOf<S>, before: boolean) => boolean;
  further?: Further<S, I>;
  /** Left out if it does the same to every picture. */
  steady?: Steady<S, I>;
  needs?: Needs<S>;
  run: (context: EffectRun<S, I>) => EffectResult | Promise<EffectResult>;
};

/** An effect as the rest of the project uses it: every default filled in, parameters already validated. */
export type Effect = Required<Omit<EffectDeclaration<ParamSchemas, string>, Optional>> &
  Pick<EffectDeclaration<ParamSchemas, string>, Optional>;

type Optional = 'check' | 'canonical' | 'isNeutral' | 'auto' | 'steady';

/** Declares an effect; the types of `params` reach `check`, `size`, `cost` and `run`. */
export function defineEffect<const S extends ParamSchemas, const I extends string = never>(
  declaration: EffectDeclaration<S, I>,
): Effect {
  const effect = {
    segment: 'step' as const,
    aliases: {},
    spellings: {},
    trials: {},
    size: ({ width, height }: Size) => ({ width, height }),
    decode: {},
    leavesPalette: () => false,
    further: { params: [] },
    needs: {},
    ...declaration,
  };
  // The plan validates parameters against `params` before any of these functions sees them.
  return effect as unknown as Effect;
}
