// Sample sheets of the slim network's training: pictures painted by optimisation against the teacher, and against the network.
import sharp from 'sharp';
import type { JobPort } from '../../effects/job-port.ts';
import { optimizeStyle, type StyleSettings } from '../../effects/style/optimise/optimise.ts';
import type { Weights } from '../../graph/engine.ts';
import type { Tensors } from '../adam.ts';
import type { Planes } from '../data/planes.ts';
import { compile, type EngineOptions } from '../engine.ts';
import { exportedWeights } from './exported.ts';

const SIDE = 128;
const STEPS = 60;

export type SheetPair = { content: Planes; style: Planes };

/** Makes sheets: a row for each pair with content, style, the teacher's picture and the network's. */
export function createSheets(
  pairs: readonly SheetPair[],
  { teacher, engine }: { teacher: Weights; engine: EngineOptions },
) {
  const taught = new Map<SheetPair, Planes>();
  return async (weights: Tensors): Promise<Uint8Array> => {
    const slim = exportedWeights(teacher, weights);
    const rows: Buffer[][] = [];
    for (const pair of pairs) {
      const best = taught.get(pair) ?? (await painted(pair, 'small', teacher, engine));
      taught.set(pair, best);
      const own = await painted(pair, 'slim', slim, engine);
      rows.push(await Promise.all([pair.content, pair.style, best, own].map(tile)));
    }
    const edge = SIDE + 4;
    const background = '#888';
    return sharp({
      create: { width: 4 * edge, height: edge * rows.length, channels: 3, background },
    })
      .composite(
        rows.flatMap((tiles, row) =>
          tiles.map((input, column) => ({ input, left: column * edge, top: row * edge })),
        ),
      )
      .png()
      .toBuffer();
  };
}

async function painted(
  { content, style }: SheetPair,
  weights: 'small' | 'slim',
  model: Weights,
  engine: EngineOptions,
): Promise<Planes> {
  const settings: StyleSettings = {
    recipe: 'pyramid',
    weights,
    steps: STEPS,
    size: SIDE,
    seconds: 0,
    seed: 0,
    init: 'content',
    styleScale: 1,
    strength: 1,
  };
  const { picture } = await optimizeStyle(content, [{ picture: style, weight: 1 }], settings, {
    ...silentJob(engine),
    model: async () => model,
  });
  return picture;
}

/** A job that reports nothing and is never canceled. */
const silentJob = (options: EngineOptions): JobPort => ({
  engine: {
    device: { kind: 'cpu', name: options.provider },
    compile: (model) => compile(model, options),
  },
  progress: () => undefined,
  due: () => false,
  preview: async () => undefined,
  checkpoint: async () => undefined,
  resume: undefined,
  throwIfCanceled: () => undefined,
  elapsed: () => 0,
});

async function tile({ width, height, data }: Planes): Promise<Buffer> {
  const count = width * height;
  const bytes = Buffer.alloc(3 * count);
  for (let i = 0; i < count; i += 1) {
    for (let c = 0; c < 3; c += 1) bytes[3 * i + c] = Math.round(255 * data[c * count + i]!);
  }
  return sharp(bytes, { raw: { width, height, channels: 3 } })
    .resize(SIDE, SIDE, { fit: 'cover' })
    .png()
    .toBuffer();
}
