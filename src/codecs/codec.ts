// What a codec is: one compressed format, decoded to and encoded from an `Image`.
import type { Image } from '../image.ts';

/** Formats that the probe recognises in a source. */
export type Format = 'jpeg' | 'png' | 'webp' | 'gif' | 'avif';

export type EncodeOptions = {
  /** 1…100; ignored by lossless formats. */
  quality: number;
};

/** One compressed format. WASM modules are handed in by the rim when the codec is made. */
export type Codec = {
  format: Format;
  mime: string;
  /** Usual file name extension, without a dot. */
  extension: string;
  /** Whether the format can carry transparency. */
  alpha: boolean;
  /** Pixels as stored, before EXIF orientation. Throws `AppError` `undecodable`. */
  decode(bytes: Uint8Array): Promise<Image>;
  encode(image: Image, options: EncodeOptions): Promise<Uint8Array>;
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
  /** Whether pixels may be transparent (an alpha channel, or a transparent palette entry). */
  alpha: boolean;
  /** EXIF orientation, 1…8; 1 where there is none. */
  orientation: number;
  /** Number of frames; 1 for a still picture. 2 stands for "more than one" where the header alone does not count them. */
  frames: number;
  /** Progressive JPEG or interlaced PNG. */
  progressive: boolean;
};
