// Renders transform URLs of sample pictures in this process, with the code and the limits of the Worker.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { readConfig } from '../../../src/config.ts';
import type { ReadModel } from '../../../src/effects/effect.ts';
import { blobsOf, sourcesOf, type TransformRequest } from '../../../src/http/transform/url.ts';
import { createModelStore } from '../../../src/models/store.ts';
import { loadOwnCodecs } from '../../../src/node/codecs.ts';
import { createModelFiles, MODELS_FOLDER, readManifest } from '../../../src/node/model-files.ts';
import { loadPixelKernels } from '../../../src/node/pixel-kernels.ts';
import { prepareTensors } from '../../../src/node/tensors.ts';
import { createRenderer } from '../../../src/render/renderer.ts';
import type { Source } from '../../../src/sources/source.ts';
import { installFromMirror } from '../../models/models.ts';

/** The file that a URL answers, and the estimate of its cost in milliseconds. */
export type Painted = {
  bytes: Uint8Array;
  mime: string;
  extension: string;
  width: number;
  height: number;
  ms: number;
};

export type Painter = (request: TransformRequest) => Promise<Painted>;

const samples = fileURLToPath(new URL('../../../public/samples/', import.meta.url));

/** A client that reads every format, so that `f=auto` gives WebP or PNG, which all browsers show. */
const ACCEPT = 'image/webp,image/png';

/** The file of a sample picture. Throws `Error` for any other source. */
export async function readSample(source: Source): Promise<Uint8Array> {
  if (source.kind !== 'asset') throw new Error('expected asset:<name>, got another source');
  return readFile(`${samples}${source.name}`);
}

/** Makes a painter, which has the models that the project brings along. It throws what a request would be answered with. */
export async function createPainter(): Promise<Painter> {
  const config = readConfig({});
  const now = (): number => performance.now();
  const renderer = createRenderer({
    codecs: await loadOwnCodecs(),
    limits: {
      maxSourcePixels: config.MAX_SOURCE_PIXELS,
      maxResultPixels: config.MAX_RESULT_PIXELS,
      edgeBudgetMs: config.EDGE_BUDGET_MS,
    },
    places: ['edge'],
    gate: { check: () => {}, enter: async () => () => {} },
    models: await ownModels(),
    kernels: await loadPixelKernels(),
    tensors: { prepare: prepareTensors, failed: () => {} },
    now,
    // Nothing else runs in this process.
    pause: async () => {},
  });
  return async (request) => {
    const files = await Promise.all(sourcesOf(request).map(readSample));
    const { plan } = request;
    const { choose } = renderer.choose(plan, ACCEPT);
    const placed = await renderer.place({ plan, blobs: blobsOf(request, files), choose });
    const { blob, mime, extension, size, estimate } = await renderer.render(placed);
    return { bytes: blob, mime, extension, ...size, ms: estimate.ms };
  };
}

async function ownModels(): Promise<{ model: ReadModel; check: (name: string) => Promise<void> }> {
  for (const line of await installFromMirror('')) console.log(line);
  const { read } = createModelFiles(MODELS_FOLDER);
  return createModelStore({ manifest: await readManifest(), read });
}
