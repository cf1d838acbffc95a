// A transform from its URL to its answer, and the answers that are stored.
import { describe, expect, it } from 'vitest';
import { probe } from '../../src/codecs/probe/probe.ts';
import { maxDifference } from '../helpers/files/pictures.ts';
import { startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import {
  photo,
  startForAllTests,
  varsFor,
  type WorkerWithOrigin,
} from '../helpers/servers/worker-with-origin.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';

const codecs = await loadCodecs();
let worker: WorkerWithOrigin['worker'];
let origin: WorkerWithOrigin['origin'];
startForAllTests((started) => {
  ({ worker, origin } = started);
});

const bytesOf = async (response: Response): Promise<Uint8Array> =>
  new Uint8Array(await response.arrayBuffer());
/** An address as base64url, as it is in a path. */
const base64 = (text: string): string => Buffer.from(text).toString('base64url');

describe('a transform', () => {
  it('fetches, resizes and encodes, with all its headers', async () => {
    const response = await worker.fetch(
      `/t/w=48/f=webp/${origin.source('/photo.png?size=full&x=%41')}`,
    );
    expect(response.status).toBe(200);
    const header = probe(await bytesOf(response));
    expect([header.format, header.width, header.height]).toEqual(['webp', 48, 32]);
    expect(response.headers.get('content-type')).toBe('image/webp');
    expect(response.headers.get('content-disposition')).toBe('inline; filename="photo.webp"');
    expect(response.headers.get('cache-control')).toBe(
      'public, max-age=86400, stale-while-revalidate=86400, stale-if-error=604800',
    );
    // The format is named in the URL.
    expect(response.headers.get('vary')).toBeNull();
    expect(response.headers.get('etag')).toMatch(/^W\/"[0-9a-f]{32}"$/);
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    expect(response.headers.get('content-security-policy')).toBe("default-src 'none'");
    expect(response.headers.get('access-control-allow-origin')).toBe('*');
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('x-cost')).toMatch(/^estimate=\d+, budget=2000$/);
    expect(response.headers.get('server-timing')).toMatch(
      /^fetch;dur=[\d.]+, queue;dur=[\d.]+, decode;dur=[\d.]+, resize;dur=[\d.]+, encode;dur=[\d.]+$/,
    );
    expect(origin.asked.at(-1)?.path).toBe('/photo.png?size=full&x=%41');
  });

  it('sends sources neither cookies nor authorization, and says who asks', async () => {
    await (
      await worker.fetch(`/t/w=11/${origin.source('/photo.png?headers')}`, {
        headers: { Cookie: 'a=b', Authorization: 'Bearer x', 'X-Forwarded-For': '1.2.3.4' },
      })
    ).body?.cancel();
    const { headers } = origin.asked.at(-1) as NonNullable<(typeof origin.asked)[number]>;
    expect(headers.cookie).toBeUndefined();
    expect(headers.authorization).toBeUndefined();
    expect(headers['x-forwarded-for']).toBeUndefined();
    expect(headers.via).toMatch(/tessera/);
  });

  it('returns the pixels unchanged if no step is asked for', async () => {
    const response = await worker.fetch(`/t/f=png/${origin.source('/photo.png')}`);
    expect(maxDifference(await codecs.png.decode(await bytesOf(response)), photo)).toBe(0);
  });

  it('treats a raw, percent-encoded, base64url or slash-collapsed source as the same source', async () => {
    const plain = await worker.fetch(`/t/w=40,f=png/${origin.source('/photo.png?one')}`);
    const tag = plain.headers.get('etag');
    const count = origin.asked.length;
    const encoded = encodeURIComponent(origin.source('/photo.png?one'));
    for (const form of [
      `${encoded}?ignored=1`,
      `b64:${base64(origin.source('/photo.png?one'))}`,
      origin.source('/photo.png?one').replace('://', ':/'),
    ]) {
      const response = await worker.fetch(`/t/w=40,f=png/${form}`);
      expect([
        response.status,
        response.headers.get('etag'),
        response.headers.get('cache-status'),
      ]).toEqual([200, tag, expect.stringMatching(/^tessera; hit; ttl=\d+$/)]);
    }
    expect(origin.asked.length).toBe(count);
  });

  it('follows a redirect to an allowed place only', async () => {
    expect((await worker.fetch(`/t/w=9/${origin.source('/moved')}`)).status).toBe(200);
    const away = await worker.fetch(`/t/w=9/${origin.source('/away')}`);
    expect([away.status, away.headers.get('x-error')]).toEqual([403, 'redirect_forbidden']);
    expect(origin.contacts()).toBe(0);
  });

  it('negotiates the format of f=auto', async () => {
    const typeFor = async (accept: string): Promise<string | null> =>
      (
        await worker.fetch(`/t/w=21/${origin.source('/photo.png')}`, {
          headers: { Accept: accept },
        })
      ).headers.get('content-type');
    expect(await typeFor('image/avif,image/webp,image/*')).toBe('image/avif');
    expect(await typeFor('image/webp,image/*')).toBe('image/webp');
    expect(await typeFor('image/webp;q=0,image/*')).toBe('image/jpeg');
    expect(await typeFor('*/*')).toBe('image/jpeg');
    const clear = await worker.fetch('/t/w=21/asset:sticker.png', { headers: { Accept: '*/*' } });
    expect(clear.headers.get('content-type')).toBe('image/png');
  });

  it('makes hybrids, also of a picture that comes as base64url', async () => {
    const far = base64(origin.source('/photo.png?far'));
    const response = await worker.fetch(
      `/t/w=64/hybrid,far=b64:${far},mode=reference,steps=2/f=json/asset:chess.jpg`,
    );
    const report = (await response.json()) as {
      width: number;
      steps: { name: string; losses?: { loss: number }[] }[];
    };
    expect(response.status).toBe(200);
    expect(report.width).toBe(64);
    const losses = report.steps[1]?.losses?.map(({ loss }) => loss) as number[];
    expect(losses.length).toBe(3);
    expect(losses[2]).toBeLessThan(losses[0] as number);
  });

  it('answers HEAD like GET, without a body', async () => {
    const response = await worker.fetch(`/t/w=48/f=webp/${origin.source('/photo.png')}`, {
      method: 'HEAD',
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp']);
    expect((await bytesOf(response)).length).toBe(0);
  });
});

describe('a stored answer', () => {
  const path = (): string => `/t/w=30/f=png/${origin.source('/photo.png?cached')}`;

  it('answers a repeat without asking the source, and a matching tag with 304', async () => {
    const first = await worker.fetch(path());
    const body = await bytesOf(first);
    const count = origin.asked.length;
    const second = await worker.fetch(path(), { headers: { Cookie: 'x=y', Accept: 'text/html' } });
    expect(second.headers.get('cache-status')).toMatch(/^tessera; hit; ttl=\d+$/);
    expect(await bytesOf(second)).toEqual(body);
    const third = await worker.fetch(path(), {
      headers: { 'If-None-Match': first.headers.get('etag') as string },
    });
    expect([third.status, (await bytesOf(third)).length, third.headers.get('etag')]).toEqual([
      304,
      0,
      first.headers.get('etag'),
    ]);
    expect(origin.asked.length).toBe(count);
  });

  it("decodes nothing if the source's validator leads to a 304", async () => {
    origin.serves.tag = '"v2"';
    const url = `/t/w=30/f=png/${origin.source('/photo.png?tagged')}`;
    const tag = (await worker.fetch(url)).headers.get('etag') as string;
    // The picture behind the tag is replaced by garbage: whoever decodes it fails.
    const good = origin.serves.picture;
    origin.serves.picture = new TextEncoder().encode('no picture');
    try {
      const fresh = await startBundledWorker(varsFor(origin.host));
      try {
        const response = await fresh.fetch(url, { headers: { 'If-None-Match': tag } });
        expect(response.status).toBe(304);
        expect((await fresh.fetch(url)).status).toBe(415);
      } finally {
        await fresh.close();
      }
    } finally {
      origin.serves.picture = good;
    }
  });

  it('matches the tag `*` only if the picture exists', async () => {
    const never = await worker.fetch('/t/w=67,trim=9999~0~0~0/asset:chess.jpg', {
      headers: { 'If-None-Match': '*' },
    });
    expect(never.status).toBe(400);
    await (await worker.fetch(path())).body?.cancel();
    const known = await worker.fetch(path(), { headers: { 'If-None-Match': '*' } });
    expect(known.status).toBe(304);
  });

  it('has one key for all spellings of a further image and of a colour', async () => {
    const name = base64('asset:bust.jpg');
    await (await worker.fetch('/t/w=33/hybrid,far=asset:bust.jpg/asset:chess.jpg')).body?.cancel();
    const again = await worker.fetch(`/t/w=33/hybrid,far=b64:${name}/asset:chess.jpg`);
    expect(again.headers.get('cache-status')).toMatch(/^tessera; hit; ttl=\d+$/);
    await (await worker.fetch('/t/w=33,background=ABCDEF/asset:sticker.png')).body?.cancel();
    const colour = await worker.fetch('/t/w=33,background=abcdef/asset:sticker.png');
    expect(colour.headers.get('cache-status')).toMatch(/^tessera; hit; ttl=\d+$/);
  });

  it('changes the tag with the source and with the plan', async () => {
    const tags = new Set<string | null>();
    for (const [tag, plan] of [
      ['"a"', 'w=31'],
      ['"b"', 'w=31'],
      ['"a"', 'w=32'],
    ] as const) {
      origin.serves.tag = tag;
      tags.add(
        (
          await worker.fetch(
            `/t/${plan}/f=png/${origin.source(`/photo.png?t=${encodeURIComponent(tag)}`)}`,
          )
        ).headers.get('etag'),
      );
    }
    expect(tags.size).toBe(3);
  });
});
