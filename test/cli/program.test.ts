// The program as it is installed from its package: what the documents say, and what happens to broken pictures and interrupted work.
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../src/codecs/probe/probe.ts';
import { type InstalledCommand, installCommand } from '../helpers/command/installed-command.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let command: InstalledCommand;
const at = (path: string): string => join(command.folder, path);

beforeAll(async () => {
  command = await installCommand();
  const sample = sharp(join(root, 'public/samples/landscape.jpg'));
  const picture = (width: number) => sample.clone().resize(width).jpeg().toBuffer();
  await mkdir(at('photos/trip'), { recursive: true });
  for (const [i, name] of ['cat', 'dog', 'photos/one', 'photos/trip/two'].entries())
    await writeFile(at(`${name}.jpg`), await picture(120 + 8 * i));
});
afterAll(() => command.remove());

/** The commands in the blocks of a document. */
async function commandsIn(document: string): Promise<string[]> {
  const text = await readFile(join(root, document), 'utf8');
  const blocks = [...text.matchAll(/```sh\n([^`]*)```/g)].map(([, block]) => block!);
  const lines = blocks.flatMap((block) => block.split('\n'));
  return lines
    .filter((line) => /^(?:npx )?tessera /.test(line))
    .map((line) => line.replace(/^npx /, ''));
}

const parts = async (): Promise<string[]> =>
  (await readdir(command.folder, { recursive: true })).filter((name) => name.endsWith('.part'));

describe('the program', () => {
  it('runs every command of the documents', async () => {
    const documents = ['README.md', 'docs/command-line.md'];
    const lines = (await Promise.all(documents.map(commandsIn))).flat();
    expect(lines.length).toBeGreaterThan(6);
    for (const line of lines)
      expect([line, await command.run(line)]).toMatchObject([line, { code: 0 }]);
    const expected = {
      'cat.png': 'png',
      'pixel-art/trip/two.png': 'png',
      'pixels/trip/two.png': 'png',
      'thumbs/trip/two.webp': 'webp',
      'small/cat-jpg.jpg': 'jpeg',
      'both.jpg': 'jpeg',
      'wave.webp': 'webp',
      'cat-small.png': 'png',
      'cat.webp': 'webp',
    };
    for (const [path, format] of Object.entries(expected))
      expect([path, probe(await readFile(at(path))).format]).toEqual([path, format]);
    expect(await readdir(at('small'))).toEqual(['cat-jpg.jpg', 'dog-jpg.jpg']);
  });

  it('renders the others if pictures are broken, and says which', async () => {
    await mkdir(at('mixed'));
    await writeFile(at('mixed/a broken.png'), 'no picture');
    await copyFile(at('cat.jpg'), at('mixed/ü,=fine.jpg'));
    const { code, stdout } = await command.run("tessera 'w=32/f=png' mixed 'mixed out' --json");
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(code).toBe(1);
    expect(lines.sort((a, b) => a.input.localeCompare(b.input))).toMatchObject([
      { input: 'mixed/a broken.png', error: 'not_an_image' },
      { input: 'mixed/ü,=fine.jpg', output: 'mixed out/ü,=fine.png', width: 32, format: 'png' },
    ]);
    const again = await command.run("tessera 'w=32/f=png' 'mixed/*.jpg' 'mixed out'");
    expect([again.code, again.stderr]).toEqual([
      1,
      expect.stringContaining('mixed out/ü,=fine.png: it exists; --force replaces it'),
    ]);
    expect(await readdir(at('mixed out'))).toEqual(['ü,=fine.png']);
  });

  it.each([
    ["tessera 'w=32' cat.jpg", 'expected a plan, an input and an output'],
    ["tessera 'blurr,radius=2' cat.jpg x.png", 'expected an effect'],
    ["tessera 'w=32' cat.jpg dog.jpg x.jpg", 'expected a folder or a template'],
  ])('ends %s with 2 and writes nothing', async (line, message) => {
    const before = await readdir(command.folder);
    expect(await command.run(line)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(message),
    });
    expect(await readdir(command.folder)).toEqual(before);
  });

  it('refuses plans that do not fit its memory, before it decodes', async () => {
    const { code, stderr } = await command.run(
      "tessera 'pixelart' asset:landscape.jpg big.png --memory 8",
    );
    expect([code, stderr]).toEqual([1, expect.stringContaining('expected at most 8 MB of memory')]);
  });

  it('ends with 130 if it is interrupted, and leaves nothing half-written', async () => {
    const names = Array.from({ length: 40 }, (_, i) => `many/${i}.jpg`);
    await mkdir(at('many'));
    for (const name of names) await copyFile(at('dog.jpg'), at(name));
    const line = "tessera 'w=600/hybrid,far=asset:bust.jpg/f=png' many made --json --jobs 2";
    const { code, stdout } = await command.run(line, (text, interrupt) => {
      if (text.includes('\n')) interrupt();
    });
    expect(code).toBe(130);
    const made = stdout.trimEnd().split('\n').length;
    expect(made).toBeLessThan(names.length);
    expect(await parts()).toEqual([]);
    expect(await readdir(at('made'))).toHaveLength(made);
  });

  it('watches, and ends with 0', async () => {
    await mkdir(at('watched'));
    await copyFile(at('cat.jpg'), at('watched/first.jpg'));
    let isAdded = false;
    const line = "tessera 'w=16/f=png' watched watched/out --watch";
    const { code, stderr } = await command.run(line, (text, interrupt) => {
      if (text.includes('watching') && !isAdded) {
        isAdded = true;
        void copyFile(at('cat.jpg'), at('watched/second.jpg'));
      }
      if ((text.match(/1 picture in/g) ?? []).length >= 2) interrupt();
    });
    expect([code, stderr]).toEqual([0, expect.stringContaining('watching')]);
    expect((await readdir(at('watched/out'))).sort()).toEqual(['first.png', 'second.png']);
  });

  it('lists effects, and says its version', async () => {
    const list = await command.run('tessera effects');
    expect(list.stdout).toMatch(/^pixelate +\S/m);
    const one = await command.run('tessera effects hybrid');
    expect(one.stdout).toContain('--input far=<file>');
    const own = execFileSync(process.execPath, [join(root, 'src/cli/tessera.js'), '--version']);
    expect((await command.run('tessera --version')).stdout).toBe(String(own));
  });
});
