// Puts a style of the user's own into the project, so that `npm start` and `npm run deploy` serve it.
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../../models/safetensors.ts';
import type { Tensors } from '../adam.ts';

/**
 * Adds a trained style to the project in the folder `root`: its file, an entry of the manifest, and its name. A style of the same name
 * that was added before is replaced. Returns the file's path from `root`.
 */
export async function addOwnStyle(tensors: Tensors, name: string, root = '.'): Promise<string> {
  const file = `styles/${name}.safetensors`;
  const bytes = writeSafetensors(tensors, { metadata: { style: name }, dtype: 'F16' });
  await mkdir(join(root, 'models/styles'), { recursive: true });
  await writeFile(join(root, 'models', file), bytes);
  const path = join(root, 'models/manifest.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { name: string }[];
  const entry = {
    name: `style-${name}`,
    summary: `The style ${name}.`,
    licence: 'that of its picture',
    origin: 'models/named-styles.md',
    input: 'Numbers of one style for the model named-styles',
    files: [
      {
        mirrorPath: file,
        committed: true,
        bytes: bytes.length,
        digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`,
      },
    ],
    conversion: 'named-styles',
    edge: true,
  };
  const others = manifest.filter((one) => one.name !== entry.name);
  await writeFile(path, `${manifestText([...others, entry])}\n`);
  const list = join(root, 'src/nets/named-styles/own-styles.json');
  const names = new Set(JSON.parse(await readFile(list, 'utf8')) as string[]).add(name);
  await writeFile(list, `${JSON.stringify([...names])}\n`);
  return join('models', file);
}

/** JSON as the formatter leaves it: lists of texts in one line. */
const manifestText = (entries: readonly object[]): string =>
  JSON.stringify(entries, undefined, 2).replaceAll(
    /\[\s+("[^"]*"(?:,\s+"[^"]*")*)\s+\]/g,
    (_, texts: string) => `[${texts.replaceAll(/\s*\n\s*/g, ' ')}]`,
  );
