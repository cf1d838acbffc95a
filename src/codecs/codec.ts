// What a codec is: one compressed format, decoded to and encoded from an `Image`.
import type { Image, Size } from '../image.ts';
import type { Pace } from '../timing.ts';
import type { Cost } from '../work.ts';

/** Formats that the probe recognises in a source. */
export type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

export type EncodeOptions = {
  /** 1…100; ignored by lossless formats. */
  quality: number;
  /** Never pauses unless given. */
  pace?: Pace;
};

export type DecodeOptions = {
  /** Each pixel of the picture is the mean of a square of `shrink` pixels of the file; one of the factors that `shrink` offers, 1 unless given. */
  shrink?: number;
  /** Never pauses unless given. */
  pace?: Pace;
};

/** One compressed format. WASM modules are handed in by the rim when the codec is made. */
export type Codec = {
  format: Format;
  mime: string;
  /** Usual file name extension, without a dot. */
  extension: string;
  /** Whether the format can carry transparency. */
  alpha: boolean;
  /** The largest factor, at most `atMost`, by which the decoder can shrink such a picture on its way; 1 where it cannot. */
  shrink(header: Probe, atMost: number): number;
  /** Pixels as stored, before EXIF orientation, of size ⌈width / shrink⌉ × ⌈height / shrink⌉. Throws `AppError` `undecodable`. */
  decode(bytes: Uint8Array, options?: DecodeOptions): Promise<Image>;
  encode(image: Image, options: EncodeOptions): Promise<Uint8Array>;
  /** What `decode` takes, the picture included, the file not. */
  decodeCost(file: { header: Probe; byteLength: number; shrink: number }): Cost;
  /** What `encode` takes, the file included, the picture not; of a picture with transparent pixels where `alpha` is set. */
  encodeCost(size: Size, options: { quality: number; alpha?: boolean }): Cost;
};

/** The codecs that are wired in, by format. */
export type Codecs = Partial<Record<Format, Codec>>;

/** What the first bytes of a blob say about it. */
export type Probe = {
  format: Format;
  /** Size as stored, before orientation. */
  width: number;
  height: number;
  /** Bits per channel. */
  bitDepth: number;
  /** Channels as stored: 1 grey, 2 grey with alpha, 3 colour (palettes too), 4 colour with alpha or CMYK. */
  channels: number;
  /** Samples a pixel as stored, channels of less than full resolution counted by their share: 1.5 for colours with 4:2:0; a palette's indices by the bytes that each has. Else `channels`. */
  samples: number;
  /** Whether pixels may be transparent (an alpha channel, or a transparent palette entry). */
  alpha: boolean;
  /** EXIF orientation, 1…8; 1 where there is none. */
  orientation: number;
  /** Number of frames; 1 for a still picture. 2 stands for "more than one" where the header alone does not count them. */
  frames: number;
  /** Progressive JPEG, one with a scan for each component, or interlaced PNG. */
  progressive: boolean;
};
