import { describe, expect, it } from 'vitest';
import type { Size } from '../../../src/image.ts';
import type { Guided } from '../../../src/tensor/filter/guided-slopes.ts';
import { guidedUpsampling } from '../../../src/tensor/filter/guided-upsampling.ts';
import { placed } from '../../../src/tensor/pixel-kernels.ts';
import { kernels } from '../../helpers/pixel-kernels.ts';
import { guidedUpsampling as byLoops } from '../../oracles/guided-upsampling.ts';
import { scaledByLoops } from '../../oracles/resample-loops.ts';

type Plane = Size & { data: Float32Array };

const plane = ({ width, height }: Size, at: (x: number, y: number) => number): Plane => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, i) =>
    at(i % width, Math.floor(i / width)),
  ),
});

const colourful = ({ width, height }: Size): Float32Array =>
  Float32Array.from({ length: 3 * width * height }, (_, i) => 0.5 + 0.4 * Math.sin(5 * i));

/** A plane as all three colours. */
const grey = (values: Float32Array): Float32Array =>
  values.reduce((out, v, p) => out.fill(v, 3 * p, 3 * p + 3), new Float32Array(3 * values.length));

function shrunk({ width, height, data }: Plane, to: Size): Float32Array {
  const small = scaledByLoops({ width, height, channels: 3, data: grey(data) }, to);
  return small.data.filter((_, i) => i % 3 === 0);
}

/** All rows, one after the other; `forget` as if other work used the memory between rows. */
function enlarged(small: Guided, guide: Plane, forget = false): Float32Array {
  const { room, prepare, write } = guidedUpsampling(small, guide);
  const module = kernels();
  const { floats, bytes } = module;
  const { width, height } = guide;
  const at = placed({ guide: 4 * width, out: 12 * width, room }, module)!;
  const out = new Float32Array(3 * width * height);
  prepare(module, at.room);
  for (let y = 0; y < height; y++) {
    if (forget) {
      bytes.fill(0xff, module.free);
      prepare(module, at.room);
    }
    floats.set(guide.data.subarray(y * width, (y + 1) * width), at.guide / 4);
    write(module, y, at);
    out.set(floats.subarray(at.out / 4, at.out / 4 + 3 * width), 3 * width * y);
  }
  return out;
}

/** The same by plain loops. */
function enlargedByLoops(small: Guided, guide: Plane): Float32Array {
  const row = byLoops(small, guide);
  const { width, height } = guide;
  const out = new Float32Array(3 * width * height);
  for (let y = 0; y < height; y++) {
    out.set(row(y, guide.data.subarray(y * width, (y + 1) * width)), 3 * width * y);
  }
  return out;
}

const worst = (a: Float32Array, b: Float32Array): number =>
  a.reduce((most, v, i) => Math.max(most, Math.abs(v - (b[i] as number))), 0);
const meanError = (a: Float32Array, b: Float32Array): number =>
  a.reduce((sum, v, i) => sum + Math.abs(v - (b[i] as number)), 0) / a.length;

const large = { width: 96, height: 60 };
const size = { width: 32, height: 20 };
// A disc and a slanted line: edges in all directions.
const scene = plane(large, (x, y) =>
  Math.hypot(x - 40, y - 30) < 22 ? 0.8 : Math.abs(x - 60 - y / 3) < 3 ? 0.1 : 0.3,
);

