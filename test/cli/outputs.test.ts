import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Input } from '../../src/cli/inputs/inputs.ts';
import {
  checkFormat,
  checkNames,
  formatInName,
  outputName,
  ownFolder,
  readTarget,
} from '../../src/cli/outputs/outputs.ts';
import { placeFile } from '../../src/cli/outputs/place-file.ts';

const target = (text: string, folders: string[] = []) =>
  readTarget(text, (path) => folders.includes(path));
const input = (path: string, below = ''): Input => {
  const [, name, extension] = /([^/]*)\.(\w+)$/.exec(path)!;
  return { path, shown: path, below, name: name!, extension: extension! };
};

describe('the output', () => {
  it.each([
    ['-', 'stdout'],
    ['a.png', 'file'],
    ['a', 'folder'],
    ['a.b/', 'folder'],
    ['out.d', 'folder'],
    ['{name}.png', 'template'],
  ])('%s is a %s', (text, kind) => {
    expect(target(text, ['out.d']).kind).toBe(kind);
  });

  it('names each result', () => {
    const picture = input('photos/deep/a b.JPG', 'deep');
    const named = (text: string) => outputName(target(text), picture, 'png');
    expect(named('x.png')).toBe('x.png');
    expect(named('out')).toBe('out/deep/a b.png');
    expect(named('out/{dir}/{name}-{ext}.{format}')).toBe('out/deep/a b-JPG.png');
    expect(outputName(target('o/{dir}/{name}.png'), input('c.gif'), 'png')).toBe('o/c.png');
  });

  it('keeps odd characters of names', () => {
    const odd = input("photos/$& $1 'quo\"te'.jpg");
    expect(outputName(target('{name}.{format}'), odd, 'png')).toBe("$& $1 'quo\"te'.png");
  });

  it('says the format, unless the plan does', () => {
    const said = (text: string) => formatInName(target(text));
    expect(['a.jpg', 'a.JPEG', 'a.webp', 'x/{name}.avif', 'a.json'].map(said)).toEqual([
      ...['jpeg', 'jpeg', 'webp', 'avif', 'json'],
    ]);
    expect(['out', '-', '{name}.{format}', 'a.txt'].map(said)).toEqual(Array(4).fill(undefined));
    expect(() => checkFormat(target('a.jpg'), 'jpeg')).not.toThrow();
    expect(() => checkFormat(target('a.jpeg'), 'jpeg')).not.toThrow();
    expect(() => checkFormat(target('a.jpg'), 'png')).toThrow(
      'a.jpg: expected a name that ends in .png, since the plan says f=png',
    );
    expect(() => checkFormat(target('a.txt'), 'auto')).toThrow('expected {format}');
  });

  it('is refused if it is wrong', () => {
    expect(() => target('')).toThrow('got nothing');
    expect(() => target('{nme}.png')).toThrow('expected {dir}, {name}, {ext}, {format}, got {nme}');
  });

  it('has a folder that is not searched', () => {
    expect(
      ['out', 'out/{dir}/{name}.png', '/{name}.png', '{name}.png', 'a.png'].map((text) =>
        ownFolder(target(text)),
      ),
    ).toEqual(['out', 'out', '/', undefined, undefined]);
  });

  it('is never the same for two pictures, nor one of the pictures', () => {
    const check = (text: string, extension: string | undefined, ...paths: string[]) =>
      checkNames(
        paths.map((path) => input(path)),
        { target: target(text), extension },
      );
    expect(() => check('out', 'png', 'a.jpg', 'b.jpg')).not.toThrow();
    expect(() => check('out', 'png', 'a.jpg', 'a.gif')).toThrow(
      'a.jpg and a.gif would both become out/a.png',
    );
    expect(() => check('out', undefined, 'a.jpg', 'a.gif')).toThrow('would both become out/a.*');
    expect(() => check('{name}-{ext}.{format}', 'png', 'a.jpg', 'a.gif')).not.toThrow();
    expect(() => check('a.png', 'png', 'a.png')).toThrow('expected an output that is none of the');
    expect(() => check('{name}.png', 'png', 'b.jpg', 'a.png')).toThrow('a.png: expected an output');
  });
});

describe('a finished file', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('gets its name, and replaces another only if asked', async () => {
    const [temporary, path] = [join(folder, '.part'), join(folder, 'a.png')];
    const place = async (text: string, replace: boolean) => {
      await writeFile(temporary, text);
      return placeFile(temporary, path, replace);
    };
    expect(await place('1', false)).toBeUndefined();
    expect(await place('2', false)).toMatchObject({ code: 'output_exists' });
    expect(await readFile(path, 'utf8')).toBe('1');
    expect(await place('3', true)).toBeUndefined();
    expect(await readFile(path, 'utf8')).toBe('3');
    expect(await readdir(folder)).toEqual(['a.png']);
  });

  it('that cannot have its name is removed, and the reason is said', async () => {
    const temporary = join(folder, '.part');
    await writeFile(temporary, 'x');
    const failure = await placeFile(temporary, join(folder, 'missing/a.png'), true);
    expect(failure).toEqual({ code: 'output_unwritable', message: 'no such file or folder' });
    expect(await readdir(folder)).toEqual(['a.png']);
  });
});
