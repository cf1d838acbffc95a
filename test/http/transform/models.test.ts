// Answers to plans with models and vectors: missing models, stored vectors, stand-ins.
import { describe, expect, it } from 'vitest';
import { effects as declared } from '../../../src/effects/index.ts';
import { AppError } from '../../../src/errors.ts';
import { createVectorMemory } from '../../../src/render/vector-tiers.ts';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import {
  asOption,
  countingCodecs,
  createInMemoryService,
  PICTURES,
  type ServiceParts,
} from '../../helpers/services/in-memory-service.ts';
import { createJobTestService, form } from '../../helpers/services/job-service.ts';
import { createTint, MEAN_MODEL, TINT_MODEL } from '../../helpers/services/tint-effect.ts';

const codecs = await loadCodecs();
const effects = [...declared.filter(({ name }) => name !== 'style'), createTint()];
const flat = (level: number, size: number) =>
  codecs.png.encode(
    paint({ width: size, height: size }, () => [level, level, level]),
    { quality: 85 },
  );
const pictures = {
  [`${PICTURES}content.png`]: await flat(10, 24),
  [`${PICTURES}style.png`]: await flat(70, 16),
};
const from = `from=${asOption(`${PICTURES}style.png`)}`;
const source = `${PICTURES}content.png`;
const both = [TINT_MODEL, MEAN_MODEL];

const createService = (models: readonly string[] = both, parts: Partial<ServiceParts> = {}) => {
  const counting = countingCodecs(codecs);
  const vectors = createVectorMemory();
  const more = { effects, pictures, models, vectors, ...parts };
  return {
    ...createInMemoryService({ codecs: counting.codecs, ...more }),
    counts: counting.counts,
  };
};

const problemOf = async (response: Response) => {
  const { code, detail } = (await response.json()) as { code: string; detail: string };
  return [response.status, code, detail];
};

async function levelOf(response: Response): Promise<number | undefined> {
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
  return (await codecs.png.decode(new Uint8Array(await response.arrayBuffer()))).data[0];
}

describe('a plan whose models are not installed', () => {
  const missing = (name: string) => [
    503,
    'model_missing',
    `the model ${name} is not installed, run: npm run models ${name}`,
  ];

  it('is refused before anything is fetched, with the command that installs the model', async () => {
    const service = createService([]);
    expect(await problemOf(await service.ask(`/t/style,${from}/${source}`))).toEqual(
      missing(TINT_MODEL),
    );
    const body = form({ image: pictures[source] as Uint8Array });
    const upload = await service.ask(`/t/style,${from}`, { method: 'POST', body });
    expect(await problemOf(upload)).toEqual(missing(TINT_MODEL));
    expect([service.fetched, service.counts.decoded]).toEqual([[], 0]);
  });

  it('is refused for a model that only its vectors need, too', async () => {
    const service = createService([TINT_MODEL]);
    expect(await problemOf(await service.ask(`/t/style,${from}/${source}`))).toEqual(
      missing(MEAN_MODEL),
    );
  });

  it('does not affect other requests, and is answered when they are installed', async () => {
    const models: string[] = [];
    const service = createService(models);
    expect((await service.ask(`/t/w=8,f=png/${source}`)).status).toBe(200);
    expect((await service.ask(`/t/style,${from},how=pixels/f=png/${source}`)).status).toBe(200);
    expect((await service.ask(`/t/style,${from}/f=png/${source}`)).status).toBe(503);
    models.push(...both);
    expect(await levelOf(await service.ask(`/t/style,${from}/f=png/${source}`))).toBe(70);
  });

  it('goes to a GPU backend if there is one, because it may have them', async () => {
    const service = await createJobTestService(codecs, { effects, models: [] });
    const plan = `style,${from}/f=png`;
    expect((await service.ask(`/t/${plan}/${source}`)).status).toBe(202);
    expect(service.engine.requests[0]?.models).toEqual(both);
  });
});

describe('the answer to a plan with vectors', () => {
  const timingOf = (response: Response) =>
    /vectors;dur=([\d.]+);desc="([^"]+)"/.exec(response.headers.get('server-timing') ?? '');

  it('says whether the vectors were stored, and costs less then', async () => {
    const service = createService();
    const first = await service.ask(`/t/style,${from},size=20/f=png/${source}`);
    const second = await service.ask(`/t/style,${from},size=20/f=png,q=84/${source}`);
    expect(timingOf(first)?.[2]).toMatch(/^0 of 1 known/);
    expect(timingOf(second)?.[2]).toBe('1 of 1 known');
    const costOf = (response: Response) =>
      Number(/estimate=(\d+)/.exec(response.headers.get('x-cost') ?? '')?.[1]);
    expect(costOf(second)).toBeLessThan(costOf(first));
    expect([await levelOf(first), await levelOf(second)]).toEqual([70, 70]);
    expect(service.counts.decoded).toBe(3);
    expect(timingOf(await service.ask(`/t/w=8,f=png/${source}`))).toBeNull();
  });

  it('names an automatic parameter with the value that the budget gave it', async () => {
    const small = await createService().ask(`/t/style,${from}/f=png/${source}`);
    expect(small.headers.get('x-cost')).toMatch(/^estimate=\d+, budget=\d+, size=512$/);
    const vars = { EDGE_BUDGET_MS: '200' };
    const large = createService(both, { vars });
    const settled = await large.ask(`/t/style,${from}/f=png/${source}`);
    const [, size] = /size=(\d+)$/.exec(settled.headers.get('x-cost') ?? '') ?? [];
    expect(Number(size)).toBeGreaterThan(16);
    expect(Number(size)).toBeLessThan(512);
    const refused = await large.ask(`/t/style,${from},size=4096/f=png/${source}`);
    expect(refused.status).toBe(422);
    expect(((await refused.json()) as { detail: string }).detail).toMatch(
      /; size ≤ \d+ may fit; a GPU backend /,
    );
  });
});

describe('pending=preview for a GPU-only step that has a lighter one', () => {
  const url = `/t/style,${from},how=gpu-only/f=png,pending=preview/${source}`;

  it('shows the result of the lighter one', async () => {
    const service = await createJobTestService(codecs, { effects, pictures, models: both });
    const response = await service.ask(url);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await levelOf(response)).toBe(70);
    expect(service.engine.requests).toHaveLength(1);
  });

  it('shows the plan without the step if its models are not installed, or it does not fit', async () => {
    const parts = { effects, pictures };
    const without = await createJobTestService(codecs, { ...parts, models: [] });
    expect(await levelOf(await without.ask(url))).toBe(10);
    const vars = { EDGE_BUDGET_MS: '20' };
    const small = await createJobTestService(codecs, { ...parts, models: both, vars });
    expect(await levelOf(await small.ask(url))).toBe(10);
  });

  it('shows the plan without the step if the lighter one fails', async () => {
    const damaged = new AppError('model_missing', 'the model is damaged');
    const tint = createTint(undefined, { of: () => Promise.reject(damaged) });
    const others = effects.filter(({ name }) => name !== 'style');
    const parts = { pictures, models: both, effects: [...others, tint] };
    const service = await createJobTestService(codecs, parts);
    expect(await levelOf(await service.ask(url))).toBe(10);
  });
});
