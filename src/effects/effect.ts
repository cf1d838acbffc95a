// What an effect is: one declaration from which the URL grammar, the catalogue, the page and the cost follow.
import * as z from 'zod';
import type { Weights } from '../graph/engine.ts';
import type { Move, Shrunk, Size } from '../image.ts';
import type { Pace } from '../pace.ts';
import type { Picture } from '../tensor/picture/picture.ts';
import type { Cost } from '../work.ts';
import { canonicalColour } from './colour-text.ts';
import type { JobPort } from './job-port.ts';

export type ParamSchemas = Readonly<Record<string, z.ZodType>>;
export type ParamsOf<S extends ParamSchemas> = { [K in keyof S]: z.output<S[K]> };

/** The weights of a model by its name in `models/manifest.json`. Throws `model_missing`. */
export type ReadModel = (name: string) => Promise<Weights>;

/** JSON-able numbers that a step reports beside its picture, such as losses. */
export type Report = Record<string, unknown>;

export type EffectRun<S extends ParamSchemas, I extends string> = {
  /** Belongs to the caller, which frees it after the step. */
  picture: Picture;
  /** What the picture shows where the decoder shrunk it, which it does only for effects with `shrink`; else its size and the factor 1. */
  shrunk: Shrunk;
  /** The further images that each parameter names, decoded and oriented, in its order; they belong to the caller too. */
  inputs: Record<I, readonly Picture[]>;
  params: ParamsOf<S>;
  /** Whether anyone reads the report; it may cost work. */
  reports: boolean;
  /** Whether what follows makes bytes of the picture first: bytes are as good as anything finer then, and take less memory. */
  toBytes: boolean;
  /** Of inputs that are used through vectors alone: those, in the order of the images; `inputs` has no pictures of them. */
  vectors: Partial<Record<I, readonly Float32Array[]>>;
  /** Asked for models that `models` names. */
  model: ReadModel;
  /** Told by long loops what they have done. */
  pace: Pace;
  /** A device and a line to whoever waits; only there for GPU-only steps. */
  job?: JobPort | undefined;
};

/** A new picture (or the one that came in, unchanged), and what the step reports about it. */
export type EffectResult = { picture: Picture; report?: Report };

/** Numbers that stand for a further image: kept by its file's digest, so that a picture that comes again is neither decoded nor looked at again. */
export type Vectors<S extends ParamSchemas> = {
  /** Whether images are used through their vectors alone. */
  when: (params: ParamsOf<S>) => boolean;
  /** Names what makes them, in letters, digits and `-`; part of the key they are kept under, so another name where they come out otherwise. */
  name: string;
  /** Names of the models that `of` asks for. */
  models: readonly string[];
  /** How far the decoder may shrink an image of this upright size; it does so as far as it can, that the vector is the same everywhere. */
  shrink: (size: Size) => number;
  /** Of one image, of the size that `of` is given. */
  cost: (size: Size) => Cost;
  /** The vector of an image, which belongs to the caller; tensors are ready. */
  of: (picture: Picture, use: { model: ReadModel; pace: Pace }) => Promise<Float32Array>;
};

