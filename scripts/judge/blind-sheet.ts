// A sheet of pictures by several methods side by side, none of them named, and its key.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Image } from '../../src/image.ts';
import { enlarged } from './draw.ts';

/** Pixels that show a cell, and between two pictures. */
const SCALE = 4;
const GAP = 8;

/** Pictures of one size by method, in the order of `names`. */
export type Methods = ReadonlyMap<string, readonly Image[]>;

/** Writes `blind.png` and `key.md`: a row for each name, the methods shuffled by a fixed seed. */
export async function writeBlindSheet(
  folder: string,
  names: readonly string[],
  methods: Methods,
): Promise<void> {
  const next = createShuffle();
  const cells = [...methods.values()][0]![0]!.width;
  const edge = SCALE * cells + GAP;
  const tiles: { input: Buffer; left: number; top: number }[] = [];
  const key: string[] = [];
  for (const [row, name] of names.entries()) {
    const order = next([...methods.keys()]);
    key.push(`| ${name} | ${order.join(' | ')} |`);
    for (const [column, method] of order.entries()) {
      const input = await enlarged(methods.get(method)![row]!, SCALE);
      tiles.push({ input, left: column * edge, top: row * edge });
    }
  }
  const size = { width: methods.size * edge - GAP, height: names.length * edge - GAP };
  const sheet = sharp({ create: { ...size, channels: 3, background: '#888' } }).composite(tiles);
  await writeFile(
    join(folder, 'blind.png'),
    await sheet.png({ compressionLevel: 9, effort: 10 }).toBuffer(),
  );
  const head = '| picture | A | B | C |\n| --- | --- | --- | --- |';
  await writeFile(
    join(folder, 'key.md'),
    `# Key of the blind sheet\n\n${head}\n${key.join('\n')}\n`,
  );
}

/** Shuffles lists (Fisher and Yates), the same on every run. */
function createShuffle(): <T>(list: T[]) => T[] {
  let state = 99;
  return (list) => {
    for (let i = list.length - 1; i > 0; i--) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const j = Math.floor((state / 2 ** 32) * (i + 1));
      [list[i], list[j]] = [list[j]!, list[i]!];
    }
    return list;
  };
}
