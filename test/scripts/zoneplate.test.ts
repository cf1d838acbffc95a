import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { zoneplate } from '../../scripts/zoneplate.ts';
import { decodePng } from '../../src/codecs/png/read/decode.ts';

describe('the zone plate', () => {
  it('is white in the middle and advances half a wave per pixel at the middle of an edge', () => {
    const edge = 512;
    const { data } = zoneplate(edge);
    const greyAt = (x: number): number => data[4 * (edge * (edge / 2) + x)]!;
    expect(greyAt(edge / 2)).toBe(255);
    // Phase π·20²/512 at 20 px from the middle.
    expect(greyAt(edge / 2 + 20)).toBe(Math.round(127.5 + 127.5 * Math.cos((Math.PI * 400) / 512)));
    // Beside the edge neighbouring pixels are half a wave apart: light, dark, light.
    const last = [1, 2, 3].map((x) => greyAt(edge - x) > 127);
    expect(last[0]).toBe(last[2]);
    expect(last[0]).not.toBe(last[1]);
  });

  it('is the stored sample picture, pixel for pixel', async () => {
    const file = await readFile(new URL('../../public/samples/zoneplate.png', import.meta.url));
    const { data } = await decodePng(file);
    expect(Buffer.from(data).equals(Buffer.from(zoneplate(512).data))).toBe(true);
  });
});
