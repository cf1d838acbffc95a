// The sample pictures: reproducible to the byte, whatever the number of threads.
import { describe, expect, it } from 'vitest';
import { paintRows, render } from '../../scripts/samples/render.ts';
import { sceneNamed, scenes } from '../../scripts/samples/scenes.ts';
import { ring } from '../../scripts/samples/zoneplate.ts';

const tiny = ({ width, height }: { width: number; height: number }) => ({
  width: 16,
  height: Math.round((16 * height) / width),
});

describe('sample pictures', () => {
  it.each(scenes.map((scene) => scene.name))(
    'renders %s to the same bytes again, whatever the order of rows',
    async (name) => {
      const scene = sceneNamed(name);
      const size = tiny(scene);
      const { data } = await render(scene, size, 1);
      expect(new Set(data).size).toBeGreaterThan(16);
      const odd = paintRows(scene, { name, size, first: 1, step: 2 });
      const even = paintRows(scene, { name, size, first: 0, step: 2 });
      const stride = 4 * size.width;
      for (let y = 0; y < size.height; y++) {
        const from = (y >> 1) * stride;
        const row = (y % 2 ? odd : even).subarray(from, from + stride);
        expect(row).toEqual(data.subarray(y * stride, (y + 1) * stride));
      }
    },
  );

  it('gives the same bytes with one thread and with three', async () => {
    const scene = sceneNamed('landscape');
    const size = { width: 12, height: 7 };
    const alone = await render(scene, size, 1);
    const shared = await render(scene, size, 3);
    expect(shared.data).toEqual(alone.data);
  });

  it('names the known pictures when asked for another', () => {
    expect(() => sceneNamed('cat')).toThrow(
      'sample: expected one of chess, bust, landscape, sticker, zoneplate, got "cat"',
    );
  });
});

describe('sticker', () => {
  it('has clear, solid and half-transparent pixels', async () => {
    const { data } = await render(sceneNamed('sticker'), { width: 64, height: 64 }, 1);
    const alphas = data.filter((_, i) => i % 4 === 3);
    expect(alphas.filter((alpha) => alpha === 0).length).toBeGreaterThan(400);
    expect(alphas.filter((alpha) => alpha === 255).length).toBeGreaterThan(1500);
    expect(alphas.filter((alpha) => alpha > 0 && alpha < 255).length).toBeGreaterThan(50);
  });
});

describe('zone plate', () => {
  it('turns half a wave per pixel at the edge and stands still in the middle', () => {
    const n = 512;
    expect(ring(0, 0, n)).toBe(1);
    expect(ring(Math.sqrt(n), 0, n)).toBeCloseTo(0, 12);
    expect(ring(3, 4, n)).toBeCloseTo(0.5 + 0.5 * Math.cos((25 * Math.PI) / n), 12);
    // Phase πr²/n: its slope at r = n/2 is π per pixel.
    const phase = (r: number): number => (Math.PI * r * r) / n;
    expect(phase(n / 2 + 0.5) - phase(n / 2 - 0.5)).toBeCloseTo(Math.PI, 12);
  });

  it('paints the formula as grey, centred on the plate', async () => {
    const { data } = await render(sceneNamed('zoneplate'), { width: 512, height: 512 }, 1);
    for (const [x, y] of [
      [256, 256],
      [260, 256],
      [256, 301],
      [12, 500],
    ] as const) {
      const at = 4 * (512 * y + x);
      const grey = Math.round(
        127.5 + 127.5 * Math.cos((Math.PI * ((x - 256) ** 2 + (y - 256) ** 2)) / 512),
      );
      expect([...data.subarray(at, at + 4)]).toEqual([grey, grey, grey, 255]);
    }
  });
});
