// "An effect is one file, one line, one test": checks everything that is derived from one declaration in the list.
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { ownedBy, priceOf } from '../../../src/cost/rates.ts';
import { defineEffect, type Effect } from '../../../src/effects/effect.ts';
import { effects as declared } from '../../../src/effects/index.ts';
import { openApi } from '../../../src/http/catalogue/openapi.ts';
import { routes } from '../../../src/http/routes.ts';
import { byteTable, mapLevels } from '../../../src/tensor/colour/pointwise.ts';
import { paint, pixelAt } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService, PICTURES } from '../../helpers/services/in-memory-service.ts';

const solarise = defineEffect({
  name: 'solarise',
  summary: 'Turn what is lighter than a threshold into its negative.',
  examples: [{ plan: 'w=320/solarise', source: 'landscape.jpg' }],
  params: { threshold: z.int().min(0).max(255).default(128).describe('Level that is turned.') },
  cost: ({ width, height }) => ({
    work: { pixels: width * height },
    bytes: 8 * width * height,
  }),
  run: async ({ picture, params: { threshold }, kernels, pace }) => ({
    picture: await mapLevels(picture, turned(threshold), { kernels, pace }),
  }),
});

const turned = (threshold: number) => byteTable((v) => (255 * v > threshold ? 1 - v : v));

const effects = [...declared, solarise];
const codecs = await loadCodecs();
const source = `${PICTURES}a.png`;
const picture = paint({ width: 2, height: 1 }, (x) => [200 * x, 50, 60]);
const pictures = { [source]: await codecs.png.encode(picture, { quality: 85 }) };
const service = createInMemoryService({ codecs, effects, pictures });

describe('an effect that is only added to the list', () => {
  it('is rendered by its URL', async () => {
    const response = await service.ask(`/t/solarise,threshold=100/f=png/${source}`);
    expect(response.status).toBe(200);
    const image = await codecs.png.decode(new Uint8Array(await response.arrayBuffer()));
    expect(pixelAt(image, 0, 0)).toEqual([0, 50, 60, 255]);
    expect(pixelAt(image, 1, 0)).toEqual([55, 50, 60, 255]);
  });

  it('has its parameters checked', async () => {
    const response = await service.ask(`/t/solarise,threshold=300/${source}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'bad_option',
      detail: 'threshold: expected an integer from 0 to 255, got "300"',
    });
  });

  it('is in the catalogue and in the OpenAPI document', async () => {
    const { effects: entries } = (await (await service.ask('/v1/effects')).json()) as {
      effects: { name: string; example: string }[];
    };
    expect(entries).toContainEqual(
      expect.objectContaining({
        name: 'solarise',
        segment: 'step',
        example: '/t/w=320/solarise/asset:landscape.jpg',
      }),
    );
    expect(JSON.stringify(openApi({ open: effects, presets: new Map() }, routes))).toContain(
      'solarise',
    );
  });

  it('has a price, which is high until it is calibrated', () => {
    const priceIn = ({ name, cost }: Effect, params: Record<string, unknown>): number => {
      const use = { shrink: 1 };
      return priceOf(ownedBy(name, cost({ width: 100, height: 100 }, params, use).work));
    };
    const known = declared.find(({ name }) => name === 'gamma')!;
    expect(priceIn(solarise, { threshold: 9 })).toBeGreaterThan(priceIn(known, { gamma: 2 }));
  });
});
