import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { readPlan } from '../../src/cli/plan.ts';
import type { Output } from '../../src/plan/plan.ts';

const dog = fileURLToPath(new URL('../../public/samples/bust.jpg', import.meta.url));

const read = (text: string, files: Record<string, string[]> = {}, f?: Output['f']) =>
  readPlan(text, { files: new Map(Object.entries(files)), f });

describe('the plan of a command', () => {
  it('takes the format of the output if it has none', async () => {
    expect((await read('w=10')).f).toBe('auto');
    expect((await read('w=10', {}, 'png')).f).toBe('png');
    expect((await read('w=10/f=auto', {}, 'png')).f).toBe('png');
    expect((await read('w=10/f=webp', {}, 'png')).f).toBe('webp');
    expect((await read('w=10/f=webp')).text).toBe((await read('w=10', {}, 'webp')).text);
  });

  it('gets further pictures from files and samples', async () => {
    expect((await read('hybrid', { far: [dog] })).further).toEqual([
      { text: 'file:far0', file: dog },
    ]);
    const styles = await read('style,engine=slim', { style: [dog, dog] });
    expect(styles.further.map(({ file }) => file)).toEqual([dog, dog]);
    expect(styles.usesEngine).toBe(true);
    const [sample] = (await read('hybrid,far=asset:bust.jpg')).further;
    expect(sample).toEqual({ text: 'asset:bust.jpg', file: dog });
  });

  it.each([
    ['bogus', {}, 'expected an effect'],
    ['w=0', {}, 'w: expected'],
    ['hybrid', {}, 'far: expected'],
    ['hybrid', { far: ['missing.jpg'] }, '--input far: expected a file, got "missing.jpg"'],
    ['w=10', { far: [dog] }, '--input far: expected a step that takes it'],
    ['hybrid,far=asset:bust.jpg', { far: [dog] }, '--input far: expected a step that takes it'],
    ['hybrid,far=b64:aHR0cHM6Ly9hLmV4YW1wbGUv', {}, 'or a file by --input far=<file>'],
    ['hybrid,far=asset:nothing.jpg', {}, 'expected a sample picture'],
    ['lossless=true/f=jpeg', {}, 'lossless: expected together with f='],
  ])('%s with %j is refused', async (text, files, message) => {
    await expect(read(text, files)).rejects.toThrow(message);
  });
});
