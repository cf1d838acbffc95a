// What a codec is: the code that decodes one file format to an `Image` and encodes an `Image` to it.
import type { Image, Size } from '../image.ts';
import type { Pace } from '../timing.ts';
import type { Cost } from '../work.ts';
import type { formats } from './formats.ts';

type Declaration = (typeof formats)[number];

/** Names of the formats that the probe recognises. */
export type Format = Declaration['name'];

/** Names of the formats that an answer can have. */
export type OutputFormat = Extract<Declaration, { output: object }>['name'];

/** A way to write a picture. */
export type Encoding = {
  format: OutputFormat;
  /** Whether every pixel is kept, except for the colours under fully transparent ones. */
  lossless: boolean;
  /** Whether the picture is known to have the few colours of a palette. */
  palette?: boolean;
};

export type EncodeCostOptions = Omit<Encoding, 'format' | 'lossless'> & {
  quality: number;
  lossless?: boolean;
  /** Whether the picture has transparent pixels. */
  alpha?: boolean;
};

export type EncodeOptions = {
  /** 1…100; lossless formats ignore it. */
  quality: number;
  /** Whether every pixel is to be kept; only for formats that can. Default: false. */
  lossless?: boolean;
  /** The encoder never pauses unless this is given. */
  pace?: Pace;
};

export type DecodeOptions = {
  /** Each pixel of the result is the mean of a square of `shrink × shrink` pixels of the file; a factor that `Decoder.shrink` returned. Default: 1. */
  shrink?: number;
  /** The decoder never pauses unless this is given. */
  pace?: Pace;
  /** What `decodeEarly` began with the first bytes of this file. */
  early?: EarlyDecoding | undefined;
};

/** A file that is decoded while it arrives. Dispose of it after `decode`, or instead. */
export type EarlyDecoding = Disposable & {
  /** Bytes of the picture. */
  bytes: number;
  /** Decodes what has arrived: all bytes of the file so far. Never throws: `decode` tells what is wrong with the file. */
  advance(arrived: Uint8Array): void;
  /** The picture at 1/`shrink`, if it was decoded at this scale and is sound; `file` is the whole file. */
  finish(file: Uint8Array, shrink: number): Image | undefined;
};

export type Decoder = {
  /** The largest factor, at most `atMost`, by which the decoder can shrink this picture while it decodes; 1 if it cannot. */
  shrink(header: Header, atMost: number): number;
  /** Pixels as stored, before EXIF orientation, of size ⌈width / shrink⌉ × ⌈height / shrink⌉. Throws `AppError` `undecodable`. */
  decode(bytes: Uint8Array, options?: DecodeOptions): Promise<Image>;
  /**
   * Begins to decode a file of which only the first bytes have arrived, up to its pixels. The result of `decode` is the same with and without
   * it. Undefined for files that cannot be decoded early, and if others are being decoded.
   */
  decodeEarly?(start: Uint8Array, shrink: number): EarlyDecoding | undefined;
  /** Work and memory of `decode`. The memory includes the picture, but not the file. */
  decodeCost(file: { header: Header; byteLength: number; shrink: number }): Cost;
};

export type Encoder = {
  encode(image: Image, options: EncodeOptions): Promise<Uint8Array>;
  /** Work and memory of `encode`. The memory includes the file, but not the picture. */
  encodeCost(size: Size, options: EncodeCostOptions): Cost;
};

/** Decodes and encodes one format. */
export type Codec = Decoder & Encoder;

/** The codecs that a rim has set up, by format. */
export type Codecs = Partial<Record<OutputFormat, Codec>> &
  Partial<Record<Exclude<Format, OutputFormat>, Decoder>>;

/** What the first bytes of a file say about its picture. */
export type Header = {
  /** Size as stored, before orientation. */
  width: number;
  height: number;
  /** Bits per channel. */
  bitDepth: number;
  /** Channels as stored: 1 grey, 2 grey with alpha, 3 colour (palettes too), 4 colour with alpha or CMYK. */
  channels: number;
  /**
   * Samples per pixel as stored. A channel of lower resolution counts by its share: colour with 4:2:0 subsampling has 1.5.
   * A palette index counts by its size in bytes. In all other cases this equals `channels`.
   */
  samples: number;
  /** Whether pixels may be transparent (an alpha channel, or a transparent palette entry). */
  alpha: boolean;
  /** EXIF orientation, 1…8; 1 if the file does not say. */
  orientation: number;
  /** Number of frames; 1 for a still picture. 2 means "more than one" if the header does not count them. */
  frames: number;
  /** A progressive JPEG, a JPEG with a scan for each component, or an interlaced PNG. */
  progressive: boolean;
};

/** A header with the format that it was read from. */
export type Probe = Header & { format: Format };
