// The sample pictures: reproducible to the byte, whatever the number of threads.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createCanvas } from '../../scripts/samples/brush.ts';
import { createPaper } from '../../scripts/samples/pen.ts';
import { paintRows, render } from '../../scripts/samples/render.ts';
import { sceneNamed, scenes } from '../../scripts/samples/scenes.ts';
import { ring } from '../../scripts/samples/zoneplate.ts';
import { probe } from '../../src/codecs/probe/probe.ts';

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
      expect(new Set(data).size).toBeGreaterThan(name === 'drawing' ? 8 : 16);
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
      'sample: expected one of chess, bust, landscape, sticker, zoneplate, drawing, painting, got "cat"',
    );
  });
});

describe('the stored files', () => {
  it.each(scenes.map((scene) => [scene.name, scene] as const))(
    '%s has the size of its scene and at most 400 kB',
    async (name, { format, width, height }) => {
      const file = `../../public/samples/${name}.${format === 'png' ? 'png' : 'jpg'}`;
      const bytes = await readFile(new URL(file, import.meta.url));
      expect(bytes.length).toBeLessThanOrEqual(400_000);
      expect(probe(bytes)).toMatchObject({ format, width, height });
    },
  );
});

describe('drawing', () => {
  it('is black ink on white paper, in 16 greys, with an empty margin', async () => {
    const { data } = await render(sceneNamed('drawing'), { width: 256, height: 256 }, 1);
    const greys = data.filter((_, i) => i % 4 === 0);
    expect([...new Set(greys)].every((grey) => grey % 17 === 0)).toBe(true);
    const share = (low: number, high: number): number =>
      greys.filter((grey) => grey >= low && grey <= high).length / greys.length;
    expect(share(255, 255)).toBeGreaterThan(0.5);
    expect(share(0, 102)).toBeGreaterThan(0.03);
    expect(greys.subarray(0, 256 * 8).every((grey) => grey === 255)).toBe(true);
    expect(greys.subarray(-256 * 8).every((grey) => grey === 255)).toBe(true);
    for (let i = 0; i < data.length; i += 4) {
      expect(data[i] === data[i + 1] && data[i] === data[i + 2] && data[i + 3] === 255).toBe(true);
    }
  });

  it('tapers a stroke towards its ends, and hides what a cleared shape covers', () => {
    const paper = createPaper({ width: 192, height: 192 });
    const line = Array.from({ length: 41 }, (_, i) => [100 + 14 * i, 400] as const);
    paper.stroke(line, { width: 24, taper: 0.3, wobble: 0 });
    const weight = (x: number): number =>
      Array.from({ length: 192 }, (_, y) => paper.inkAt(x, y)).reduce((sum, ink) => sum + ink, 0);
    // A quarter of a pixel is one unit of the sheet: 24 units are 6 pixels.
    expect(weight(95)).toBeCloseTo(6, 0);
    expect(weight(30)).toBeLessThan(0.6 * weight(95));
    expect(weight(160)).toBeLessThan(0.6 * weight(95));
    paper.clear([
      [300, 300],
      [500, 300],
      [500, 500],
      [300, 500],
    ]);
    expect(weight(95)).toBe(0);
    expect(weight(130)).toBeGreaterThan(4);
  });
});

describe('painting', () => {
  it('has deep blues, bright yellows and greens, each over a part of the picture', async () => {
    const { data } = await render(sceneNamed('painting'), { width: 96, height: 80 }, 1);
    let [blue, yellow, green] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
      const [r = 0, g = 0, b = 0] = data.subarray(i);
      if (b > r + 60 && b > g + 20) blue++;
      if (r > b + 80 && g > b + 50) yellow++;
      if (g > r + 15 && g > b + 10) green++;
    }
    const pixels = data.length / 4;
    expect(blue / pixels).toBeGreaterThan(0.2);
    expect(yellow / pixels).toBeGreaterThan(0.12);
    expect(green / pixels).toBeGreaterThan(0.05);
  });

  it('leaves relief: a stroke is lit on its upper left flank and dark on the lower right', () => {
    const canvas = createCanvas({ width: 192, height: 160 }, () => [0.5, 0.5, 0.5]);
    const path = Array.from({ length: 30 }, (_, i) => [200 + 12 * i, 320] as const);
    canvas.paint({ path, width: 100, colour: [0.5, 0.5, 0.5], load: 1.4, seed: 5 });
    const mean = (y: number): number =>
      Array.from({ length: 60 }, (_, i) => canvas.lit(65 + i, y)[1]).reduce((a, b) => a + b) / 60;
    const rows = Array.from({ length: 40 }, (_, i) => mean(60 + i));
    expect(Math.max(...rows.slice(0, 14))).toBeGreaterThan(0.52);
    expect(Math.min(...rows.slice(26))).toBeLessThan(0.48);
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
