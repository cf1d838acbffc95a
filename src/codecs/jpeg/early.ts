// Decodes JPEG files at a reduced scale while they arrive.
import { AppError } from '../../errors.ts';
import type { EarlyDecoding } from '../codec.ts';
import { createHeap, type Heap, type Heaps, OWN_BYTES } from '../wasm/heaps.ts';
import { headerOf, scaledHeap } from './cost.ts';
import { readJpegStart } from './file.ts';
import {
  type ArrivingPicture,
  arrivingDecoding,
  isScale,
  type ScaledJpegModule,
  startScaledJpeg,
} from './scaled/scaled.ts';

/** Most files at a time. Each has an instance of its own from its first byte to its last. */
const MOST_AT_ONCE = 2;
/** Largest picture, in bytes: slow downloads of large ones would keep memory from other requests. */
const MOST_PICTURE_BYTES = 4 * 2 ** 20;
/**
 * After so many refusals between two arrivals, the place goes to the next file. A request that the platform has ended neither goes on nor
 * disposes of anything.
 */
const MOST_REFUSALS = 16;

/** An instance, who uses it, and how many others were refused since the last arrival. */
type Place = {
  heap: Heap;
  instance?: ScaledJpegModule | undefined;
  user?: object | undefined;
  refusals: number;
};

/** Makes `Decoder.decodeEarly` from the compiled `jpeg-scaled.wasm`. Only files in one scan are decoded early. */
export function createEarlyDecoder(module: WebAssembly.Module, heaps?: Heaps) {
  const places = Array.from({ length: MOST_AT_ONCE }, (_, i): Place => {
    return { heap: heaps?.own(`jpeg-early-${i + 1}`) ?? createHeap(), refusals: 0 };
  });
  return (start: Uint8Array, shrink: number): EarlyDecoding | undefined => {
    const found = decodable(start, shrink);
    const place = found && takePlace(places);
    return place && decodeIn(place, { ...found, shrink, module });
  };
}

type Decodable = { begin: (module: ScaledJpegModule) => ArrivingPicture; bytes: number };

function decodable(start: Uint8Array, shrink: number): Decodable | undefined {
  if (!isScale(shrink)) return undefined;
  const [file, begin] = orUndefined(() => {
    const read = readJpegStart(start);
    return [read, read && arrivingDecoding(start, read, shrink)] as const;
  }) ?? [undefined, undefined];
  if (!file || !begin) return undefined;
  const header = headerOf(file.frame);
  const own = scaledHeap({ header, shrink, buffered: false });
  const picture = 4 * Math.ceil(header.width / shrink) * Math.ceil(header.height / shrink);
  if (own > OWN_BYTES || picture > MOST_PICTURE_BYTES) return undefined;
  return { begin, bytes: picture };
}

/** A free place, or one whose user has been silent for long. */
function takePlace(places: readonly Place[]): Place | undefined {
  const free = places.find(({ user, refusals }) => !user || refusals >= MOST_REFUSALS);
  if (free) return free;
  for (const place of places) place.refusals++;
  return undefined;
}

function decodeIn(
  place: Place,
  { begin, bytes, shrink, module }: Decodable & { shrink: number; module: WebAssembly.Module },
): EarlyDecoding {
  const me = {};
  place.user = me;
  place.refusals = 0;
  let picture: ArrivingPicture | undefined;
  let finished = false;
  const leave = (): void => {
    picture = undefined;
    if (place.user === me) place.user = undefined;
  };
  const decodeArrived = (arrived: Uint8Array, complete: boolean): void => {
    if (place.user !== me) {
      leave();
      return;
    }
    place.refusals = 0;
    try {
      place.instance ??= startScaledJpeg(module, place.heap);
      picture ??= begin(place.instance);
      finished = picture.paint(arrived, complete);
    } catch {
      // As in `createWasmRunner`: the state of the instance is unknown.
      place.instance = undefined;
      leave();
    }
  };
  return {
    bytes,
    advance: (arrived) => decodeArrived(arrived, false),
    finish(file, wanted) {
      if (wanted === shrink) decodeArrived(file, true);
      const image = finished ? picture?.image : undefined;
      leave();
      return image;
    },
    [Symbol.dispose]: leave,
  };
}

function orUndefined<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}
