// What `Dockerfile.cpu` does, without Docker: its command that installs models, its environment, its health check and its server.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { startBackend } from '../helpers/servers/gpu-backend.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
// A command may go on in the next line.
const file = (await readFile(`${root}Dockerfile.cpu`, 'utf8')).replaceAll('\\\n', ' ');
const linesOf = (word: string): string[] =>
  [...file.matchAll(new RegExp(`^\\s*${word} (.*)$`, 'gm'))].map(([, rest]) => rest!.trim());

const env = Object.fromEntries(
  linesOf('ENV').flatMap((line) =>
    line.split(/\s+/).map((pair) => pair.split('=') as [string, string]),
  ),
);
const folder = await mkdtemp(join(tmpdir(), 'tessera-image-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the image without a GPU', () => {
  it('has the models of the project, listens to other machines, and ends when it is told to', async () => {
    const [install] = linesOf('RUN').filter((line) => line.includes('scripts/models/models.ts'));
    const args =
      install
        ?.replace('$MODELS', '')
        .replace('--folder /models', `--folder ${folder}`)
        .split(/\s+/) ?? [];
    expect(args.shift()).toBe('node');
    await run(process.execPath, args, { cwd: root });
    expect(linesOf('CMD').at(-1)).toBe('["node", "src/gpu/main.ts"]');
    const backend = await startBackend({ ...env, GPU_MODELS: folder, GPU_PORT: '0' });
    expect(backend.url).toContain('//0.0.0.0:');
    await backend.logged('device');
    const { port } = new URL(backend.url);
    const health = await (await fetch(`http://127.0.0.1:${port}/health`)).json();
    expect(health).toMatchObject({ status: 'ok', device: { kind: 'cpu' }, models: ['pixelart'] });
    const check = JSON.parse(/CMD (\[.*\])/.exec(linesOf('HEALTHCHECK')[0]!)![1]!) as string[];
    expect(check.shift()).toBe('node');
    await run(process.execPath, check, { env: { GPU_PORT: port } });
    const [signal] = linesOf('STOPSIGNAL');
    backend.process.kill(signal as NodeJS.Signals);
    expect(await backend.ended).toBe(0);
    await expect(run(process.execPath, check, { env: { GPU_PORT: port } })).rejects.toThrow();
  });
});
