// A source file before it is decoded: its header, its sizes and its codec.
import type { Codecs, Decoder, Format, Probe } from '../codecs/codec.ts';
import { labelsOf } from '../codecs/formats.ts';
import { AppError } from '../errors.ts';
import type { Size } from '../image.ts';

/** A file of which only the header has been read. */
export type SourceFile = {
  header: Probe;
  byteLength: number;
  /** Its largest possible length, if `byteLength` is only what has arrived of a file of unknown length. */
  mostBytes?: number;
  /** Whether its colours are converted to sRGB, and how. */
  converted: 'no' | 'by channel' | 'by table';
  /** If a service outside of this process decodes the file: the decoder of the PNG that it hands back, of which `header` tells, and the file's own header. */
  outside?: { decoder: Decoder; stored: Probe };
};

/** Bytes of a decoded pixel. */
export const RGBA_BYTES = 4;

export const area = ({ width, height }: Size): number => width * height;

/** Upright size of a picture with this header. */
export const uprightSize = ({ width, height, orientation }: Probe): Size =>
  orientation > 4 ? { width: height, height: width } : { width, height };

/** Size of a picture that the decoder shrinks by `shrink`; rounded up. */
export const shrunkSize = ({ width, height }: Size, shrink: number): Size => ({
  width: Math.ceil(width / shrink),
  height: Math.ceil(height / shrink),
});

type Decoded = Pick<SourceFile, 'header' | 'outside'>;

function decoderIfAny({ header, outside }: Decoded, codecs: Codecs): Decoder | undefined {
  const decoders: Partial<Record<Format, Decoder>> = codecs;
  return outside?.decoder ?? decoders[header.format];
}

/** Whether there is a decoder for a source. */
export const isRead = (file: Decoded, codecs: Codecs): boolean =>
  decoderIfAny(file, codecs) !== undefined;

/** The decoder for a source. Throws `format_unsupported`. */
export function decoderOf(codecs: Codecs, file: Decoded): Decoder {
  const decoder = decoderIfAny(file, codecs);
  if (decoder) return decoder;
  const { format } = file.header;
  const known = labelsOf(Object.keys(codecs) as Format[], 'or');
  throw new AppError('format_unsupported', `expected ${known}, got ${labelsOf([format])}`);
}
