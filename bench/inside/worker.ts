// Entry of the measuring Worker: stores files and runs the measurements of this folder on the code of `src/`.
import { files } from './engine.ts';
import { fastStyleMeasurements } from './fast-style.ts';
import { hybridMeasurements } from './hybrid.ts';
import { jpegMeasurements } from './jpeg.ts';
import { pixelartMeasurements } from './pixelart.ts';
import { renderMeasurements } from './render.ts';
import { resizeMeasurements } from './resize.ts';
import { stageMeasurements } from './stage.ts';

type Measurement = (options: never) => unknown;

const measurements: Record<string, Measurement> = {
  ...fastStyleMeasurements,
  ...hybridMeasurements,
  ...jpegMeasurements,
  ...pixelartMeasurements,
  ...renderMeasurements,
  ...resizeMeasurements,
  ...stageMeasurements,
};

export default {
  async fetch(request: Request): Promise<Response> {
    const [, kind, name = ''] = new URL(request.url).pathname.split('/');
    try {
      if (kind === 'files') {
        files.set(name, new Uint8Array(await request.arrayBuffer()));
        return new Response('stored');
      }
      const measurement = measurements[name];
      if (kind !== 'measure' || !measurement) return new Response('unknown', { status: 404 });
      return Response.json((await measurement((await request.json()) as never)) ?? {});
    } catch (error) {
      return new Response(error instanceof Error ? error.stack : String(error), { status: 500 });
    }
  },
};