export type EffectDeclaration<S extends ParamSchemas, I extends string> = {
  /** Name of the step in a URL. */
  name: string;
  /** `options`: the step is written as a bare option list (`w=128,h=96`), not by its name; no two such effects share a parameter. */
  segment?: 'step' | 'options';
  summary: string;
  /** Segments of a URL that show the effect, and the sample picture that they are shown on. */
  examples: readonly { plan: string; source: string }[];
  params: S;
  /** Other accepted spellings of parameter names. */
  aliases?: Readonly<Record<string, keyof S & string>>;
  /** Parameters that name further images, declared by `imageParam` or `imagesParam`; `inputs` of `run` has them decoded. */
  inputs?: readonly I[];
  /** Whether it runs on the GPU backend only. Of its `cost` only the memory counts then, and `work` is empty: the edge's prices are not the backend's. */
  gpuOnly?: (params: ParamsOf<S>) => boolean;
  /** Names in `models/manifest.json` of the models that `run` asks for. */
  models?: (params: ParamsOf<S>) => readonly string[];
  /** For effects that use further images through vectors; of all their `inputs`. */
  vectors?: Vectors<S>;
  /** For GPU-only steps: parameters with which the step is not GPU-only and the picture is similar; what the edge shows while a job runs. */
  lighter?: (params: ParamsOf<S>) => ParamsOf<S> | undefined;
  /** What a schema per parameter cannot say; returns a message that starts with the parameter's name. */
  check?: (params: ParamsOf<S>) => string | undefined;
  /** Size of the result; the input's where it is left out. */
  size?: (input: Size, params: ParamsOf<S>) => Size;
  /** From the input's full size; `shrink` is the factor by which the decoder has shrunk it, `toBytes` as for `run`. */
  cost: (input: Size, params: ParamsOf<S>, use: { shrink: number; toBytes: boolean }) => Cost;
  /** Whether it works on bytes, whatever form it is given. */
  takesBytes?: boolean;
  /** Bytes of a pixel of what it leaves: 4 unless given; more where that is linear light or tensors. */
  leaves?: (params: ParamsOf<S>, toBytes: boolean) => number;
  /** Input pixels for each pixel that the result shows, along the edge where they are fewest: how far the decoder may shrink. */
  shrink?: (input: Size, params: ParamsOf<S>) => number;
  /** The same for a further image; `input` is the main one's size. */
  inputShrink?: (input: Size, further: Size, params: ParamsOf<S>) => number;
  /** Whether it works on tensors: their backend is made ready before it runs. */
  tensors?: (params: ParamsOf<S>) => boolean;
  /** For effects that only turn or mirror: how. They work on shrunk pictures as well. */
  move?: (params: ParamsOf<S>) => Move;
  /** A parameter that may be `auto`: the budget decides, from `least` (1 unless given) up to this many; not where `most` gives nothing. */
  auto?: {
    param: keyof S & string;
    least?: number;
    most: (params: ParamsOf<S>) => number | undefined;
  };
  run: (context: EffectRun<S, I>) => EffectResult | Promise<EffectResult>;
};

/** An effect whose parameters are checked before it is called; what the rest of the project handles. */
export type Effect = EffectDeclaration<ParamSchemas, string> & {
  segment: 'step' | 'options';
  inputs: readonly string[];
  aliases: Readonly<Record<string, string>>;
  size: NonNullable<EffectDeclaration<ParamSchemas, string>['size']>;
  leaves: NonNullable<EffectDeclaration<ParamSchemas, string>['leaves']>;
};

/** Declares an effect; the types of `params` reach `check`, `size`, `cost` and `run`. */
export function defineEffect<const S extends ParamSchemas, const I extends string = never>(
  declaration: EffectDeclaration<S, I>,
): Effect {
  const effect = {
    segment: 'step' as const,
    inputs: [],
    aliases: {},
    size: ({ width, height }: Size) => ({ width, height }),
    leaves: () => 4,
    ...declaration,
  };
  // The plan validates parameters against `params` before any of these functions sees them.
  return effect as unknown as Effect;
}

/** A further image: `asset:<name>` or `b64:<base64url of any source>`. */
export const imageParam = () =>
  z
    .string()
    .max(4096)
    .regex(/^[^~]+$/)
    .meta({ format: 'source' });

/** One to `most` further images, joined by `~`. */
export const imagesParam = (most: number) =>
  z
    .string()
    .max(4096 * most)
    .regex(new RegExp(`^[^~]+(?:~[^~]+){0,${most - 1}}$`))
    .meta({ format: 'sources', most });

/** A colour as 3, 4, 6 or 8 hexadecimal digits, without `#`. */
export const colourParam = () =>
  z
    .string()
    .toLowerCase()
    .regex(/^(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})$/)
    .transform(canonicalColour)
    .meta({ format: 'hex colour' });