describe('guidedUpsampling', () => {
  it.each([
    [size, large],
    [
      { width: 1, height: 1 },
      { width: 5, height: 3 },
    ],
    [
      { width: 2, height: 7 },
      { width: 3, height: 40 },
    ],
    [large, { width: 97, height: 61 }],
  ])('gives what plain loops give, from %o to %o', (from, to) => {
    const seen = plane(to, (x, y) => 0.5 + 0.4 * Math.sin(x / 3 + y / 5));
    const small = { ...from, colours: colourful(from), guide: shrunk(seen, from) };
    const wanted = enlargedByLoops(small, seen);
    expect(worst(enlarged(small, seen), wanted)).toBeLessThan(1e-5);
    expect(worst(enlarged(small, seen, true), wanted)).toBeLessThan(1e-5);
  });

  it('keeps a constant, whatever the guide', async () => {
    const guide = shrunk(scene, size);
    const colours = new Float32Array(3 * guide.length).fill(0.4);
    const out = enlarged({ ...size, colours, guide }, scene);
    expect(worst(out, new Float32Array(out.length).fill(0.4))).toBeLessThan(1e-6);
  });

  it('gives back the guide with its edges if the picture is the guide', async () => {
    const guide = shrunk(scene, size);
    const colours = grey(guide);
    const error = meanError(enlarged({ ...size, colours, guide }, scene), grey(scene.data));
    const flat = { ...size, colours, guide: new Float32Array(guide.length) };
    const plain = enlarged(
      flat,
      plane(large, () => 0),
    );
    expect(error).toBeLessThan(0.25 * meanError(plain, grey(scene.data)));
  });

  it.each([-1.5, 0.5, 2])(
    'copies the edges scaled by %d if the picture has them at that scale',
    async (factor) => {
      const guide = shrunk(scene, size);
      const colours = grey(guide.map((v) => factor * v + 0.2));
      const once = enlarged({ ...size, colours: grey(guide), guide }, scene);
      const out = enlarged({ ...size, colours, guide }, scene);
      expect(
        worst(
          out,
          once.map((v) => factor * v + 0.2),
        ),
      ).toBeLessThan(1e-5);
    },
  );

  it('adds almost none of a texture that the small picture lacks', async () => {
    const texture = plane(large, (x, y) => 0.5 + 0.05 * ((x + y) % 2 ? 1 : -1));
    const guide = shrunk(texture, size);
    const colours = colourful(size);
    const out = enlarged({ ...size, colours, guide }, texture);
    const without = enlarged(
      { ...size, colours, guide },
      plane(large, () => 0.5),
    );
    expect(worst(out, without)).toBeLessThan(0.01);
  });

  it('is linear inside if the picture is', () => {
    const colours = grey(plane(size, (x, y) => x / 40 + y / 50).data);
    const guide = new Float32Array(size.width * size.height);
    const out = enlarged(
      { ...size, colours, guide },
      plane(large, () => 0),
    );
    for (let y = 6; y < large.height - 6; y++) {
      for (let x = 6; x < large.width - 6; x++) {
        const expected = ((x + 0.5) / 3 - 0.5) / 40 + ((y + 0.5) / 3 - 0.5) / 50;
        expect(out[3 * (y * large.width + x)]).toBeCloseTo(expected, 5);
      }
    }
  });

  it('changes nothing at the same size', () => {
    const guide = plane(size, (x, y) => Math.sin(x * y));
    const colours = colourful(size);
    expect(worst(enlarged({ ...size, colours, guide: guide.data }, guide), colours)).toBeLessThan(
      1e-6,
    );
  });

  it('is symmetrical under mirroring', async () => {
    const mirrored = (data: Float32Array, channels: number, width: number) =>
      Float32Array.from(data, (_, i) => {
        const [c, p] = [i % channels, Math.floor(i / channels)];
        return data[channels * (p - (p % width) + width - 1 - (p % width)) + c] as number;
      });
    const guide = shrunk(scene, size);
    const colours = colourful(size);
    const out = enlarged({ ...size, colours, guide }, scene);
    const other = enlarged(
      { ...size, colours: mirrored(colours, 3, size.width), guide: mirrored(guide, 1, size.width) },
      { ...large, data: mirrored(scene.data, 1, large.width) },
    );
    expect(worst(mirrored(other, 3, large.width), out)).toBeLessThan(1e-4);
  });

  it.each([
    [1, 1, 5, 7],
    [1, 32, 3, 500],
    [2, 1, 4, 3],
  ])('enlarges %i×%i to %i×%i', (width, height, toWidth, toHeight) => {
    const small = { width, height };
    const guide = plane({ width: toWidth, height: toHeight }, (x, y) => ((x + y) % 3) / 2);
    const out = enlarged(
      { ...small, colours: colourful(small), guide: new Float32Array(width * height).fill(0.5) },
      guide,
    );
    expect(out.every((v) => v >= -0.2 && v <= 1.2)).toBe(true);
  });
});
