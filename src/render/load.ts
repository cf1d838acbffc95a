// Brings a blob in as pixels: what its header says, then decoded, upright and in sRGB.
import type { Codecs } from '../codecs/codec.ts';
import { conversionOf } from '../codecs/icc/icc.ts';
import { moveOf, orient } from '../codecs/orient.ts';
import { probe, probePrefix } from '../codecs/probe/probe.ts';
import { decoderOf, type SourceFile, shrunkSize } from '../cost/source-file.ts';
import { AppError } from '../errors.ts';
import { type Image, movedShrunk, type Shrunk, shrunkBy } from '../image.ts';
import { type Pace, portion } from '../timing.ts';

/** Rough share of the time that a conversion to sRGB or a turn takes, if there is one. */
const EXTRA_SHARE = 0.2;

export type OpenFile = SourceFile & {
  bytes: Uint8Array;
  /** Brings pixels from the file's colour space to sRGB, in place, where it is another. */
  convert: ReturnType<typeof conversionOf>;
};

/** The first bytes of a file of `byteLength` bytes, in which its header is. */
export type FileHead = Omit<SourceFile, 'converted'> & { bytes: Uint8Array };

/** Reads the header in a file's first bytes; undefined if it ends behind them. Throws `not_an_image`, `format_unsupported`, `undecodable`. */
export function openHead({
  bytes,
  complete,
  byteLength,
}: {
  bytes: Uint8Array;
  /** Whether these are all bytes of the file. */
  complete: boolean;
  byteLength: number;
}): FileHead | undefined {
  const header = complete ? probe(bytes) : probePrefix(bytes);
  return header && { bytes, byteLength, header };
}

/** Reads headers only. Throws `not_an_image`, `format_unsupported`, `undecodable`. */
export function openFile(bytes: Uint8Array): OpenFile {
  return withColours({ bytes, byteLength: bytes.length, header: probe(bytes) });
}

/** The file with what its colour profile says. */
export function withColours(head: FileHead): OpenFile {
  const convert = conversionOf(head.bytes, head.header.format);
  return { ...head, convert, converted: convert !== undefined };
}

/** The picture of a file, upright and in sRGB, and what it shows where it was shrunk. Throws `undecodable`. */
export async function loadFile(
  { bytes, header, convert }: OpenFile,
  shrink: number,
  { codecs, pace }: { codecs: Codecs; pace: Pace },
): Promise<{ image: Image; shrunk: Shrunk }> {
  const extras = [convert, moveOf(header.orientation)].filter(Boolean).length;
  const extraPace = portion(pace, EXTRA_SHARE);
  const image = await decoderOf(codecs, header.format).decode(bytes, {
    shrink,
    pace: portion(pace, 1 - extras * EXTRA_SHARE),
  });
  const expected = shrunkSize(header, shrink);
  if (image.width !== expected.width || image.height !== expected.height) {
    throw new AppError(
      'undecodable',
      `the header says ${header.width}×${header.height}, the picture is ${image.width}×${image.height}${shrink > 1 ? ` at 1/${shrink}` : ''}`,
    );
  }
  await convert?.(image, extraPace);
  const stored = shrunkBy({ width: header.width, height: header.height }, shrink);
  const move = moveOf(header.orientation);
  return {
    image: await orient(image, header.orientation, extraPace),
    shrunk: move ? movedShrunk(stored, move) : stored,
  };
}
