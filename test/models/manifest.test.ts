import { describe, expect, it } from 'vitest';
import { type ModelEntry, parseManifest, withCompanions } from '../../src/models/manifest.ts';
import { entry, mirrorOnly } from './entries.ts';

const manifest = [entry, mirrorOnly];

describe('a manifest', () => {
  it('is read unchanged', () => {
    expect(parseManifest(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
  });

  const [file] = entry.files;
  it.each([
    ['a path out of the mirror', { files: [{ ...file, mirrorPath: '../secret' }] }, 'mirrorPath'],
    ['an absolute path', { files: [{ ...file, mirrorPath: '/etc/passwd' }] }, 'mirrorPath'],
    ['an address without TLS', { files: [{ ...file, url: 'http://example.com/a' }] }, 'url'],
    ['a digest of another kind', { files: [{ ...file, digest: 'sha1:00' }] }, 'digest'],
    ['no files', { files: [] }, 'files'],
    ['a name with a slash', { name: 'a/b' }, 'name'],
    ['an unknown field', { license: 'MIT' }, 'license'],
  ])('may not have %s', (_, change, field) => {
    expect(() => parseManifest([{ ...entry, ...change }])).toThrow(field);
  });

  it('may not repeat a name', () => {
    expect(() => parseManifest([entry, entry])).toThrow('expected one entry "tiny", got two');
  });

  it('may not name a companion model that it does not contain', () => {
    expect(() => parseManifest([{ ...entry, with: ['none'] }])).toThrow(
      'models/manifest.json: expected an entry "none", got none',
    );
  });
});

describe('models with their companions', () => {
  const named = (name: string, companions: string[]): ModelEntry => ({
    ...entry,
    name,
    with: companions,
  });
  const family = [named('a', ['b']), named('b', ['c', 'a']), named('c', []), named('d', [])];
  const names = (of: string[]) => withCompanions(family, of).map(({ name }) => name);

  it('are each listed once, however they depend on one another', () => {
    expect(names(['a'])).toEqual(['a', 'b', 'c']);
    expect(names(['d', 'c', 'd'])).toEqual(['d', 'c']);
  });

  it('are models of the manifest', () => {
    expect(() => names(['e'])).toThrow('expected one of a, b, c, d, got "e"');
  });
});
