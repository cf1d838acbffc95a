// Requests that failed once, each through the bundled Worker: sizes, spellings of URLs, headers of sources, and uploads.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../../src/codecs/probe/probe.ts';
import { paint, pixelAt } from '../../helpers/files/pictures.ts';
import { type BundledWorker, startBundledWorker } from '../../helpers/servers/bundled-worker.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';

const codecs = await loadCodecs();
const photo = paint({ width: 90, height: 60 }, (x, y) => [2 * x, 4 * y, (x * y) % 256]);
const picture = await codecs.png.encode(photo, { quality: 100 });
const disc = await codecs.png.encode(
  paint({ width: 20, height: 20 }, (x, y) => [9, 9, 9, Math.hypot(x - 9.5, y - 9.5) < 8 ? 255 : 0]),
  { quality: 100 },
);

/** How the origin answers at the paths that begin with these. */
const manners: Record<string, () => { headers?: Record<string, string>; body?: Uint8Array }> = {
  '/no-store': () => ({ headers: { 'Cache-Control': 'no-store' } }),
  '/private': () => ({ headers: { 'Cache-Control': 'private, max-age=600' } }),
  '/minute': () => ({ headers: { 'Cache-Control': 'max-age=60' } }),
  '/x-gzip': () => ({ headers: { 'Content-Encoding': 'x-gzip' }, body: gzipSync(picture) }),
  '/gzip': () => ({ headers: { 'Content-Encoding': 'gzip' }, body: gzipSync(picture) }),
  '/deflate': () => ({ headers: { 'Content-Encoding': 'deflate' }, body: deflateSync(picture) }),
  '/disc': () => ({ body: disc }),
};

let worker: BundledWorker;
let origin: Server;
let host: string;
const asked: string[] = [];

beforeAll(async () => {
  origin = createServer(({ url = '', headers: sent }, response) => {
    asked.push(url);
    const known = Object.keys(manners).find((path) => url.startsWith(path));
    const { headers = {}, body = picture } = known ? manners[known]!() : {};
    const tag = '"1"';
    const same = sent['if-none-match'] === tag;
    response.writeHead(same ? 304 : 200, { ...headers, ETag: tag });
    response.end(same ? undefined : body);
  });
  await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(origin.address() as AddressInfo).port}`;
  worker = await startBundledWorker({
    ALLOWED_SOURCES: `http://${host}`,
    ALLOW_PRIVATE_SOURCES: 'true',
  });
});

afterAll(async () => {
  await worker?.close();
  origin?.close();
  origin?.closeAllConnections();
});

const source = (path: string): string => `http://${host}${path}`;
const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());

async function get(path: string, init?: RequestInit) {
  const response = await worker.fetch(path, init);
  const { status, headers } = response;
  return { status, headers, bytes: await bytesOf(response) };
}

const cases = (name: string) => readFile(new URL(`../../cases/requests/${name}`, import.meta.url));

describe('sizes', () => {
  it.each([
    ['w=128', 128, 85],
    ['w=104', 104, 69],
    ['w=230', 230, 153],
    ['w=128,fit=contain', 128, 85],
    ['w=64,dpr=2', 128, 85],
    ['h=128', 192, 128],
    ['w=1000', 1000, 667],
  ])('%s of 1000×667 is %i×%i', async (plan, width, height) => {
    const body = await cases('w-only-1000x667.png');
    const response = await worker.fetch(`/t/${plan},f=png`, { method: 'POST', body });
    const header = probe(await bytesOf(response));
    expect([response.status, header.width, header.height]).toEqual([200, width, height]);
  });
});

describe('the source in the URL', () => {
  it('may have encoded slashes below an allowed host, in every spelling', async () => {
    const path = '/v0/b/app/o/users%2Fuid%2Fpic.jpg?alt=media&token=abc';
    const tags = new Set<string | null>();
    const before = asked.length;
    for (const form of [
      source(path),
      encodeURIComponent(source(path)),
      `b64:${Buffer.from(source(path)).toString('base64url')}`,
      `b64:${Buffer.from(source(path)).toString('base64')}`,
    ]) {
      const { status, headers } = await get(`/t/w=30,f=png/${form}`);
      expect([form, status]).toEqual([form, 200]);
      tags.add(headers.get('etag'));
    }
    // One key: the origin is asked once.
    expect(asked.slice(before)).toEqual([path]);
    expect(tags.size).toBe(1);
  });
});

