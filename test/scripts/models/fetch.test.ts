import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchFile } from '../../../scripts/models/fetch-file.ts';
import { showProgress } from '../../../src/node/progress.ts';
import { type Answer, type FileServer, serveBytes } from '../../helpers/servers/file-server.ts';

const content = randomBytes(200_000);
const digestOf = (kind: string, bytes: Uint8Array) =>
  `${kind}:${createHash(kind).update(bytes).digest('hex')}`;
const expected = { bytes: content.length, digest: digestOf('sha256', content) };
/** A busy machine may pause for long. */
const patient = { stallMs: 30_000, attempts: 3, retryMs: 1 };
/** For servers that fall silent. */
const hasty = { ...patient, stallMs: 300 };

let folder: string;
let path: string;
let servers: FileServer[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-fetch-'));
  path = join(folder, 'deep', 'model.bin');
  servers = [];
});

afterEach(async () => {
  for (const server of servers) await server.close();
  await rm(folder, { recursive: true });
});

async function serve(...answers: [Answer, ...Answer[]]): Promise<FileServer> {
  const server = await serveBytes(content, answers);
  servers.push(server);
  return server;
}

const leftOver = () =>
  stat(`${path}.part`).then(
    ({ size }) => size,
    () => undefined,
  );

describe('a download', () => {
  it.each(['sha256', 'md5'])('arrives whole and is verified by %s', async (kind) => {
    const { url } = await serve('whole');
    await fetchFile({ url, path, bytes: content.length, digest: digestOf(kind, content) }, patient);
    expect(await readFile(path)).toEqual(content);
    expect(await leftOver()).toBeUndefined();
  });

  it('resumes if the connection was cut', async () => {
    const { url, ranges } = await serve({ cutAfter: 70_000 }, { cutAfter: 50_000 }, 'whole');
    const seen: number[] = [];
    await fetchFile(
      { url, path, ...expected },
      { ...patient, onProgress: (bytes) => seen.push(bytes) },
    );
    expect(await readFile(path)).toEqual(content);
    expect(ranges).toEqual([undefined, 'bytes=70000-', 'bytes=120000-']);
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(content.length);
  });

  it('resumes where an earlier call gave up', async () => {
    const first = await serve({ cutAfter: 70_000 }, { status: 503 });
    await expect(fetchFile({ url: first.url, path, ...expected }, patient)).rejects.toMatchObject({
      code: 'source_unreachable',
      message: `${first.url}: expected status 200, got 503`,
    });
    expect(first.ranges).toHaveLength(3);
    expect(await leftOver()).toBe(70_000);
    const second = await serve('whole');
    await fetchFile({ url: second.url, path, ...expected }, patient);
    expect(second.ranges).toEqual(['bytes=70000-']);
    expect(await readFile(path)).toEqual(content);
  });

  it.each(['no ranges', 'no length'] as const)(
    'works with a server that sends %s',
    async (answer) => {
      const { url } = await serve({ cutAfter: 70_000 }, answer);
      await fetchFile({ url, path, ...expected }, patient);
      expect(await readFile(path)).toEqual(content);
    },
  );

  it('starts anew if the partial file is of another file', async () => {
    const { url, ranges } = await serve('whole');
    await fetchFile({ url, path, ...expected }, patient);
    for (const length of [1000, content.length, content.length + 1]) {
      await writeFile(`${path}.part`, randomBytes(length));
      await fetchFile({ url, path, ...expected }, patient);
      expect(await readFile(path)).toEqual(content);
    }
    expect(ranges).toContain('bytes=1000-');
  });

  it('gives up on a server that falls silent, and keeps the received bytes', async () => {
    const { url, ranges } = await serve({ stallAfter: 10_000 });
    await expect(fetchFile({ url, path, ...expected }, hasty)).rejects.toMatchObject({
      code: 'source_timeout',
      message: `${url}: the server was silent for too long`,
    });
    expect(ranges).toHaveLength(3);
    expect(await leftOver()).toBe(30_000);
  });

  it('gives up on a server that never answers', async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as { port: number };
    const download = { url: `http://127.0.0.1:${port}/`, path, ...expected };
    const options = { ...hasty, attempts: 1 };
    await expect(fetchFile(download, options)).rejects.toMatchObject({ code: 'source_timeout' });
    silent.close();
  });

  it('refuses bytes with another digest and deletes them', async () => {
    const { url, ranges } = await serve('whole');
    const digest = digestOf('sha256', randomBytes(3));
    await expect(fetchFile({ url, path, ...expected, digest }, patient)).rejects.toMatchObject({
      code: 'bad_source',
      message: `${url}: expected ${digest}, got ${expected.digest}`,
    });
    expect(await leftOver()).toBeUndefined();
    await expect(stat(path)).rejects.toThrow('ENOENT');
    expect(ranges).toHaveLength(1);
  });

  it.each([
    ['whole', 'expected 100000 bytes, got 200000'],
    ['no length', 'expected 100000 bytes, got more'],
  ] as const)('refuses a file that is too long (%s)', async (answer, message) => {
    const { url } = await serve(answer);
    const download = { url, path, ...expected, bytes: 100_000 };
    await expect(fetchFile(download, patient)).rejects.toMatchObject({
      code: 'bad_source',
      message: `${url}: ${message}`,
    });
  });

  it('does not retry a missing file', async () => {
    const { url, ranges } = await serve({ status: 404 });
    await expect(fetchFile({ url, path, ...expected }, patient)).rejects.toMatchObject({
      code: 'source_missing',
      message: `${url}: expected status 200, got 404`,
    });
    expect(ranges).toHaveLength(1);
  });

  it('says why a host cannot be reached', async () => {
    const { url, close } = await serveBytes(content);
    await close();
    await expect(fetchFile({ url, path, ...expected }, patient)).rejects.toMatchObject({
      code: 'source_unreachable',
      message: `${url}: ECONNREFUSED`,
    });
  });
});

describe('progress', () => {
  const draw = (isTTY: boolean, steps: number) => {
    let written = '';
    const write = (text: string) => {
      written += text;
    };
    let now = 0;
    const start = showProgress({ isTTY, columns: 60, write }, () => now);
    const { update, end } = start('model.bin', 10_000_000);
    for (let i = 1; i <= steps; i++) {
      now += 10;
      update((10_000_000 * i) / steps);
    }
    end();
    return written;
  };

  it('redraws a bar on a terminal, at most ten times a second, within its width', () => {
    const drawn = draw(true, 500).split(/\r|\n/);
    expect(drawn.length).toBeLessThan(60);
    expect(drawn.find((line) => line.includes(' 50 %'))).toMatch(/^\[#+-+\]/);
    expect(drawn.at(-2)).toMatch(/^\[#+\] 100 % 10\.0 of 10\.0 MB, [\d.]+ MB\/s/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the code that clears a line
    for (const line of drawn) expect(line.replace(/\x1b\[K/, '').length).toBeLessThan(60);
  });

  it('writes a plain line per tenth if there is no terminal', () => {
    const lines = draw(false, 500).trimEnd().split('\n');
    expect(lines).toHaveLength(11);
    expect(lines.at(-1)).toBe('model.bin 100 % of 10.0 MB');
  });
});
