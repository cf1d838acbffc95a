import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findInputs, fixedPart } from '../../src/cli/inputs/inputs.ts';

let folder: string;
const at = (path: string): string => join(folder, path);

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'tessera-test-')));
  await mkdir(at('photos/deep/er'), { recursive: true });
  await mkdir(at('empty'));
  const files = ['b.JPG', 'a b,=é.png', 'notes.txt', '.hidden.png', 'deep/c.webp', 'deep/er/d.gif'];
  for (const name of files) await writeFile(at(`photos/${name}`), 'x');
  await symlink('..', at('photos/deep/loop'));
  await symlink('nowhere.png', at('photos/gone.png'));
});
afterAll(() => rm(folder, { recursive: true }));

const names = async (...args: Parameters<typeof findInputs>) =>
  (await findInputs(...args)).inputs.map(({ below, name, extension }) => [below, name, extension]);

describe('inputs', () => {
  it('are the pictures of a folder and its sub-folders, each once, though links lead in a circle', async () => {
    expect(await names([at('photos')])).toEqual([
      ['', 'a b,=é', 'png'],
      ['', 'b', 'JPG'],
      ['deep', 'c', 'webp'],
      ['deep/er', 'd', 'gif'],
    ]);
  });

  it('that cannot be read are named, and the others are found', async () => {
    const { failures, inputs, several } = await findInputs([at('photos')]);
    expect(failures).toEqual([
      {
        input: at('photos/gone.png'),
        failure: { code: 'input_unreadable', message: 'no such file or folder' },
      },
    ]);
    expect([inputs.length, several]).toEqual([4, true]);
    const missing = await findInputs([at('missing.png'), at('photos/b.JPG')]);
    expect(missing.failures.map(({ input }) => input)).toEqual([at('missing.png')]);
    expect(missing.inputs).toHaveLength(1);
  });

  it('leave out the folder of the results', async () => {
    expect(await names([at('photos')], at('photos/deep'))).toHaveLength(2);
  });

  it('are told apart by a pattern, below the folders in front of its wildcards', async () => {
    expect(await names([at('photos/**/*.{webp,gif}')])).toEqual([
      ['deep', 'c', 'webp'],
      ['deep/er', 'd', 'gif'],
    ]);
    expect(fixedPart('*.jpg')).toBe('.');
    expect(fixedPart('/*.jpg')).toBe('/');
    await expect(findInputs([at('photos/*.bmp')])).rejects.toThrow('no file matches this pattern');
  });

  it('that are named twice are rendered once', async () => {
    expect(await names([at('photos/b.JPG'), at('photos')])).toHaveLength(4);
  });

  it('of an empty folder are an error that names it', async () => {
    const { failures } = await findInputs([at('empty')]);
    expect(failures[0]).toMatchObject({ input: at('empty'), failure: { code: 'no_pictures' } });
  });

  it('may be sample pictures', async () => {
    const { inputs, several } = await findInputs(['asset:chess.jpg']);
    expect(inputs).toMatchObject([{ shown: 'asset:chess.jpg', name: 'chess', below: '' }]);
    expect(several).toBe(false);
    await expect(findInputs(['asset:../index.html'])).rejects.toThrow('asset:chess.jpg');
  });
});
