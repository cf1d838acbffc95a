import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { rooms, sharedByEffects, table } from './boundaries/rules.ts';
import {
  entriesOf,
  files,
  foldersOf,
  importsOf,
  isOwn,
  placeOf,
  texts,
} from './boundaries/source-tree.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

describe('the source tree', () => {
  it('has a rule for every folder', () => {
    expect([...new Set(files.map(placeOf))].filter((place) => !table[place])).toEqual([]);
    expect(files.length).toBeGreaterThan(40);
  });

  it('has at most sixteen files in a folder', () => {
    const counts = new Map<string, number>();
    for (const tree of ['src', 'test', 'scripts', 'bench']) {
      const entries = readdirSync(join(root, tree), { recursive: true, withFileTypes: true });
      for (const { parentPath } of entries.filter((entry) => entry.isFile()))
        counts.set(parentPath, (counts.get(parentPath) ?? 0) + 1);
    }
    expect(counts.size).toBeGreaterThan(200);
    expect([...counts].filter(([, count]) => count > 16)).toEqual([]);
  });

  it.each(Object.keys(table))('%s imports only what it may', (place) => {
    const rule = table[place]!;
    const wrong: string[] = [];
    for (const file of files.filter((each) => placeOf(each) === place)) {
      for (const one of importsOf(file)) {
        const allowed = [place, ...rule.own, ...(one.type ? (rule.types ?? []) : [])];
        if (place === 'edge' && one.target === 'models/manifest.json') continue;
        const right = isOwn(one)
          ? allowed.includes(placeOf(one.target.slice('src/'.length)))
          : rule.packages.test(one.target);
        if (!right) wrong.push(`${file} imports ${one.target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('enters a sub-folder through the file that names it', () => {
    const wrong: string[] = [];
    for (const file of files) {
      for (const one of importsOf(file).filter(isOwn)) {
        const target = one.target.slice('src/'.length);
        // Generated files have no entry.
        if (placeOf(target) === 'generated') continue;
        for (const folder of foldersOf(target)) {
          const inside = file.startsWith(`${folder}/`);
          if (inside || rooms.includes(folder) || entriesOf(folder).includes(target)) continue;
          wrong.push(`${file} imports ${target}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('names only sub-folders that exist as folders of equals', () => {
    const folders = new Set(files.flatMap(foldersOf));
    expect(rooms.filter((room) => !folders.has(room))).toEqual([]);
  });

  it('keeps effects apart from each other', () => {
    const wrong: string[] = [];
    for (const file of files.filter((each) => placeOf(each) === 'effects')) {
      const own = file.split('/').length > 2 ? `${file.split('/').slice(0, 2).join('/')}/` : file;
      if (file === 'effects/index.ts') continue;
      for (const one of importsOf(file).filter(isOwn)) {
        const target = one.target.slice('src/'.length);
        if (placeOf(target) !== 'effects' || sharedByEffects.includes(target)) continue;
        if (!target.startsWith(own)) wrong.push(`${file} imports ${target}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('opens every file with a sentence on what it is for', () => {
    for (const file of files) expect([file, texts.get(file)!.slice(0, 3)]).toEqual([file, '// ']);
  });
});
