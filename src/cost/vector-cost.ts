// Cost of making vectors of further images.
import type { Codecs } from '../codecs/codec.ts';
import type { VectorUse } from '../plan/plan.ts';
import type { Cost, Work } from '../work.ts';
import { decodeCost } from './decode-cost.ts';
import { ownedBy, priceOf, totalWork } from './rates.ts';
import {
  area,
  decoderOf,
  RGBA_BYTES,
  type SourceFile,
  shrunkSize,
  uprightSize,
} from './source-file.ts';

/** An image whose vector is to be made. */
export type VectorFile = { file: SourceFile; use: VectorUse };

/** Factor by which the decoder shrinks the image. It does not depend on memory, so that a vector is always the same. */
export function vectorShrink({ file, use }: VectorFile, codecs: Codecs): number {
  const { header } = file;
  const atMost = Math.max(1, use.vectors.shrink(uprightSize(header)));
  return decoderOf(codecs, file).shrink(header, atMost);
}

/** Cost of all vectors, made one after the other while nothing else is held. */
export function vectorsCost(making: readonly VectorFile[], codecs: Codecs): Required<Cost> {
  const works: Work[] = [];
  let bytes = 0;
  let heap = 0;
  for (const each of making) {
    const { decoding, size, cost } = costOf(each, codecs);
    works.push(decoding.work, ownedBy(each.use.owner, cost.work));
    bytes = Math.max(bytes, decoding.bytes, RGBA_BYTES * area(size) + cost.bytes);
    heap = Math.max(heap, decoding.heap, cost.heap ?? 0);
  }
  return { work: totalWork(works), bytes, heap };
}

/** Predicted milliseconds of decoding the image and of making its vector. */
export function vectorMs(each: VectorFile, codecs: Codecs): { decode: number; make: number } {
  const { decoding, cost } = costOf(each, codecs);
  return { decode: priceOf(decoding.work), make: priceOf(ownedBy(each.use.owner, cost.work)) };
}

function costOf({ file, use }: VectorFile, codecs: Codecs) {
  const shrink = vectorShrink({ file, use }, codecs);
  const size = shrunkSize(uprightSize(file.header), shrink);
  return { size, decoding: decodeCost(file, shrink, codecs), cost: use.vectors.cost(size) };
}
