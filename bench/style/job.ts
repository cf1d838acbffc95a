// A whole job as the GPU backend renders it, from the bytes of two pictures to the bytes of the result.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { loadCodecs } from '../../src/gpu/renderer/codecs.ts';
import { renderJob } from '../../src/gpu/renderer/render-job.ts';
import { readSettings } from '../../src/gpu/settings.ts';
import type { GraphEngine } from '../../src/graph/engine.ts';
import type { JobLine } from '../../src/jobs/protocol.ts';
import { loadPixelKernels } from '../../src/node/pixel-kernels.ts';
import { prepareTensors } from '../../src/node/tensors.ts';
import { createVectorMemory } from '../../src/render/vector-tiers.ts';
import { generateImage } from '../pictures/pictures.ts';
import { seededWeights } from './weights.ts';

export type JobRequest = {
  /** Both sides of the two pictures, in px. */
  side: number;
  /** Parameters of `style`, except the pictures and the engine. */
  options: string;
};

export type JobSample = { seconds: number; steps: number };

/** Renders with seeded weights, and with previews and checkpoints as in service. Throws if the job fails. */
export async function renderJobHere(
  engine: GraphEngine,
  { side, options }: JobRequest,
): Promise<JobSample> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-style-'));
  try {
    const content = join(folder, 'content.jpg');
    const style = join(folder, 'style.jpg');
    await writePicture(content, side, 0);
    await writePicture(style, side, 180);
    const lines: JobLine[] = [];
    const began = performance.now();
    await renderJob(
      {
        plan: `style,style=asset:style.jpg,engine=vgg19,${options}/f=png`,
        accept: null,
        folder,
        inputs: [
          { name: 'source', file: content },
          { name: 'asset:style.jpg', file: style },
        ],
      },
      {
        engine,
        codecs: await loadCodecs(),
        models: {
          model: async (name) => seededWeights(name === 'vgg19' ? 'vgg19' : 'vgg19-small'),
          check: async () => {},
          installed: async () => [],
        },
        vectors: createVectorMemory(),
        settings: readSettings({}),
        kernels: await loadPixelKernels(),
        prepareTensors,
      },
      { control: { canceled: false, saveSoon: false }, write: (line) => lines.push(line) },
    );
    const seconds = (performance.now() - began) / 1000;
    const last = lines.at(-1);
    if (last?.type !== 'result') throw new Error(`expected a result, got ${JSON.stringify(last)}`);
    const report = last.report as { name: string; steps?: number }[];
    return { seconds, steps: report.find(({ name }) => name === 'style')?.steps ?? 0 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function writePicture(file: string, side: number, turned: number): Promise<void> {
  const { data } = generateImage({ width: side, height: side });
  await sharp(data, { raw: { width: side, height: side, channels: 4 } })
    .removeAlpha()
    .rotate(turned)
    .negate(turned > 0)
    .jpeg({ quality: 90 })
    .toFile(file);
}
