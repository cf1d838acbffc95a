import { describe, expect, it } from 'vitest';
import { resizePlanes } from '../../../../src/fit/planes.ts';
import type { Weights } from '../../../../src/graph/engine.ts';
import seeded from '../../../golden/style-seeded.json' with { type: 'json' };
import small from '../../../golden/style-small.json' with { type: 'json' };
import { smallWeights } from '../../../helpers/files/vgg19-files.ts';
import { seededWeights } from '../../../helpers/nets/seeded-vgg19.ts';
import {
  evaluateAt,
  goldenPair,
  type Losses,
  norm,
  type Pixel,
  pixelAt,
  referenceRecipe,
  smallNetwork,
  trajectory,
} from '../../../helpers/services/style-runs.ts';

// References from an independent float64 implementation with hand-written gradients.
type Gradient = { l2: number; max_abs: number; entries_y_x_rgb: number[][] };
type Single = {
  losses: Record<string, Losses>;
  gradient_at_0: Gradient;
  pixels: Record<string, number[][]>;
};
type Scale = {
  side: number;
  losses: Record<string, Losses>;
  gradient_at_0: Gradient;
  ema_losses: Losses;
  start_pixels: number[][];
};
type Golden = { basic: Single; classic: Single; pyramid: Scale[] };

function expectLosses(got: Losses, expected: Losses, tolerance: number, parts: number): void {
  for (const [name, value] of Object.entries(expected)) {
    // Errors of tiny losses count relative to the total.
    const scale = Math.max(Math.abs(value), 1e-6 * (expected.total as number));
    const off = Math.abs((got[name] as number) - value) / scale;
    expect([name, off < (name === 'total' ? tolerance : parts), off]).toEqual([name, true, off]);
  }
}

function expectPixels(
  picture: Parameters<typeof pixelAt>[0],
  expected: readonly number[][],
  tolerance: number,
): void {
  for (const [y, x, ...rgb] of expected as Pixel[])
    pixelAt(picture, y, x).forEach((value, c) => {
      expect(Math.abs(value - (rgb[c] as number))).toBeLessThan(tolerance);
    });
}

type Case = {
  name: string;
  golden: Golden;
  weights: Weights | undefined;
  side: number;
  steps: { single: number; pyramid: number };
  /** Tolerance of the total of `classic` in float32 after the first step, because its total variation has ties. */
  afterTies: (step: number) => number;
};

const cases: Case[] = [
  {
    name: 'seeded weights',
    golden: seeded as unknown as Golden,
    weights: seededWeights(),
    side: 48,
    steps: { single: 20, pyramid: 10 },
    afterTies: () => 2e-2,
  },
  {
    name: 'the small VGG19',
    golden: small as unknown as Golden,
    weights: smallWeights(),
    side: 96,
    steps: { single: 50, pyramid: 20 },
    afterTies: (step) => (step <= 2 ? 1e-3 : step <= 20 ? 5e-3 : 2e-2),
  },
];

describe.each(cases)('$name', ({ golden, weights, side, steps, afterTies }) => {
  const network = smallNetwork(weights ?? new Map());
  const run = it.skipIf(!weights);

  run.each(['basic', 'classic'] as const)(
    '%s: the gradient at the start is the reference’s',
    async (name) => {
      const { content, style } = goldenPair(side);
      const { objective } = referenceRecipe(name);
      const { gradient } = await evaluateAt(network, objective, {
        content,
        style,
        at: content.data,
      });
      const { l2, max_abs, entries_y_x_rgb } = golden[name].gradient_at_0;
      expect(Math.abs(norm(gradient) / l2 - 1)).toBeLessThan(1e-5);
      expectPixels({ ...content, data: gradient }, entries_y_x_rgb, 1e-5 * max_abs);
    },
  );

  run.each(['basic', 'classic'] as const)('%s: losses and pixels follow', async (name) => {
    const { scales, losses } = await trajectory(name, network, {
      side,
      sides: [side],
      steps: steps.single,
    });
    const [scale] = scales as [(typeof scales)[number]];
    const all: Record<number, Losses> = { ...scale.losses, [steps.single]: losses };
    for (const [mark, expected] of Object.entries(golden[name].losses)) {
      const step = Number(mark);
      const later = name === 'classic' ? afterTies(step) : step <= 10 ? 1e-5 : 1e-3;
      const tolerance = step <= 1 ? 1e-5 : later;
      expectLosses(all[step] as Losses, expected, tolerance, Math.max(1e-4, 10 * tolerance));
    }
    const first = { ...scale.result, data: scale.positions[1] as Float32Array };
    expectPixels(first, golden[name].pixels['1'] as number[][], 1e-5);
  });

  run('pyramid: every scale begins, goes on and ends like the reference', async () => {
    const sides = golden.pyramid.map((scale) => scale.side);
    const { scales, losses } = await trajectory('pyramid', network, {
      side,
      sides,
      steps: steps.pyramid,
    });
    for (const [i, expected] of golden.pyramid.entries()) {
      const scale = scales[i] as (typeof scales)[number];
      for (const [mark, values] of Object.entries(expected.losses))
        expectLosses(scale.losses[Number(mark)] as Losses, values, 1e-3, 1e-2);
      // The first scale starts from the content itself; later ones start after chaotic steps.
      expectPixels(scale.start, expected.start_pixels, i === 0 ? 1e-6 : 0.05);
    }
    expectLosses(losses, golden.pyramid.at(-1)?.ema_losses as Losses, 1e-3, 1e-2);
  });

  run('pyramid: the gradient at the start is the reference’s', async () => {
    const [first] = golden.pyramid as [Scale];
    const size = { width: first.side, height: first.side };
    const { content, style } = goldenPair(side);
    const shrunk = resizePlanes(content, size, { antialias: false });
    const { gradient } = await evaluateAt(network, referenceRecipe('pyramid').objective, {
      content: shrunk,
      style: resizePlanes(style, size, { antialias: false }),
      at: shrunk.data,
    });
    const { l2, max_abs, entries_y_x_rgb } = first.gradient_at_0;
    expect(Math.abs(norm(gradient) / l2 - 1)).toBeLessThan(1e-3);
    expectPixels({ ...size, data: gradient }, entries_y_x_rgb, 2e-3 * max_abs);
  });
});
