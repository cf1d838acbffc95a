// What a codec is: the code that decodes one file format to an `Image` and encodes an `Image` to it.
import type { Image, Size } from '../image.ts';
import type { Pace } from '../timing.ts';
import type { Cost } from '../work.ts';
import type { formats } from './formats.ts';

type Declaration = (typeof formats)[number];

/** Names of the formats that the probe recognises. */
export type Format = Declaration['name'];

/** Names of the formats that are decoded here. */
export type DecodedFormat = Extract<Declaration, { createCodec: unknown }>['name'];

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

/** An encoding that an answer may have. */
export type TriedEncoding = Encoding & {
  /** It is tried only if the finished picture has at most `PALETTE_COLOURS` colours. */
  ifFewColours?: boolean;
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

/** A frame of an animation as it is shown: the whole canvas. */
export type Frame = {
  image: Image;
  /** Milliseconds. */
  duration: number;
};

export type Animation = {
  /** How often the frames are shown; 0 for ever. */
  plays: number;
  /** One at a time, in order; each image belongs to the receiver. Throws `undecodable`. */
  frames: AsyncIterable<Frame>;
};

/** Reads animations. */
export type FrameReader = {
  open(bytes: Uint8Array, options?: { pace?: Pace }): Animation;
  /** Work and memory for one frame. The memory includes the frame, but not the file. */
  cost(file: { header: Header; byteLength: number }): Cost;
};

/** Writes one animation; all frames have the size of the first. */
export type AnimationWriter = {
  add(frame: Frame, pace?: Pace): Promise<void>;
  /** The file. */
  end(): Promise<Uint8Array>;
};

/** Writes animations. */
export type FrameWriter = {
  begin(options: Omit<EncodeOptions, 'pace'> & { plays: number }): AnimationWriter;
  /** Work and memory for one frame; `kept` is the part of the memory that it takes until the end, in bytes. */
  cost(size: Size, options: EncodeCostOptions): Cost & { kept: number };
};

export type Decoder = {
  /** The largest factor, at most `atMost`, by which the decoder can shrink this picture while it decodes; 1 if it cannot. */
  shrink(header: Header, atMost: number): number;
  /**
   * Pixels as stored, before EXIF orientation, of size ⌈width / shrink⌉ × ⌈height / shrink⌉. If `hasInks`, the four bytes of a pixel
   * are amounts of cyan, magenta, yellow and black ink. Throws `AppError` `undecodable`.
   */
  decode(bytes: Uint8Array, options?: DecodeOptions): Promise<Image>;
  /**
   * Begins to decode a file of which only the first bytes have arrived, up to its pixels. The result of `decode` is the same with and without
   * it. Undefined for files that cannot be decoded early, and if others are being decoded.
   */
  decodeEarly?(start: Uint8Array, shrink: number): EarlyDecoding | undefined;
  /** Work and memory of `decode`. The memory includes the picture, but not the file. */
  decodeCost(file: { header: Header; byteLength: number; shrink: number }): Cost;
  /** Left out if only the first frame of an animation can be decoded. */
  frameReader?: FrameReader;
};

export type Encoder = {
  encode(image: Image, options: EncodeOptions): Promise<Uint8Array>;
  /** Work and memory of `encode`. The memory includes the file, but not the picture. */
  encodeCost(size: Size, options: EncodeCostOptions): Cost;
  /** Left out for formats of still pictures. */
  frameWriter?: FrameWriter;
};

/** Decodes and encodes one format. */
export type Codec = Decoder & Encoder;

/** The codecs that a rim has set up, by format. */
export type Codecs = Partial<Record<OutputFormat, Codec>> &
  Partial<Record<Exclude<DecodedFormat, OutputFormat>, Decoder>>;

/** What the first bytes of a file say about its picture. */
export type Header = {
  /** Size as stored, before orientation. */
  width: number;
  height: number;
  /** Size of what is decoded, if the picture is only a part of it. */
  coded?: Size;
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
  /**
   * Number of frames; 1 for a still picture. Of an AVIF sequence, 2 means "more than one"; of a GIF or WebP, `MOST_FRAMES` + 1 means
   * "this many or more".
   */
  frames: number;
  /** A progressive JPEG, a JPEG with a scan for each component, or an interlaced PNG. */
  progressive: boolean;
};

/** Whether pixels are amounts of four inks instead of colours with alpha. */
export const hasInks = ({ channels, alpha }: Pick<Header, 'channels' | 'alpha'>): boolean =>
  channels === 4 && !alpha;

/** A header with the format that it was read from. */
export type Probe = Header & { format: Format };
