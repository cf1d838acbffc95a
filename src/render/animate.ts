// Renders an animation: its frames run through the plan one after the other, and only the encoded ones are kept.
import type { Codecs, Frame } from '../codecs/codec.ts';
import { formatOf } from '../codecs/formats.ts';
import { moveOf, orient } from '../codecs/orient.ts';
import { priceOf } from '../cost/rates.ts';
import { decoderOf } from '../cost/source-file.ts';
import type { JobPort } from '../effects/job-port.ts';
import type { Image, Size } from '../image.ts';
import type { Plan } from '../plan/plan.ts';
import { release } from '../release.ts';
import { type Pace, type PaceOf, portion } from '../timing.ts';
import type { Answer } from './answer.ts';
import { createFrameStore } from './frame-store.ts';
import type { OpenFile } from './load.ts';
import type { Placed } from './place.ts';
import type { RunResult } from './run.ts';
import { steadyPlan } from './steady.ts';

export type Animated = {
  answer: Answer;
  size: Size;
  /** The steps of all frames: times added up, reports of the first. */
  steps: RunResult['steps'];
  /** Milliseconds. */
  timings: { decode: number; encode: number };
};

type Ports = { codecs: Codecs; now: () => number; paceOf: PaceOf; job?: JobPort };

/** Decodes, runs and encodes all frames of the main file; `run` runs the steps of a plan. Throws `undecodable`. */
export async function renderFrames(
  { plan, files, estimate, choose }: Placed,
  run: (plan: Plan, image: Image) => Promise<RunResult>,
  { codecs, now, paceOf, job }: Ports,
): Promise<Animated> {
  const { output } = plan;
  const { stages, frames, size } = estimate;
  const [encoding] = choose(true, size, true);
  const { format, lossless } = encoding!;
  const decodePace = paceOf(priceOf(stages.decode));
  const encodePace = portion(paceOf(priceOf(stages.encode)), 1 / frames);
  // Frames that steps look at first count as decoding.
  let mark = now();
  const msSinceLastCall = (): number => {
    const before = mark;
    mark = now();
    return mark - before;
  };
  const open = () => openFrames(files[0]!, codecs, decodePace);
  const steady = await steadyPlan(plan, frames, async (looking, isWanted) => {
    let index = 0;
    for await (const { image } of open().frames) {
      job?.throwIfCanceled();
      if (isWanted(index++)) release((await run(looking, image)).image.data);
      else release(image.data);
    }
  });
  const { plays, frames: shown } = open();
  const writer = codecs[format]!.frameWriter!.begin({ quality: output.q, lossless, plays });
  const timings = { decode: 0, encode: 0 };
  let steps: RunResult['steps'] | undefined;
  let made: Size | undefined;
  let done = 0;
  const store = job && createFrameStore(job, codecs.png!);
  for await (const { image, duration } of shown) {
    timings.decode += msSinceLastCall();
    const old = await store?.restored();
    if (old) release(image.data);
    const result = old ?? (await run(steady, image));
    if (!old) await store?.keep(result);
    msSinceLastCall();
    const { width, height } = result.image;
    made ??= { width, height };
    steps = addedUp(steps, result.steps);
    await writer.add({ image: result.image, duration }, encodePace);
    timings.encode += msSinceLastCall();
    done++;
    if (!old) await reportFrame(result.image, { step: done, steps: frames }, job);
    release(result.image.data);
  }
  const blob = await writer.end();
  timings.encode += msSinceLastCall();
  const { mime, extension } = formatOf(format);
  return { answer: { blob, mime, extension }, size: made!, steps: steps!, timings };
}

/** Reports a finished frame to the job, and shows it if a preview is due. */
async function reportFrame(
  image: Image,
  frame: { step: number; steps: number },
  job: JobPort | undefined,
): Promise<void> {
  if (!job) return;
  job.progress({ ...frame, losses: {} });
  if (job.due('preview')) await job.preview(image);
  job.throwIfCanceled();
}

/** The frames of a file, upright and in sRGB. */
function openFrames(file: OpenFile, codecs: Codecs, pace: Pace) {
  const {
    bytes,
    header,
    colours: { convert },
  } = file;
  const { plays, frames } = decoderOf(codecs, file).frameReader!.open(bytes, { pace });
  async function* prepared(): AsyncGenerator<Frame> {
    for await (const { image, duration } of frames) {
      await convert?.(image);
      const isTurned = moveOf(header.orientation) !== undefined;
      yield { duration, image: isTurned ? await orient(image, header.orientation, pace) : image };
    }
  }
  return { plays, frames: prepared() };
}

function addedUp(
  before: RunResult['steps'] | undefined,
  steps: RunResult['steps'],
): RunResult['steps'] {
  if (!before) return steps;
  return before.map((step, i) => ({ ...step, ms: step.ms + steps[i]!.ms }));
}