describe('the options in the URL', () => {
  const at = (plan: string, path = '/disc.png') => get(`/t/${plan}/${source(path)}`);

  it.each(['w%3D12%2Cf%3Dpng', 'w%3D12,f%3Dpng', 'w=12,format=png'])(
    'may have encoded separators: %s',
    async (plan) => {
      const { status, bytes } = await at(plan);
      expect([status, probe(bytes).format, probe(bytes).width]).toEqual([200, 'png', 12]);
    },
  );

  it.each(['f=jpg', 'f=jpeg', 'f=baseline-jpeg', 'format=jpg,quality=high', 'quality=low,f=jpeg'])(
    '%s answers with a JPEG for every client, and without Vary',
    async (plan) => {
      const { status, headers } = await get(`/t/w=12,${plan}/${source('/photo.png')}`, {
        headers: { Accept: 'image/avif,image/webp' },
      });
      const found = [status, headers.get('content-type'), headers.get('vary')];
      expect(found).toEqual([200, 'image/jpeg', null]);
    },
  );

  it('compression=fast answers with a JPEG, or a PNG if there is transparency', async () => {
    const typeOf = async (path: string) => {
      const { headers } = await get(`/t/w=12,compression=fast,f=avif/${source(path)}`);
      return [headers.get('content-type'), headers.get('vary')];
    };
    expect(await typeOf('/photo.png')).toEqual(['image/jpeg', null]);
    expect(await typeOf('/disc.png')).toEqual(['image/png', null]);
  });

  it.each([
    ['background=white', [255, 255, 255, 255]],
    ['background=%23ff0000', [255, 0, 0, 255]],
    ['background=ff0000', [255, 0, 0, 255]],
    ['background=rgb(255%2C0%2C0)', [255, 0, 0, 255]],
    ['background=rgb(255,0,0)', [255, 0, 0, 255]],
    ['background=transparent', [0, 0, 0, 0]],
  ])('%s lies under transparent parts', async (option, colour) => {
    const { status, bytes } = await at(`${option},f=png`);
    expect(status).toBe(200);
    expect(pixelAt(await codecs.png.decode(bytes), 0, 0)).toEqual(colour);
  });

  it.each([
    'gravity=center',
    'w=9,h=9,fit=cover,gravity=center',
    'w=9,h=9,fit=cover,gravity=face,zoom=0.5',
    'metadata=keep',
    'anim=true',
    'w=9,border.width=2,border.color=red',
    'trim=border,trim.border.tolerance=20',
    'w=9,onerror=redirect,scq=50',
  ])('%s is accepted', async (plan) => {
    expect((await at(`${plan},f=png`)).status).toBe(200);
  });

  it('have one key for all their spellings', async () => {
    const statusOf = async (plan: string) =>
      (await at(plan, '/key.png')).headers.get('cache-status');
    expect(await statusOf('w=13,background=ff0000,f=jpeg')).toBe('tessera; fwd=miss');
    for (const plan of [
      'w%3D13%2Cbackground%3Dred%2Cf%3Djpg',
      'width=13,background=rgb(255,0,0),format=baseline-jpeg',
      'f=jpg/w=13,background=%23F00,metadata=keep,sharpen=0',
    ]) {
      expect(await statusOf(plan)).toMatch(/^tessera; hit/);
    }
  });
});

describe('the headers of a source', () => {
  it('no-store and private are respected: nothing is stored, nothing is public', async () => {
    for (const [path, control] of [
      ['/no-store.png', 'no-store'],
      ['/private.png', 'private, max-age=86400'],
    ] as const) {
      const url = `/t/w=14,f=png/${source(path)}`;
      const before = asked.length;
      const first = await get(url);
      const second = await get(url);
      expect([first.status, first.headers.get('cache-control')]).toEqual([200, control]);
      expect([second.status, second.headers.get('cache-control')]).toEqual([200, control]);
      expect(asked.slice(before)).toEqual([path, path]);
      const same = await get(url, { headers: { 'If-None-Match': first.headers.get('etag')! } });
      expect([same.status, same.headers.get('cache-control')]).toEqual([304, control]);
    }
  });

  it('its max-age does not matter unless the configuration says so', async () => {
    const { headers } = await get(`/t/w=14,f=png/${source('/minute.png')}`);
    expect(headers.get('cache-control')).toMatch(/^public, max-age=86400,/);
  });

  it.each(['/gzip.png', '/x-gzip.png', '/deflate.png'])('%s is decompressed', async (path) => {
    const { status, bytes } = await get(`/t/w=15,f=png/${source(path)}`);
    expect([status, probe(bytes).width]).toEqual([200, 15]);
  });

  it.each([
    ['/gr%C3%B6%C3%9Fe.jpg', `filename="gr----e.webp"; filename*=UTF-8''gr%C3%B6%C3%9Fe.webp`],
    ['/my%20cat.jpg', `filename="my-cat.webp"; filename*=UTF-8''my%20cat.webp`],
    ['/a/cat.final.jpg', `filename="cat-final.webp"; filename*=UTF-8''cat.final.webp`],
    ['/cat.jpg', 'filename="cat.webp"'],
    ['/o/users%2Fcat.jpg', `filename="users-cat.webp"; filename*=UTF-8''cat.webp`],
  ])('the answer of %s is named %s', async (path, name) => {
    const { headers } = await get(`/t/w=5,f=webp/${source(path)}`);
    expect(headers.get('content-disposition')).toBe(`inline; ${name}`);
  });
});

describe('uploads', () => {
  it.each(['application/x-www-form-urlencoded', 'text/plain', 'image/gif', ''])(
    'are recognised by their bytes if their type is %j',
    async (type) => {
      const headers: Record<string, string> = type === '' ? {} : { 'Content-Type': type };
      const body = new Blob([picture as Uint8Array<ArrayBuffer>]);
      const { status, bytes } = await get('/t/w=16/f=png', { method: 'POST', headers, body });
      expect([status, probe(bytes).width]).toEqual([200, 16]);
    },
  );

  it('in parts may be as large as sources', async () => {
    const mebibyte = 2 ** 20;
    const jpeg = await codecs.jpeg.encode(photo, { quality: 80 });
    const ofSize = async (bytes: number) => {
      const padded = new Uint8Array(bytes);
      padded.set(jpeg);
      const form = new FormData();
      form.set('image', new Blob([padded]), 'cat.jpg');
      const { status, headers } = await get('/t/w=17/f=png', { method: 'POST', body: form });
      return [status, headers.get('x-error')];
    };
    expect(await ofSize(20 * mebibyte)).toEqual([200, null]);
    expect(await ofSize(20 * mebibyte + 1)).toEqual([413, 'too_many_bytes']);
  });
});
