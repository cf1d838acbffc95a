// Runs one stage of a rendering alone, often enough for workerd's clock.
import { admit } from '../../src/cost/admit.ts';
import { priceOf, rates, totalWork } from '../../src/cost/rates.ts';
import { effects } from '../../src/effects/index.ts';
import type { Weights } from '../../src/graph/engine.ts';
import type { Image } from '../../src/image.ts';
import { readSafetensors } from '../../src/models/safetensors.ts';
import { STYLE_NUMBERS } from '../../src/nets/magenta/transform.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { endsInPalette, pixelImages, vectorId, vectorUses } from '../../src/plan/plan.ts';
import { encodeAnswer, withOutputStep } from '../../src/render/answer.ts';
import { loadFile, openFile } from '../../src/render/load.ts';
import { runPlan } from '../../src/render/run.ts';
import { createPaces, portion } from '../../src/timing.ts';
import { withLighterSteps } from '../stages/lighter-steps.ts';
import type { StageOptions, StageReady, StageRuns } from '../stages/stage-sample.ts';
import { codecs, fileOf, kernels, pause, tensors } from './engine.ts';
import { limits } from './render.ts';

// How long painting takes does not depend on the style.
const VECTOR = Float32Array.from({ length: STYLE_NUMBERS }, (_, i) => Math.sin(i));

const models = new Map<string, Weights>();

/** A model whose weights are stored under its name. */
async function modelOf(name: string): Promise<Weights> {
  const weights = models.get(name) ?? readSafetensors(fileOf(name), { lazy: true }).tensors;
  models.set(name, weights);
  return weights;
}

let ready: () => Promise<unknown> = async () => {};

/** Prepares everything that comes before the stage; `repeatStage` then runs the stage. */
async function readyStage(options: StageOptions): Promise<StageReady> {
  // A term without a rate must not stop the measurement that gives it one.
  Object.setPrototypeOf(rates, new Proxy({}, { get: () => 1e-9 }));
  const parsed = parsePlan(options.plan.split('/').filter(Boolean), effects);
  const asked = withOutputStep(options.lighter ? withLighterSteps(parsed) : parsed);
  const names = pixelImages(asked);
  const files = await Promise.all(
    [options.file, ...names.map((name) => options.further?.[name] as string)].map((file) =>
      openFile(fileOf(file)),
    ),
  );
  const palette = endsInPalette(asked);
  const isPicture = !['blurhash', 'thumbhash', 'json'].includes(asked.output.f);
  const choose = () =>
    isPicture
      ? [{ format: options.format, lossless: palette || asked.output.lossless === true, palette }]
      : [];
  const { plan, estimate } = admit(asked, files, {
    codecs,
    limits,
    choose,
    places: ['edge'],
    vectors: [],
  });
  const vectors = new Map(vectorUses(plan).map((use) => [vectorId(use), VECTOR]));
  const { decode, steps, encode } = estimate.stages;
  const paceOf = createPaces(pause);
  const loadPace = portion(paceOf(priceOf(decode)), 1 / files.length);
  const load = () =>
    Promise.all(
      files.map((file, i) => loadFile(file, estimate.shrinks[i]!, { codecs, pace: loadPace })),
    );
  const ports = { now: () => performance.now(), pause, kernels, tensors, model: modelOf };
  const run = ([main, ...others]: Awaited<ReturnType<typeof load>>) => {
    const further = new Map<string, Image>();
    for (const [i, { image }] of others.entries()) further.set(names[i] as string, image);
    const inputs = {
      ...(main as typeof main & object),
      further,
      vectors,
      reports: false,
      stepMs: estimate.stepMs,
    };
    return runPlan(plan, inputs, ports);
  };
  const request = estimate.work;
  if (options.stage === 'decode') {
    ready = load;
    return { work: decode, request };
  }
  const loaded = await load();
  if (options.stage === 'steps') {
    ready = () => run(loaded);
    return { work: totalWork(steps), request };
  }
  const { image } = await run(loaded);
  const pace = paceOf(priceOf(encode));
  ready = () => encodeAnswer(image, plan.output, { codecs, choose, pace });
  return { work: encode, request };
}

async function repeatStage({ leastMs }: { leastMs: number }): Promise<StageRuns> {
  const began = performance.now();
  let runs = 0;
  let passed = 0;
  do {
    await ready();
    runs++;
    passed = performance.now() - began;
  } while (passed < leastMs);
  return { runs, ms: passed / runs };
}

export const stageMeasurements = { readyStage, repeatStage };
