// Style transfer by optimisation, by the program of the checkout.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../src/codecs/probe/probe.ts';

const program = fileURLToPath(new URL('../../src/cli/tessera.js', import.meta.url));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (...args: string[]) =>
  promisify(execFile)(process.execPath, [program, ...args], { cwd: folder });
const plan = (width: number, steps: number) =>
  `w=${width}/style,style=asset:painting.jpg,engine=slim,steps=${steps}/f=png`;

describe('long style transfer', () => {
  it('runs in the program, which shows its progress', async () => {
    const args = [plan(96, 40), 'asset:landscape.jpg', 'out.png', '--device', 'cpu'];
    const { stderr } = await run(...args);
    expect(probe(await readFile(join(folder, 'out.png')))).toMatchObject({ width: 96, height: 64 });
    expect(stderr).toMatch(/rendering [1-9]\d? % of 1 picture/);
  });

  it('ends when its time is over', async () => {
    const args = [plan(768, 1000), 'asset:landscape.jpg', 'late.png', '--json', '--timeout', '2'];
    const { code, stdout } = await run(...args).catch((error) => error);
    expect([code, JSON.parse(stdout)]).toMatchObject([1, { error: 'timeout' }]);
  });
});
