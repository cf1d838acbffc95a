// How many frames of an animation an answer keeps.
import type { Codecs } from '../codecs/codec.ts';
import { MOST_FRAMES } from '../codecs/most-frames.ts';
import { AppError } from '../errors.ts';
import { isGpuOnly, type Plan } from '../plan/plan.ts';
import type { ChooseEncodings } from './estimate.ts';
import { decoderOf, type SourceFile, uprightSize } from './source-file.ts';

/**
 * The number of frames; 1 for a still picture, for answers and formats that show only one, if the plan says `anim=false`, and for plans
 * with a step that only the GPU backend runs. Throws `over_budget` for more than `MOST_FRAMES`, unless the format is chosen automatically:
 * then the answer has the first.
 */
export function framesKept(
  { steps, output }: Plan,
  file: SourceFile,
  { codecs, choose }: { codecs: Codecs; choose: ChooseEncodings },
): number {
  const { header } = file;
  if (header.frames === 1 || output.anim === false || output.f === 'json') return 1;
  if (!decoderOf(codecs, file).frameReader || steps.some(isGpuOnly)) return 1;
  const [encoding] = choose(true, uprightSize(header), true);
  if (!encoding || !codecs[encoding.format]?.frameWriter) return 1;
  if (header.frames <= MOST_FRAMES) return header.frames;
  if (output.f === 'auto') return 1;
  throw new AppError(
    'over_budget',
    `expected an animation of at most ${MOST_FRAMES} frames, got more; anim=false keeps the first`,
    { param: 'anim' },
  );
}
