// Has files decoded and shrunk outside of this process, where the plan was admitted on that condition.
import type { Codecs } from '../codecs/codec.ts';
import { type ShrinkDecoder, shrunkBytes } from '../codecs/outside/outside.ts';
import { isRead, shrunkSize } from '../cost/source-file.ts';
import { AppError } from '../errors.ts';
import type { OpenFile } from './load.ts';
import type { Placed } from './place.ts';

type Ports = { codecs: Codecs; shrinkDecoder?: ShrinkDecoder; now: () => number };

/**
 * The plan with the PNGs of the files that are decoded outside, and the milliseconds that they took; undefined if there are none. `held`
 * gives back their memory. Throws what `ShrinkDecoder.shrink` throws; `over_budget` instead of `format_unsupported` for a format that is
 * read here.
 */
export async function shrunkOutside(
  placed: Placed,
  held: DisposableStack,
  { codecs, shrinkDecoder, now }: Ports,
): Promise<{ placed: Placed; ms?: number }> {
  if (!shrinkDecoder || placed.files.every(({ outside }) => !outside)) return { placed };
  const began = now();
  const files: OpenFile[] = [];
  for (const [i, file] of placed.files.entries()) {
    const shrink = placed.estimate.shrinks[i]!;
    files.push(
      file.outside ? await shrunk(file, shrink, { held, decoder: shrinkDecoder, codecs }) : file,
    );
  }
  return { placed: { ...placed, files }, ms: now() - began };
}

async function shrunk(
  file: OpenFile,
  shrink: number,
  { held, decoder, codecs }: { held: DisposableStack; decoder: ShrinkDecoder; codecs: Codecs },
): Promise<OpenFile> {
  const size = shrunkSize(file.header, shrink);
  try {
    const { bytes } = held.use(await decoder.shrink(file.bytes, size, shrunkBytes(size)));
    return { ...file, bytes };
  } catch (error) {
    const isRefused = error instanceof AppError && error.code === 'format_unsupported';
    const header = file.outside!.stored;
    if (!isRefused || !isRead({ header }, codecs)) throw error;
    const { width, height } = header;
    throw new AppError(
      'over_budget',
      `expected a picture that fits the memory here or that ${decoder.name} reads, got ${width}×${height}: ${error.message}; a GPU backend (GPU_BACKENDS) would run it as it is`,
    );
  }
}
