// `npm run corpus -- <folder> …`: decodes every file of the folders with the project's own code and with libvips, and prints for each the sizes,
// how much the pixels differ, and the codes of those that are refused. Made for other projects' test suites; run by hand.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { AppError } from '../src/errors.ts';
import type { Image } from '../src/image.ts';
import { loadOwnCodecs } from '../src/node/codecs.ts';
import { loadFile, openFile } from '../src/render/load.ts';
import { noPace } from '../src/timing.ts';
import { fail, readArguments } from './command-line.ts';

/** Larger pictures are left out: decoding them twice takes long. */
const MAX_PIXELS = 50_000_000;
/** Longest name in the table. */
const NAME_LENGTH = 60;

type Outcome = Image | { code: string };

const codecs = await loadOwnCodecs();

async function decodedHere(bytes: Uint8Array): Promise<Outcome> {
  try {
    const file = openFile(bytes);
    if (file.header.width * file.header.height > MAX_PIXELS) return { code: 'left out' };
    return (await loadFile(file, 1, { codecs, pace: noPace })).image;
  } catch (error) {
    return { code: error instanceof AppError ? error.code : `crashed: ${String(error)}` };
  }
}

async function decodedByLibvips(bytes: Uint8Array): Promise<Outcome> {
  try {
    const { data, info } = await sharp(bytes, { limitInputPixels: MAX_PIXELS })
      .rotate()
      .toColourspace('srgb')
      .ensureAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data: new Uint8ClampedArray(data) };
  } catch (error) {
    return {
      code: String(error)
        .replace(/^Error: /, '')
        .split('\n')[0]!
        .slice(0, NAME_LENGTH),
    };
  }
}

/** Mean absolute difference of premultiplied colour and alpha, in levels. */
function meanDifference(a: Image, b: Image): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i += 4) {
    const [alpha, other] = [a.data[i + 3]!, b.data[i + 3]!];
    sum += Math.abs(alpha - other);
    for (let c = i; c < i + 3; c++) sum += Math.abs(a.data[c]! * alpha - b.data[c]! * other) / 255;
  }
  return sum / a.data.length;
}

const textOf = (outcome: Outcome): string =>
  'code' in outcome ? outcome.code : `${outcome.width}×${outcome.height}`;

const isPicture = (outcome: Outcome): outcome is Image => 'data' in outcome;

function comparison(ours: Outcome, theirs: Outcome): string {
  if (!isPicture(ours) || !isPicture(theirs)) return '';
  if (ours.width !== theirs.width || ours.height !== theirs.height) return 'size differs';
  return meanDifference(ours, theirs).toFixed(2);
}

const USAGE = 'usage: npm run corpus -- <folder of pictures> …';

const { positionals } = readArguments(USAGE, { allowPositionals: true });
if (positionals.length === 0) fail('expected a folder of pictures', USAGE);
const tally = { both: 0, 'only ours': 0, 'only libvips': 0, neither: 0 };
for (const folder of positionals) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((e) => join(e.parentPath, e.name));
  for (const path of files.sort()) {
    const bytes = new Uint8Array(await readFile(path));
    const [ours, theirs] = [await decodedHere(bytes), await decodedByLibvips(bytes)];
    const kind = isPicture(ours)
      ? isPicture(theirs)
        ? 'both'
        : 'only ours'
      : isPicture(theirs)
        ? 'only libvips'
        : 'neither';
    tally[kind]++;
    const name = path.slice(-NAME_LENGTH).padEnd(NAME_LENGTH);
    const cells = [textOf(ours).padEnd(18), comparison(ours, theirs).padStart(12), textOf(theirs)];
    console.log(`${name}  ${cells.join('  ')}`);
  }
}
console.log(
  Object.entries(tally)
    .map(([kind, count]) => `${kind}: ${count}`)
    .join(', '),
);
