// What a file format declares about itself. Detection, negotiation, content types and error messages are derived from it.
import type { Codec, Decoder, Header } from './codec.ts';
import type { EmbeddedProfile } from './embedded-profile.ts';
import type { Heaps } from './wasm/heaps.ts';

/** First bytes of a file; `null` stands for any byte. */
export type Signature = readonly (number | null)[];

/** The WASM modules that a codec may have; `scaled` decodes to a fraction of the size. */
export type ModulePart = 'decoder' | 'encoder' | 'scaled';

/** A WASM module in AssemblyScript (`scripts/glue.ts` compiles it). It imports its memory as `env.memory`. */
export type AssemblyModule = {
  /** Where its sources are, from the root of the project. */
  folder: string;
  /** The files whose exports are the module's, without `.ts`. */
  entries: readonly string[];
  features: readonly ('simd' | 'relaxed-simd')[];
  /** Pages of 64 KiB that the memory has at least. */
  pages: number;
};

type Identity = {
  /** Name in URLs (`f=`), reports and prices. */
  name: string;
  /** Name in messages. */
  label: string;
  /** Media type in `Content-Type` and `Accept`. */
  mime: string;
  /** Usual file name extension, without a dot. */
  extension: string;
};

type Detection = {
  /** A file of this format begins with one of these. */
  signatures?: readonly Signature[];
  /** Brands that a file of the ISO media family (`ftyp`) has if it is of this format. */
  brands?: readonly string[];
  /**
   * The header, or undefined if the bytes end before the header does. `complete`: they are the whole file, so that parts which are not
   * essential may be missing. Throws `undecodable` for a corrupt header.
   */
  readHeader(bytes: Uint8Array, complete?: boolean): Header | undefined;
  /** The colour profile that a file carries. Throws `undecodable` for a corrupt file. Left out if the format cannot carry one. */
  findProfile?(bytes: Uint8Array): EmbeddedProfile | undefined;
};

/** What an answer in this format can hold, and when `f=auto` chooses it. */
export type OutputRules = {
  /** Other spellings of the name in URLs. */
  spellings?: readonly string[];
  /** Whether the format can store transparency. */
  alpha: boolean;
  /** Whether every pixel is kept: always, if its colours are few, or if the encoder is asked to. In the first two cases `q` has no effect. */
  lossless: 'always' | 'few colours' | 'asked' | 'never';
  /** The longest side, in pixels. */
  maxEdge: number;
  /**
   * Whether every client that shows pictures reads this format, so that `image/*` in `Accept` grants it. Other formats have
   * to be named in `Accept`, because browsers that do not know them send `image/*` too.
   */
  universal: boolean;
  /** Whether it can hold the frames of an animation. */
  animation?: true;
  /** `f=auto` takes the format for animations only. */
  onlyAnimation?: true;
  /** `f=auto` takes the format only if encoding costs at most this share of the time budget, 0…1. Default: no limit. */
  autoBudgetShare?: number;
};

type Coding<Made> = {
  /** The files in packages that the WASM modules are built from (`scripts/glue.ts`), by part. */
  wasm?: Partial<Record<ModulePart, string>>;
  /** Modules of our own, by part. */
  assembly?: Partial<Record<ModulePart, AssemblyModule>>;
  /** Makes the codec; `moduleOf` returns the compiled module of a part that `wasm` or `assembly` names. */
  createCodec(moduleOf: (part: ModulePart) => WebAssembly.Module, heaps?: Heaps): Made;
};

/** A format that is recognised only, one that is decoded, or one that is decoded and encoded. */
export type FormatDeclaration = Identity &
  Detection &
  (
    | { createCodec?: never; wasm?: never; assembly?: never; output?: never }
    | (Coding<Decoder> & { output?: never })
    | (Coding<Codec> & { output: OutputRules })
  );

/** A text of ASCII characters as bytes, for signatures. */
export const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

/** Four arbitrary bytes of a signature. */
export const ANY_4: Signature = [null, null, null, null];
