// The blocks of code in `docs/client.md`: written as files beside the frameworks, and run from there.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type BuildOptions, build, type Plugin } from 'esbuild';
import { adoptersFolder } from '../../../scripts/adopters.ts';
import { require } from '../frameworks.ts';

export type Block = { language: string; name: string; text: string };

const document = readFileSync(
  fileURLToPath(new URL('../../../docs/client.md', import.meta.url)),
  'utf8',
);

/** All blocks in their order. Each but those of the shell names its file in its first line. */
export const blocks: readonly Block[] = [...document.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
  ([, language = '', text = '']) => {
    const [, name = ''] = /^(?:\/\/|<!--) ([\w.-]+)(?: -->)?\n/.exec(text) ?? [];
    return { language, name, text: name === '' ? text : text.replace(/^.*\n/, '') };
  },
);

/** The folder of the files. */
export const folder = join(adoptersFolder, 'documents');

/** Writes every block that has a name. */
export function writeBlocks(): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { name, text } of blocks) if (name !== '') writeFileSync(join(folder, name), text);
}

/** Runs a block with all that it imports, and returns its exports. Frameworks stay outside unless `options` say otherwise. */
export async function run<Exports>(name: string, options: BuildOptions = {}): Promise<Exports> {
  const isCommon = options.format === 'cjs';
  const outfile = join(folder, `${name}.run.${isCommon ? 'cjs' : 'mjs'}`);
  await build({
    entryPoints: [join(folder, name)],
    outfile,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
    jsx: 'automatic',
    logLevel: 'error',
    ...options,
  });
  return isCommon ? require(outfile) : import(pathToFileURL(outfile).href);
}

/** The properties of the first element with this name, as a component gets them: texts, and values in braces or after a colon. */
export function propsOf(name: string, element: string): Record<string, unknown> {
  const { text = '' } = blocks.find((block) => block.name === name) ?? {};
  const [, inside = ''] = new RegExp(`<${element}\\s([^>]*?)/?>`, 's').exec(text) ?? [];
  const pairs = inside.matchAll(/(:?)([\w-]+)=(?:"([^"]*)"|\{((?:[^{}]|\{[^}]*\})*)\})/g);
  return Object.fromEntries(
    [...pairs].map(([, bound, key, quoted, braced]) => {
      const code = braced ?? (bound === ':' ? quoted : undefined);
      return [key, code === undefined ? quoted : new Function(`return (${code});`)()];
    }),
  );
}

/** Compiles Svelte components for the server. */
export const svelte = (
  compile: (text: string, options: object) => { js: { code: string } },
): Plugin => ({
  name: 'svelte',
  setup({ onLoad }) {
    onLoad({ filter: /\.svelte$/ }, ({ path }) => ({
      contents: compile(readFileSync(path, 'utf8'), { generate: 'server', filename: path }).js.code,
    }));
  },
});
