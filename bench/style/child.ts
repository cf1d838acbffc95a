// The process that measures style transfer on one device; `process.ts` starts it and sends requests.
import { performance } from 'node:perf_hooks';
import type { GraphEngine, TensorData } from '../../src/graph/engine.ts';
import { chooseEngine } from '../../src/node/engine/engine.ts';
import { renderJobHere } from './job.ts';
import type { Answers, Request } from './process.ts';
import { type Prepared, prepare } from './tasks.ts';

let engine: GraphEngine | undefined;
let work: Prepared | undefined;

const answerTo = {
  async open({ device, threads }) {
    const chosen = await chooseEngine({ choice: device, threads, avoid: [], onTry: () => {} });
    const { kind, name, notes } = chosen.device;
    const wanted = device === 'webgpu-software' ? 'webgpu' : device;
    if (kind !== wanted) return { missing: notes.join('; ') };
    engine = chosen.engine;
    return { name };
  },
  async prepare({ work: wanted }) {
    await work?.dispose();
    work = undefined;
    work = await prepare(opened(), wanted);
    return { flops: work.flops };
  },
  async run() {
    const { run } = prepared();
    const began = performance.now();
    await run();
    return { ms: performance.now() - began };
  },
  async outputs() {
    const { total, gradient } = await prepared().run();
    return { total: total?.data[0] as number, gradient: (gradient as TensorData).data };
  },
  async job(request) {
    return renderJobHere(opened(), request);
  },
  async memory() {
    // Node gives kilobytes on every platform.
    return { peakBytes: 1024 * process.resourceUsage().maxRSS };
  },
} satisfies {
  [K in Request['kind']]: (request: Extract<Request, { kind: K }>) => Promise<Answers[K]>;
};

function opened(): GraphEngine {
  if (!engine) throw new Error('expected the request open first');
  return engine;
}

function prepared(): Prepared {
  if (!work) throw new Error('expected the request prepare first');
  return work;
}

process.on('disconnect', () => process.exit(0));
process.on('message', async (request: Request) => {
  const answer = answerTo[request.kind] as (request: Request) => Promise<unknown>;
  try {
    process.send?.({ answer: await answer(request) });
  } catch (error) {
    process.send?.({ error: String((error as Error).message ?? error).slice(0, 500) });
  }
});
