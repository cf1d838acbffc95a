// How many frames of an animation an answer keeps.
import type { Codecs } from '../codecs/codec.ts';
import { isGpuOnly, type Plan } from '../plan/plan.ts';
import type { ChooseEncodings } from './estimate.ts';
import { decoderOf, type SourceFile, uprightSize } from './source-file.ts';

/**
 * The number of frames; 1 for a still picture, for answers and formats that show only one, if the plan says `anim=false`, and for plans
 * with a step that only the GPU backend runs.
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
  return encoding && codecs[encoding.format]?.frameWriter ? header.frames : 1;
}
