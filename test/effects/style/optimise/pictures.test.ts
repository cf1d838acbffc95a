import { describe, expect, it } from 'vitest';
import {
  MARGIN,
  preparePictures,
  sizeWithMargin,
  sizeWithoutMargin,
} from '../../../../src/effects/style/optimise/pictures.ts';
import { type Planes, resizePlanes, withoutMargin } from '../../../../src/fit/planes.ts';
import { goldenPair } from '../../../helpers/services/style-runs.ts';

const { content, style } = goldenPair(64);

const prepared = (side: number, picture: Planes = content) =>
  preparePictures(picture, [{ picture: style, weight: 3 }], { side, styleScale: 1, least: 32 });

describe('the pictures of a scale', () => {
  it('are the content with a mirrored margin, and styles without one', async () => {
    const stage = sizeWithMargin({ width: 48, height: 48 });
    expect(stage).toEqual({ width: 48 + 2 * MARGIN, height: 48 + 2 * MARGIN });
    expect(sizeWithoutMargin(stage)).toEqual({ width: 48, height: 48 });
    const { content: padded, styles } = await prepared(48).at(stage);
    const inner = resizePlanes(content, { width: 48, height: 48 }, { antialias: true });
    expect(withoutMargin(padded, MARGIN)).toEqual(inner);
    const row = padded.data.subarray(MARGIN * stage.width, (MARGIN + 1) * stage.width);
    for (let k = 1; k <= MARGIN; k++) {
      expect(row[MARGIN - k]).toBe(row[MARGIN + k]);
      expect(row[MARGIN + 47 + k]).toBe(row[MARGIN + 47 - k]);
    }
    expect(styles.map(({ picture, weight }) => [picture.width, weight])).toEqual([[48, 1]]);
  });

  it('are all made from the original, so that no scale is blurred twice', async () => {
    const { at } = prepared(64);
    const { styles } = await at(sizeWithMargin({ width: 45, height: 45 }));
    const once = resizePlanes(style, { width: 45, height: 45 }, { antialias: true });
    expect(styles[0]!.picture).toEqual(once);
  });

  it('have faint noise where the content is flat, and none where it is busy', async () => {
    const size = { width: 48, height: 48 };
    const flat = { ...size, data: new Float32Array(3 * 48 ** 2).fill(0.5) };
    const { content: noisy } = await prepared(48, flat).at(sizeWithMargin(size));
    const mean = noisy.data.reduce((sum, v) => sum + v, 0) / noisy.data.length;
    const square = noisy.data.reduce((sum, v) => sum + (v - mean) ** 2, 0) / noisy.data.length;
    expect(mean).toBeCloseTo(0.5, 2);
    expect(Math.sqrt(square)).toBeGreaterThan(0.01);
    expect(Math.sqrt(square)).toBeLessThan(0.03);
    const { content: busy } = await prepared(48).at(sizeWithMargin(size));
    expect(withoutMargin(busy, MARGIN)).toEqual(resizePlanes(content, size, { antialias: true }));
  });
});
