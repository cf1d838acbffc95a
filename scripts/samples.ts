// Renders the project's sample pictures into public/samples: `npm run samples [-- names] [-- --size-divisor 4]`.
import { mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { encode } from './samples/encode.ts';
import { render } from './samples/render.ts';
import { sceneNamed, scenes } from './samples/scenes.ts';

const extensions = { jpeg: 'jpg', png: 'png' };

/** Renders the named samples (all when none is named) into `folder`, one line of report per picture. */
export async function renderSamples(args: {
  names: readonly string[];
  /** Text of an integer, 1 to 32, by which both edges are divided. */
  sizeDivisor: string;
  folder: string;
}): Promise<void> {
  const { names, sizeDivisor, folder } = args;
  const divisor = /^\d+$/.test(sizeDivisor) ? Number(sizeDivisor) : Number.NaN;
  if (!(divisor >= 1 && divisor <= 32)) {
    throw new RangeError(`size-divisor: expected an integer from 1 to 32, got "${sizeDivisor}"`);
  }
  const chosen = names.length > 0 ? names.map(sceneNamed) : scenes;
  await mkdir(folder, { recursive: true });
  for (const scene of chosen) {
    const size = {
      width: Math.round(scene.width / divisor),
      height: Math.round(scene.height / divisor),
    };
    const start = performance.now();
    const bytes = await encode(await render(scene, size), scene.format);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    await writeFile(`${folder}/${scene.name}.${extensions[scene.format]}`, bytes);
    console.log(`${scene.name} ${size.width}x${size.height} ${seconds} s ${bytes.length} bytes`);
  }
}

if (import.meta.main) {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      'size-divisor': { type: 'string', default: '1' },
      out: {
        type: 'string',
        default: fileURLToPath(new URL('../public/samples', import.meta.url)),
      },
    },
  });
  await renderSamples({
    names: positionals,
    sizeDivisor: values['size-divisor'],
    folder: values.out,
  });
}
