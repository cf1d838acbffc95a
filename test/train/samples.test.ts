import { describe, expect, it } from 'vitest';
import { drawnScene } from '../../src/train/data/drawn-scene.ts';
import { guidesOf } from '../../src/train/data/guides.ts';
import { lumasOf, writeInput } from '../../src/train/data/network-input.ts';
import { createPlanes, type Planes } from '../../src/train/data/planes.ts';
import type { Sprite } from '../../src/train/data/read-pictures.ts';
import { spriteScene } from '../../src/train/data/sprite-scene.ts';
import { createRandom } from '../../src/train/random.ts';

const flat = (side: number, value: number): Planes => {
  const planes = createPlanes(side, side);
  planes.data.fill(value);
  return planes;
};

/** Paints a square of pixels in all channels. */
function dot(picture: Planes, x: number, y: number, edge: number, value: number): void {
  const count = picture.width * picture.height;
  for (let c = 0; c < 3; c += 1) {
    for (let j = y; j < y + edge; j += 1) {
      picture.data.fill(
        value,
        c * count + j * picture.width + x,
        c * count + j * picture.width + x + edge,
      );
    }
  }
}

describe('createRandom', () => {
  it('gives the same numbers for the same seeds, and others for others', () => {
    const numbers = (...seeds: [number, ...number[]]): number[] => {
      const random = createRandom(...seeds);
      return Array.from({ length: 5 }, () => random.uniform(0, 1));
    };
    expect(numbers(1, 2)).toEqual(numbers(1, 2));
    expect(numbers(1, 2)).not.toEqual(numbers(1, 3));
    expect(numbers(1, 2)).not.toEqual(numbers(2, 1));
  });

  it('has normal numbers of mean 0 and variance 1', () => {
    const random = createRandom(4);
    const values = Array.from({ length: 20_000 }, random.normal);
    const mean = values.reduce((a, b) => a + b) / values.length;
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(variance - 1)).toBeLessThan(0.03);
  });
});

describe('guidesOf', () => {
  it('keeps a lone dark feature and calms the rest', () => {
    const picture = flat(64, 0.6);
    dot(picture, 28, 28, 4, 0.1);
    const { calm, feature } = guidesOf(lumasOf(picture));
    // The dot fills the cell (7, 7) of 16 × 16, and smoothing removes it.
    expect(feature[7 * 16 + 7]).toBeCloseTo(-0.5, 2);
    expect(calm[7 * 16 + 7]).toBe(0);
    expect(calm[0]).toBe(1);
    expect(feature.filter((value) => value !== 0)).toHaveLength(1);
  });

  it('calms a texture, whose cells differ as much from each other as from their surroundings', () => {
    const picture = flat(64, 0.5);
    const random = createRandom(2);
    for (let i = 0; i < 64 * 64; i += 1) {
      const value = 0.5 + random.uniform(-0.2, 0.2);
      for (let c = 0; c < 3; c += 1) picture.data[c * 64 * 64 + i] = value;
    }
    const { calm } = guidesOf(lumasOf(picture));
    expect(calm.reduce((a, b) => a + b) / calm.length).toBeGreaterThan(0.6);
  });
});

describe('writeInput', () => {
  it('lays the pixels of every cell into channels, raw and smoothed', () => {
    const picture = flat(8, 0);
    for (let i = 0; i < 64; i += 1) picture.data.fill(i / 64, i, i + 1);
    const lumas = {
      width: 8,
      height: 8,
      raw: picture.data.slice(0, 64),
      smooth: new Float32Array(64),
    };
    const input = new Float32Array(32 * 4);
    writeInput(lumas, 0.5, input);
    // Channel 6 is row 1, column 2 of a cell; the cell on the right begins at column 4.
    expect(input[6 * 4 + 1]).toBeCloseTo((0.5 * (8 + 6)) / 64, 6);
    expect(input[(16 + 6) * 4 + 1]).toBe(0);
  });
});

describe('drawnScene', () => {
  it('shows the same in both versions: their cells have nearly the same means', () => {
    const differences = Array.from({ length: 12 }, (_, seed) => {
      const { cells, picture } = drawnScene(createRandom(seed), 16, 4);
      const mean = (data: Float32Array): number => data.reduce((a, b) => a + b) / data.length;
      return Math.abs(mean(cells.data) - mean(picture.data));
    });
    // Outlines are darker.
    expect(Math.max(...differences)).toBeLessThan(0.12);
  });
});

describe('spriteScene', () => {
  it('composes sprites by their coverage, and refuses a library without any', () => {
    const sprite: Sprite = { ...flat(8, 1), alpha: new Float32Array(64).fill(1), opaque: false };
    const scene = spriteScene(createRandom(1), { figures: [sprite], tiles: [] }, 16);
    expect(scene.data.filter((value) => value === 1).length).toBeGreaterThan(3 * 16);
    expect(() => spriteScene(createRandom(1), { figures: [], tiles: [] }, 16)).toThrow(
      'expected at least one sprite with transparency, got none',
    );
  });
});
