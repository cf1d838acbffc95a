// Which files of a plan a decoder outside of this process is to decode, because the plan does not fit otherwise.
import type { Codecs } from '../codecs/codec.ts';
import {
  createOutsideDecoder,
  type ShrinkDecoder,
  uprightHeader,
} from '../codecs/outside/outside.ts';
import { decodeCost } from './decode-cost.ts';
import { decoderOf, isRead, type SourceFile } from './source-file.ts';

/** The decoder, for the decision about a plan; with `configured: false`, a typical one, for advice to configure one. */
export type Outside = Pick<ShrinkDecoder, 'takes'> & { configured: boolean };

/** A file as the decoder hands it back. */
export const fromOutside = <File extends SourceFile>(file: File, codecs: Codecs): File => {
  const header = uprightHeader(file.header);
  const decoder = createOutsideDecoder(header, codecs.png!);
  return { ...file, header, converted: 'no', outside: { decoder, stored: file.header } };
};

/**
 * The files with one of them replaced by what the decoder hands back, then with two, and so on: first those that are not decoded here, then
 * those that take most memory. In each list at least one is replaced.
 */
export function* withReplaced<File extends SourceFile>(
  files: readonly File[],
  codecs: Codecs,
  { takes }: Pick<Outside, 'takes'>,
): Generator<readonly File[]> {
  if (!codecs.png) return;
  const replaced = [...files];
  const heaviestFirst = files
    .map((file, index) => ({ file, index, bytes: leastBytes(file, codecs) }))
    .filter(({ file }) => takes(file))
    .sort((one, other) => other.bytes - one.bytes);
  for (const { file, index } of heaviestFirst) {
    replaced[index] = fromOutside(file, codecs);
    yield [...replaced];
  }
}

/** The least memory with which a file is decoded here, in bytes. */
function leastBytes(file: SourceFile, codecs: Codecs): number {
  if (!isRead(file, codecs)) return Infinity;
  const most = Math.max(file.header.width, file.header.height);
  const { bytes, heap } = decodeCost(
    file,
    decoderOf(codecs, file).shrink(file.header, most),
    codecs,
  );
  return bytes + heap;
}
