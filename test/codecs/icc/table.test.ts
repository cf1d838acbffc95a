// Checks profiles of tables: known colours in every kind of table, and those of a colour-managed program.
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ciede2000, type Lab, labsOf } from '../../../bench/pictures/ciede2000.ts';
import { coloursOf } from '../../../src/codecs/icc/icc.ts';
import { readTable, type Table } from '../../../src/codecs/icc/table.ts';
import { tableToSrgb } from '../../../src/codecs/icc/table-to-srgb.ts';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { makeImage } from '../../helpers/files/make-image-files.ts';
import { startProcessorWatch } from '../../helpers/processor-time.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { makeIcc } from './make-icc.ts';
import { labOf, makeTableIcc, type TableKind } from './make-table-icc.ts';

/** sRGB of CIE Lab relative to D50, by the published formulas. */
function srgbOf([l, a, b]: [number, number, number]): number[] {
  const f = (l + 16) / 116;
  const [x = 0, y = 0, z = 0] = [f + a / 500, f, f - b / 200].map((t, i) => {
    const light = t > 6 / 29 ? t ** 3 : 3 * (6 / 29) ** 2 * (t - 4 / 29);
    return light * ([0.9642, 1, 0.8249][i] as number);
  });
  return [
    3.1339 * x - 1.6169 * y - 0.4906 * z,
    -0.9785 * x + 1.916 * y + 0.0333 * z,
    0.072 * x - 0.229 * y + 1.4057 * z,
  ].map((light) => {
    const v = Math.min(1, Math.max(0, light));
    return 255 * (v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055);
  });
}

async function converted(table: Table, values: readonly number[]): Promise<number[]> {
  const channels = table.points.length;
  const pixel = channels === 1 ? [...Array(3).fill(values[0]), 77] : [...values, 77].slice(0, 4);
  const image = makeImage(1, 1, () => pixel as [number, number, number, number]);
  await tableToSrgb(table)(image);
  return [...image.data];
}

const kinds: [TableKind, 1 | 3 | 4][] = [
  ['mft1', 1],
  ['mft1', 3],
  ['mft1', 4],
  ['mft2', 1],
  ['mft2', 3],
  ['mft2', 4],
  ['mAB ', 1],
  ['mAB ', 3],
  ['mAB ', 4],
  ['mAB without a grid', 3],
];

describe('a profile of tables', () => {
  it.each(kinds)(
    'of the kind %s for %i channels gives the colours of its table',
    async (kind, channels) => {
      const table = readTable(
        makeTableIcc({ kind, channels, edge: channels === 4 ? 7 : 11 }),
        channels,
      ) as Table;
      const values = fc.array(fc.nat(255), { minLength: channels, maxLength: channels });
      await fc.assert(
        fc.asyncProperty(values, async (stored) => {
          const [r, g, b, alpha] = await converted(table, stored);
          const expected = srgbOf(labOf(stored.map((value) => (value / 255) ** 2)));
          // Between grid points, sRGB is interpolated instead of Lab.
          [r, g, b].forEach((value, i) => {
            expect(Math.abs((value as number) - (expected[i] as number))).toBeLessThan(18);
          });
          expect(alpha).toBe(channels === 4 ? 255 : 77);
        }),
        { numRuns: 60 },
      );
    },
  );

  it('gives the exact colours at its grid points', async () => {
    const table = readTable(makeTableIcc({ kind: 'mft2', channels: 4, edge: 2 }), 4) as Table;
    for (const stored of [
      [0, 0, 0, 0],
      [255, 255, 255, 0],
      [255, 255, 0, 0],
      [255, 255, 255, 255],
    ]) {
      const found = await converted(table, stored);
      srgbOf(labOf(stored.map((value) => value / 255))).forEach((value, i) => {
        expect(Math.abs((found[i] as number) - value)).toBeLessThan(1.5);
      });
    }
  });

  it('is not read for another number of channels, or if it is broken', () => {
    const icc = makeTableIcc({ kind: 'mft2', channels: 3 });
    expect(readTable(icc, 4)).toBeUndefined();
    expect(readTable(makeIcc(), 3)).toBeUndefined();
    for (const [kind, channels] of kinds) {
      const whole = makeTableIcc({ kind, channels });
      for (let length = 0; length < whole.length; length += 41) {
        const cut = whole.slice(0, length);
        expect(readTable(cut, channels)).toBeUndefined();
      }
    }
  });

  it('is read quickly and without exceptions from any bytes', async () => {
    const edits = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 });
    const processorMs = startProcessorWatch();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...kinds), edits, async ([kind, channels], changes) => {
        const icc = makeTableIcc({ kind, channels });
        for (const [at, value] of changes) if (at < icc.length) icc[at] = value;
        for (const count of [1, 3, 4]) {
          const table = readTable(icc, count);
          if (table) await converted(table, [1, 99, 200, 255]);
        }
      }),
      { numRuns: 300 },
    );
    expect(processorMs()).toBeLessThan(15_000);
  });

  it('of a press gives the colours of a colour-managed program', async () => {
    const codecs = await loadCodecs();
    const colours = makeImage(96, 96, (x, y) => [2 * x + 30, 2 * y + 20, 255 - x - y, 255]);
    const raw = { raw: { width: 96, height: 96, channels: 4 } } as const;
    const file = await sharp(colours.data, raw)
      .toColourspace('cmyk')
      .withIccProfile('cmyk')
      .jpeg({ quality: 100, chromaSubsampling: '4:4:4' })
      .toBuffer();
    const bytes = new Uint8Array(file);
    const header = probe(bytes);
    const { convert, byTable, note } = coloursOf(bytes, header);
    expect([header.channels, byTable, note]).toEqual([4, true, 'converted to sRGB']);
    const image = await codecs.jpeg.decode(bytes);
    await convert?.(image);
    const other = await sharp(file).toColourspace('srgb').ensureAlpha().raw().toBuffer();
    const [own, expected] = [labsOf(image.data), labsOf(other)];
    const all = own.map((lab, i) => ciede2000(lab, expected[i] as Lab));
    expect(all.reduce((sum, value) => sum + value, 0) / all.length).toBeLessThan(1);
    expect(Math.max(...all)).toBeLessThan(6);
  });
});
