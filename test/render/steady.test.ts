import { describe, expect, it } from 'vitest';
import { estimate, looksOf } from '../../src/cost/estimate.ts';
import { detailMargins } from '../../src/cost/shrink.ts';
import { effects } from '../../src/effects/index.ts';
import { parsePlan } from '../../src/plan/grammar.ts';
import { steadyPlan } from '../../src/render/steady.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { header } from '../helpers/services/fake-codecs.ts';

const codecs = await loadCodecs();
const planOf = (text: string) => parsePlan(text.split('/'), effects);

describe('the frames that a step looks at', () => {
  it('are all for a border, and a few for a palette', () => {
    expect(looksOf(planOf('trim=border/pixelate,palette=auto'), 40)).toEqual([40, 8]);
    expect(looksOf(planOf('trim=border/pixelate,palette=auto'), 3)).toEqual([3, 3]);
  });

  it('are none for steps that do the same to every picture, and for still pictures', () => {
    expect(looksOf(planOf('w=8/pixelate,palette=pico8/blur=4'), 40)).toEqual([0, 0, 0]);
    expect(looksOf(planOf('trim=border'), 1)).toEqual([0]);
  });

  it('are spread evenly over the animation', async () => {
    for (const frames of [8, 9, 40, 41, 1000]) {
      const wanted: number[] = [];
      await steadyPlan(planOf('pixelate,palette=auto'), frames, async (plan, isWanted) => {
        for (let f = 0; f < frames; f++) if (isWanted(f)) wanted.push(f);
        expect(plan.steps).toHaveLength(1);
        throw new Error('enough');
      }).catch(() => {});
      expect(wanted).toHaveLength(8);
      const gaps = wanted.slice(1).map((f, i) => f - wanted[i]!);
      expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
    }
  });

  it('count in the estimate', () => {
    const file = {
      header: header(200, 150, { format: 'gif', frames: 20 }),
      byteLength: 1e5,
      converted: 'no' as const,
    };
    const limits = { maxSourcePixels: 1e8, maxResultPixels: 4e6, edgeBudgetMs: 1e6 };
    const choose = () => [{ format: 'gif' as const, lossless: true }];
    const workOf = (text: string) => {
      const context = { codecs, limits, choose, margins: detailMargins, frames: 20 };
      return estimate(planOf(text), [file], [], context).stages;
    };
    const factor = (text: string, part: (stages: ReturnType<typeof workOf>) => number) =>
      part(workOf(text)) /
      part(workOf(text.replace(/auto|border/, (word) => (word === 'auto' ? 'pico8' : '1~1~1~1'))));
    const decoding = ({ decode }: ReturnType<typeof workOf>) => decode['gif.decode.files']!;
    const blurring = ({ steps }: ReturnType<typeof workOf>) => steps[0]!['blur.pixels']!;
    for (const [text, frames] of [
      ['blur=4/pixelate,palette=auto', 28 / 20],
      ['blur=4/trim=border', 2],
    ] as const) {
      expect(factor(text, decoding)).toBe(2);
      expect(factor(text, blurring)).toBeCloseTo(frames);
    }
  });
});
