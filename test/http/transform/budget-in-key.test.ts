import { describe, expect, it } from 'vitest';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import {
  asOption,
  createInMemoryService,
  PICTURES,
} from '../../helpers/services/in-memory-service.ts';

const codecs = await loadCodecs();
const file = await codecs.png.encode(
  paint({ width: 24, height: 24 }, (x, y) => [10 * x, 10 * y, 0]),
  { quality: 85 },
);
const pictures = { [`${PICTURES}a.png`]: file };
const far = asOption(`${PICTURES}a.png`);

/** The key under which a service with that budget stores the answer, and the answer's tag. */
async function storedAs(
  plan: string,
  budget: string,
): Promise<[string | undefined, string | null]> {
  const service = createInMemoryService({ codecs, pictures, vars: { EDGE_BUDGET_MS: budget } });
  const response = await service.ask(`/t/${plan}/${PICTURES}a.png`);
  expect(response.status).toBe(200);
  return [service.keys()[0], response.headers.get('etag')];
}

describe('the key of a stored answer', () => {
  it('depends on the budget if the budget decides the number of optimiser steps', async () => {
    for (const plan of [`hybrid,far=${far}`, `hybrid,far=${far},steps=auto`]) {
      const [key, tag] = await storedAs(plan, '1000');
      const [other, otherTag] = await storedAs(plan, '1001');
      expect(key).toBeTypeOf('string');
      expect(other).not.toBe(key);
      expect(otherTag).not.toBe(tag);
    }
  });

  it('does not depend on the budget if the plan states that number or has no such effect', async () => {
    for (const plan of [`hybrid,far=${far},steps=2`, 'w=8', 'pixelate']) {
      const stored = await storedAs(plan, '1000');
      expect(stored[0]).toBeTypeOf('string');
      expect(await storedAs(plan, '1001')).toEqual(stored);
    }
  });
});
