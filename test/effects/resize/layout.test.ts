import { expect, it } from 'vitest';
import { type LayoutOptions, layout } from '../../../src/effects/resize/layout.ts';
import type { Size } from '../../../src/image.ts';

const shapes: readonly Size[] = [
  { width: 1000, height: 667 },
  { width: 1920, height: 1080 },
  { width: 1200, height: 630 },
  { width: 3000, height: 500 },
];
const ratios = [1, 1.5, 2.625];
const whole = { gravity: '0.5x0.5', dpr: 1 };

type Fit = LayoutOptions['fit'];

const crops: readonly Fit[] = ['cover', 'crop', 'aspect-crop'];
const neverEnlarging: readonly Fit[] = ['scale-down', 'crop', 'aspect-crop'];
const fits: readonly Fit[] = ['contain', 'cover', 'pad', 'squeeze', 'scale-up', ...neverEnlarging];

/** What is wrong with the layout for one asked side; undefined if nothing is. */
function wrongWithOneSide(
  source: Size,
  asked: { side: 'w' | 'h'; length: number; fit: Fit; dpr: number },
): string | undefined {
  const { side, length, fit, dpr } = asked;
  const { canvas, content, crop, offset } = layout(source, { ...whole, [side]: length, fit, dpr });
  const [along, across] =
    side === 'w' ? (['width', 'height'] as const) : (['height', 'width'] as const);
  const wanted = Math.round(length * dpr);
  const kept =
    fit === 'scale-up'
      ? wanted <= source[along]
      : wanted > source[along] && neverEnlarging.includes(fit);
  const expected = kept
    ? { ...source }
    : {
        [along]: wanted,
        [across]: Math.max(1, Math.round((source[across] * wanted) / source[along])),
      };
  const right =
    canvas.width === expected.width &&
    canvas.height === expected.height &&
    content.width === canvas.width &&
    content.height === canvas.height &&
    crop.x.length === source.width &&
    crop.y.length === source.height &&
    offset.x === 0 &&
    offset.y === 0;
  return right ? undefined : JSON.stringify({ source, asked, expected, canvas, content, crop });
}

it.each(fits)('one side alone gives exactly that side with fit %s, at every length', (fit) => {
  const wrong: string[] = [];
  for (const source of shapes) {
    for (const side of ['w', 'h'] as const) {
      const longest = side === 'w' ? source.width : source.height;
      for (let length = 1; length <= longest + 40; length++) {
        for (const dpr of ratios) {
          const found = wrongWithOneSide(source, { side, length, fit, dpr });
          if (found !== undefined && wrong.length < 5) wrong.push(found);
        }
      }
    }
  }
  expect(wrong).toEqual([]);
});

/** What is wrong with the layout for two asked sides; undefined if nothing is. */
function wrongWithBothSides(source: Size, asked: Size & { fit: Fit }): string | undefined {
  const { fit } = asked;
  const { canvas, content, crop } = layout(source, {
    ...whole,
    w: asked.width,
    h: asked.height,
    fit,
  });
  const same = (a: Size, b: Size): boolean => a.width === b.width && a.height === b.height;
  const within = content.width <= asked.width && content.height <= asked.height;
  const touches = content.width === asked.width || content.height === asked.height;
  const over = Math.max(asked.width / source.width, asked.height / source.height);
  const inside = Math.min(asked.width / source.width, asked.height / source.height);
  const right =
    same(content, canvas) || fit === 'pad'
      ? {
          squeeze: same(canvas, asked),
          cover: same(canvas, asked),
          pad: same(canvas, asked) && within && touches,
          contain: within && touches,
          'scale-up': inside <= 1 ? same(canvas, source) : within && touches,
          'scale-down': inside >= 1 ? same(canvas, source) : within && touches,
          crop: over >= 1 ? within : same(canvas, asked),
          'aspect-crop': over > 1 ? within : same(canvas, asked),
        }[fit]
      : false;
  // A fit that crops keeps the whole picture along at least one axis, unless it may not enlarge it.
  const keeps = crop.x.length === source.width || crop.y.length === source.height;
  const inSource =
    crop.x.begin >= 0 &&
    crop.x.begin + crop.x.length <= source.width &&
    crop.y.begin >= 0 &&
    crop.y.begin + crop.y.length <= source.height;
  return right && inSource && (keeps || !crops.includes(fit))
    ? undefined
    : JSON.stringify({ source, asked, canvas, content, crop });
}

it.each(fits)('two sides give the size that fit %s promises, for every width', (fit) => {
  const wrong: string[] = [];
  for (const source of shapes) {
    for (let width = 1; width <= source.width + 40; width++) {
      for (const height of [1, 16, 96, width, 499, source.height, source.height + 33]) {
        const found = wrongWithBothSides(source, { width, height, fit });
        if (found !== undefined && wrong.length < 5) wrong.push(found);
      }
    }
  }
  expect(wrong).toEqual([]);
});
