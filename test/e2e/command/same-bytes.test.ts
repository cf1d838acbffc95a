// The command line renders the same bytes as the service, where the service's limits allow the plan.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examples } from '../../../scripts/docs/examples.ts';
import { samplePath } from '../../../src/cli/inputs/inputs.ts';
import { readPlan } from '../../../src/cli/plan.ts';
import { createRendering, type RenderTask } from '../../../src/cli/rendering/rendering.ts';
import { sharedWorker } from '../../helpers/servers/shared-worker.ts';

const worker = await sharedWorker();
let render: RenderTask;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
  const settings = { memoryBytes: 2 ** 30, device: 'cpu' as const, threads: 1, models: undefined };
  const engine = () => Promise.reject(new Error('expected no engine'));
  render = await createRendering(settings, { engine, onTry: () => {} });
});
afterAll(() => rm(folder, { recursive: true }));

const paths = [
  ...examples.map(({ path }) => path),
  '/t/w=200/pixelate,columns=40,palette=gameboy/asset:chess.jpg',
  '/t/rotate=90/w=120,blur=2/f=avif/asset:landscape.jpg',
  '/t/w=64/asset:sticker.png',
];

describe('the command line', () => {
  it.each(paths)('renders %s as the service does', async (path) => {
    const response = await worker.fetch(path);
    expect(response.status).toBe(200);
    const [plan, source] = path.slice('/t/'.length).split(/\/(?=asset:[^/]*$)/) as [string, string];
    const { text, further } = await readPlan(plan, { files: new Map(), f: undefined });
    const into = join(folder, 'made');
    const made = await render(
      { plan: text, further, main: await samplePath(source), into },
      () => {},
    );
    expect(response.headers.get('content-type')).toContain(made.format);
    expect((await readFile(into)).equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
  });
});
