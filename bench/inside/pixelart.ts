// Measures learned pixel art inside workerd: with our kernels, and with tf.js' own operations instead of them.
import {
  getKernel,
  type KernelConfig,
  registerKernel,
  unregisterKernel,
} from '@tensorflow/tfjs-core';
import { effects } from '../../src/effects/index.ts';
import type { Image } from '../../src/image.ts';
import { readSafetensors } from '../../src/models/safetensors.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { runPlan } from '../../src/render/run.ts';
import { MEDIAN } from '../../src/tensor/ops/median.ts';
import { SAME_CONV } from '../../src/tensor/ops/same-conv.ts';
import { fileOf, kernels, pause, pixelsOf, time, unlimitedTensors } from './engine.ts';

/** `plain`: the kernels of our own are taken out, so that the operations are composed of tf.js' own. */
export type PixelartWay = 'ours' | 'plain';

type Options = { way: PixelartWay; plan: string; file: string };

/** The operations that have kernels of our own. */
const OPERATIONS = [SAME_CONV, MEDIAN];

/** Runs `work` without our kernels. */
async function withoutKernels<T>(work: () => Promise<T>): Promise<T> {
  await unlimitedTensors.prepare();
  const taken = OPERATIONS.map((name) => getKernel(name, 'wasm') as KernelConfig);
  for (const name of OPERATIONS) unregisterKernel(name, 'wasm');
  try {
    return await work();
  } finally {
    for (const kernel of taken) registerKernel(kernel);
  }
}

async function drawn({ way, plan, file }: Options, repeat: number): Promise<Image> {
  const image = await pixelsOf(file, 'png');
  const { tensors: weights } = readSafetensors(fileOf('pixelart'), { lazy: true });
  const ports = {
    now: () => 0,
    pause,
    kernels,
    tensors: unlimitedTensors,
    model: async () => weights,
  };
  const parsed = parsePlan(plan.split('/'), effects);
  const inputs = { image, further: new Map(), reports: false };
  const run = async (): Promise<Image> => {
    let last = image;
    for (let i = 0; i < repeat; i++) last = (await runPlan(parsed, inputs, ports)).image;
    return last;
  };
  return way === 'ours' ? run() : withoutKernels(run);
}

/** Mean milliseconds of `repeat` runs of a plan's steps. */
async function pixelartSteps({
  repeat,
  ...options
}: Options & { repeat: number }): Promise<{ ms: number }> {
  const ms = await time(() => drawn(options, repeat));
  return { ms: ms / repeat };
}

/** Share of the bytes in which both ways differ, and the largest difference in levels. */
async function pixelartAgreement(options: Omit<Options, 'way'>) {
  const [ours, plain] = [
    (await drawn({ ...options, way: 'ours' }, 1)).data,
    (await drawn({ ...options, way: 'plain' }, 1)).data,
  ];
  let [different, most] = [0, 0];
  ours.forEach((level, i) => {
    if (level === plain[i]) return;
    different++;
    most = Math.max(most, Math.abs(level - plain[i]!));
  });
  return { share: different / ours.length, most };
}

export const pixelartMeasurements = { pixelartSteps, pixelartAgreement };
