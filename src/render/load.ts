// Loads a blob: reads its header, then decodes it, upright and in sRGB.
import type { Codecs, EarlyDecoding } from '../codecs/codec.ts';
import { type Colours, coloursOf } from '../codecs/icc/icc.ts';
import { moveOf, orient } from '../codecs/orient.ts';
import { probe, probePrefix } from '../codecs/probe/probe.ts';
import { decoderOf, type SourceFile, shrunkSize } from '../cost/source-file.ts';
import { AppError } from '../errors.ts';
import { type Image, movedShrunk, type Shrunk, shrunkBy } from '../image.ts';
import { release } from '../release.ts';
import { type Pace, portion } from '../timing.ts';

/** Rough share of the loading time that a conversion to sRGB or a rotation takes, if needed, 0…1. */
const EXTRA_SHARE = 0.2;

export type OpenFile = SourceFile & {
  bytes: Uint8Array;
  colours: Colours;
  /** What was decoded while the file arrived. */
  early?: EarlyDecoding | undefined;
};

/** The first bytes of a file of `byteLength` bytes; they contain the header. */
export type FileHead = Omit<SourceFile, 'converted'> & { bytes: Uint8Array };

/** Reads the header in a file's first bytes; undefined if more bytes are needed. Throws `not_an_image`, `format_unsupported`, `undecodable`. */
export function openHead({
  bytes,
  complete,
  ...length
}: {
  bytes: Uint8Array;
  /** Whether `bytes` is the whole file. */
  complete: boolean;
} & Pick<SourceFile, 'byteLength' | 'mostBytes'>): FileHead | undefined {
  const header = complete ? probe(bytes) : probePrefix(bytes);
  return header && { bytes, ...length, header };
}

/** Reads headers only. Throws `not_an_image`, `format_unsupported`, `undecodable`. */
export function openFile(bytes: Uint8Array): OpenFile {
  return withColours({ bytes, byteLength: bytes.length, header: probe(bytes) });
}

/** The file with the conversion that its colours need. */
export function withColours(head: FileHead): OpenFile {
  const colours = coloursOf(head.bytes, head.header);
  const { convert, byTable } = colours;
  return { ...head, colours, converted: convert ? (byTable ? 'by table' : 'by channel') : 'no' };
}

/** The picture of a file, upright and in sRGB; `shrunk` describes the reduced scale at which it was decoded. Throws `undecodable`. */
export async function loadFile(
  file: OpenFile,
  shrink: number,
  { codecs, pace }: { codecs: Codecs; pace: Pace },
): Promise<{ image: Image; shrunk: Shrunk }> {
  const {
    bytes,
    header,
    colours: { convert },
    early,
  } = file;
  const extras = [convert, moveOf(header.orientation)].filter(Boolean).length;
  const extraPace = portion(pace, EXTRA_SHARE);
  const image = await decoderOf(codecs, file).decode(bytes, {
    shrink,
    early,
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
  const upright = await orient(image, header.orientation, extraPace);
  if (upright !== image) release(image.data);
  return {
    image: upright,
    shrunk: move ? movedShrunk(stored, move) : stored,
  };
}
