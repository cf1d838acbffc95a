// `npm run docs`: writes the generated parts of the documents and the client's types from the declarations. With `--pictures` it also
// renders the README's example pictures.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { variables } from '../../src/config.ts';
import { effects } from '../../src/effects/index.ts';
import { catalog } from '../../src/http/catalogue/catalogue.ts';
import { readArguments } from '../command-line.ts';
import { clientTypes } from './client-types.ts';
import { examples } from './examples.ts';
import { llmsText } from './llms.ts';
import { configurationTable, effectsTable, examplesTable } from './tables.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const USAGE = `usage: npm run docs -- [options]
  --pictures  renders the README's example pictures as well`;

/** How many examples the README shows on its first screen. */
const FIRST_EXAMPLES = 3;

/** The generated files as they should be, by their paths from the root. */
export async function generated(): Promise<Map<string, string>> {
  const entries = catalog(effects);
  return new Map([
    [
      'README.md',
      await filled('README.md', {
        'first examples': examplesTable(examples.slice(0, FIRST_EXAMPLES)),
        'more examples': examplesTable(examples.slice(FIRST_EXAMPLES)),
      }),
    ],
    ['docs/effects.md', await filled('docs/effects.md', { effects: effectsTable(entries) })],
    [
      'docs/operating.md',
      await filled('docs/operating.md', { configuration: configurationTable(variables) }),
    ],
    ['public/llms.txt', llmsText(entries, (await readdir(`${root}/public/samples`)).sort())],
    ['src/client/generated/catalogue.ts', clientTypes(entries)],
  ]);
}

/** The document with its generated sections written anew. */
async function filled(path: string, sections: Readonly<Record<string, string>>): Promise<string> {
  let text = await readFile(`${root}/${path}`, 'utf8');
  for (const [name, content] of Object.entries(sections)) {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${path}: expected the marks ${begin} and ${end}`);
    text = `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
  }
  return text;
}

async function renderPictures(): Promise<void> {
  const { startBundledWorker } = await import('../../test/helpers/servers/bundled-worker.ts');
  const worker = await startBundledWorker();
  try {
    for (const { path, picture } of examples) {
      const response = await worker.fetch(path);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      const bytes = new Uint8Array(await response.arrayBuffer());
      await writeFile(`${root}/${picture}`, bytes);
      console.log(`${picture}: ${bytes.length} bytes`);
    }
  } finally {
    await worker.close();
  }
}

if (import.meta.main) {
  const { values } = readArguments(USAGE, { options: { pictures: { type: 'boolean' } } });
  for (const [path, text] of await generated()) await writeFile(`${root}/${path}`, text);
  if (values.pictures) await renderPictures();
}
