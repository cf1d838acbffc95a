import { describe, expect, it } from 'vitest';
import { watch } from '../../src/cli/watch.ts';

/** What each look finds: the stamps of files. Returns what was said to have changed after each look. */
async function watched(looks: Record<string, string>[]): Promise<string[][]> {
  let look = 0;
  const changes: string[][] = [];
  await watch({
    now: () => 0,
    files: async () => Object.keys(looks[look]!),
    stampOf: async (file) => looks[look]![file],
    begin: async () => {
      look = 1;
    },
    changed: async (files) => void changes.push([...files]),
    wait: async () => {
      look += 1;
    },
    isEnded: () => look >= looks.length,
  });
  return changes;
}

describe('watching', () => {
  it('tells files that are changed or new when two looks see them alike', async () => {
    const looks = [
      { a: '1', b: '1' },
      { a: '1', b: '2' },
      { a: '1', b: '3' },
      { a: '1', b: '3' },
    ];
    expect(await watched(looks)).toEqual([['b']]);
    expect(await watched([{}, { a: '1' }, { a: '1' }, { a: '1' }])).toEqual([['a']]);
  });

  it('says nothing if nothing changes, or if files go', async () => {
    expect(await watched([{ a: '1' }, { a: '1' }, {}, {}])).toEqual([]);
  });

  it('tells a file that comes back', async () => {
    expect(await watched([{ a: '1' }, {}, { a: '1' }, { a: '1' }])).toEqual([['a']]);
  });

  it('misses no change during the first rendering', async () => {
    expect(await watched([{ a: '1' }, { a: '2' }, { a: '2' }])).toEqual([['a']]);
  });
});
