// A job without GPU-only steps, which the GPU backend renders because it is too large for the edge: models, vectors, tensors.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '../../../src/errors.ts';
import { loadCodecs } from '../../../src/gpu/renderer/codecs.ts';
import { renderJob } from '../../../src/gpu/renderer/render-job.ts';
import { readSettings } from '../../../src/gpu/settings.ts';
import type { GraphEngine, Weights } from '../../../src/graph/engine.ts';
import type { JobLine } from '../../../src/jobs/protocol.ts';
import { prepareTensors } from '../../../src/node/tensors.ts';
import { createVectorMemory } from '../../../src/render/vector-tiers.ts';
import { seededFastStyle, seededPredictor } from '../../helpers/nets/seeded-fast-style.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const engine: GraphEngine = {
  device: { kind: 'cpu', name: 'test' },
  compile: () => Promise.reject(new Error('expected no graph')),
};

async function pictureFile(name: string, red: number): Promise<string> {
  const file = join(folder, name);
  const background = { r: red, g: 120, b: 40 };
  const picture = sharp({ create: { width: 48, height: 32, channels: 3, background } });
  await writeFile(file, await picture.png().toBuffer());
  return file;
}

type Control = { canceled: boolean; saveSoon: boolean };
type Watching = {
  checkpoint?: string;
  control?: Control;
  onLine?: (line: JobLine, file: string | undefined) => void;
};

/** A backend's tools with these models, and the requests made of it. */
async function createTools(models: Readonly<Record<string, Weights>>) {
  const asked: string[] = [];
  const model = async (name: string): Promise<Weights> => {
    asked.push(name);
    const weights = models[name];
    if (weights) return weights;
    throw new AppError('model_missing', `the model ${name} is not installed`);
  };
  const tools = {
    engine,
    codecs: await loadCodecs(),
    models: { model, check: async () => {}, installed: async () => Object.keys(models) },
    vectors: createVectorMemory(),
    settings: readSettings({ GPU_CHECKPOINT_MS: '1', GPU_PREVIEW_MS: '1' }),
    kernels,
    prepareTensors,
  };
  /** All lines of a job; `checkpoint` is the file of one. `onLine` gets each line and the file that it announces. */
  const lines = async (
    plan: string,
    { checkpoint, control, onLine }: Watching = {},
  ): Promise<JobLine[]> => {
    const written: JobLine[] = [];
    const inputs = [
      { name: 'image', file: await pictureFile('content.png', 200) },
      { name: 'input:1', file: await pictureFile('style.png', 20) },
    ];
    const job = { plan, accept: null, folder, inputs, ...(checkpoint && { checkpoint }) };
    const canContinue = await renderJob(job, tools, {
      control: control ?? { canceled: false, saveSoon: false },
      write(line, file) {
        written.push(line);
        onLine?.(line, file);
      },
    });
    expect(canContinue).toBe(true);
    return written;
  };
  return {
    asked,
    lines,
    render: async (plan: string): Promise<JobLine> => (await lines(plan)).at(-1) as JobLine,
  };
}

describe('a step that paints with models and vectors', () => {
  const plan = 'style,style=input:1,size=32/f=png';

  it('is rendered on the GPU backend as at the edge', async () => {
    const { render } = await createTools({
      'fast-style': seededFastStyle(),
      'fast-style-predictor': seededPredictor(),
    });
    expect(await render(plan)).toMatchObject({ type: 'result', width: 48, height: 32 });
    const first = await readFile(join(folder, 'result'));
    expect(await render(plan)).toMatchObject({ type: 'result' });
    expect((await readFile(join(folder, 'result'))).equals(first)).toBe(true);
  });

  it('ends with model_missing if a model is not installed', async () => {
    const { render } = await createTools({ 'fast-style': seededFastStyle() });
    expect(await render(plan)).toMatchObject({
      type: 'error',
      code: 'model_missing',
      message: expect.stringContaining('fast-style-predictor'),
    });
  });
});

describe('a long hybrid', () => {
  const plan = 'hybrid,far=input:1,mode=reference,steps=20,lr=3/f=png';
  const bytesOfResult = () => readFile(join(folder, 'result'));

  it('reports progress with losses, and saves checkpoints, from which it continues', async () => {
    const { lines } = await createTools({});
    const saved: string[] = [];
    const all = await lines(plan, {
      onLine: ({ type }, file) => void (type === 'checkpoint' && saved.push(file!)),
    });
    const progress = all.filter((line) => line.type === 'progress');
    expect(progress.at(-1)).toMatchObject({ step: 20, steps: 20 });
    expect(progress.at(-1)!.losses.total).toBeLessThan(progress[0]!.losses.total!);
    expect(saved.length).toBeGreaterThan(2);
    const whole = await bytesOfResult();
    const rest = await lines(plan, { checkpoint: saved[saved.length - 3]! });
    const [first] = rest.filter((line) => line.type === 'progress');
    expect(first!.step).toBeGreaterThan(1);
    expect((await bytesOfResult()).equals(whole)).toBe(true);
  });

  it('ends between two steps when it is canceled', async () => {
    const { lines } = await createTools({});
    const control = { canceled: false, saveSoon: false };
    const all = await lines(plan, {
      control,
      onLine: ({ type }) => {
        if (type === 'progress') control.canceled = true;
      },
    });
    expect(all.at(-1)).toMatchObject({ type: 'canceled' });
    expect(all.filter(({ type }) => type === 'progress').length).toBeLessThan(20);
  });
});
