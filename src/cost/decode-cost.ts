// Cost of decoding one file: decoding itself, turning it upright, converting its colours.
import type { Codecs } from '../codecs/codec.ts';
import { OWN_BYTES } from '../codecs/wasm/heaps.ts';
import type { Cost } from '../work.ts';
import { ownedBy, priceOf, totalWork } from './rates.ts';
import { area, decoderOf, RGBA_BYTES, type SourceFile, shrunkSize } from './source-file.ts';

const conversionWork = {
  no: () => ({}),
  'by channel': (pixels: number) => ({ 'icc.pixels': pixels }),
  'by table': (pixels: number) => ({ 'icc.tables': 1, 'icc.tablePixels': pixels }),
};

/** Cost of a file that the decoder shrinks by `shrink`; terms have their owners' names. */
export function decodeCost(file: SourceFile, shrink: number, codecs: Codecs): Required<Cost> {
  const { header, byteLength } = file;
  const cost = decoderOf(codecs, file).decodeCost({ header, byteLength, shrink });
  return withExtras(file, cost, area(shrunkSize(header, shrink)));
}

/** Cost of one frame of an animation. */
export function frameCost(file: SourceFile, codecs: Codecs): Required<Cost> {
  const { header, byteLength } = file;
  const cost = decoderOf(codecs, file).frameReader!.cost({ header, byteLength });
  return withExtras(file, cost, area(header));
}

function withExtras(
  { header, converted, outside }: SourceFile,
  decoding: Cost,
  pixels: number,
): Required<Cost> {
  const cost = inMemories(decoding);
  const turned = header.orientation !== 1;
  return {
    work: totalWork([
      ownedBy(outside ? 'png' : header.format, cost.work),
      conversionWork[converted](pixels),
      ...(turned ? [{ 'orientation.pixels': pixels }] : []),
    ]),
    bytes: Math.max(cost.bytes, turned ? 2 * RGBA_BYTES * pixels : 0),
    heap: cost.heap,
  };
}

/** Predicted milliseconds of decoding a file. */
export const decodeMs = (file: SourceFile, shrink: number, codecs: Codecs): number =>
  priceOf(decodeCost(file, shrink, codecs).work);

/** Moves a small `heap` to `bytes`: a codec's small work runs in its own WASM memory, only large work takes the large one. */
export function inMemories({ work, bytes, heap = 0 }: Cost): Required<Cost> {
  return heap > OWN_BYTES ? { work, bytes, heap } : { work, bytes: bytes + heap, heap: 0 };
}
