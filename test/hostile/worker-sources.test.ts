// Sources, texts and bodies of hostile clients: the bundled Worker answers soon with the right code, and keeps nothing.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../src/codecs/probe/probe.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import { ask, base64, limits, MIB, startSource, times } from './ask-worker.ts';
import { metricsOf } from './fuzz/try-file.ts';
import type { HostileServer } from './hostile-server.ts';

/** Forwards requests to the Worker, like a proxy in front of it. */
const forwarded: number[] = [];
const front = createServer(async ({ url = '', headers }, response) => {
  const answer = await open.fetch(url, { headers: { Via: headers.via ?? '' } });
  forwarded.push(answer.status);
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
});

let source: HostileServer;
/** A Worker that allows private addresses on its list, which has the source server and the proxy. */
let open: BundledWorker;

beforeAll(async () => {
  source = await startSource();
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  open = await startBundledWorker({
    ...limits,
    ALLOWED_SOURCES: [
      `${source.origin}/`,
      `http://127.0.0.1:${(front.address() as AddressInfo).port}/`,
    ].join(),
    ALLOW_PRIVATE_SOURCES: 'true',
  });
  await (await open.fetch('/t/w=8/asset:chess.jpg')).text();
});

afterAll(async () => {
  front.close();
  await Promise.all([open?.close(), source?.close()]);
});

describe('the grammar', () => {
  const all: [string, string][] = [
    ['wobble', 'unknown_effect'],
    ['wobble=1', 'bad_option'],
    ['w=8,w=8', 'bad_option'],
    ['w=8,width=8', 'bad_option'],
    ['f=png/f=png', 'bad_option'],
    ['w=', 'bad_option'],
    ...['0', '-1', '1e9', '0x10', '64.5', 'NaN', '+64', '٦٤', '%2064', '8%00', 'Infinity'].map(
      (value): [string, string] => [`w=${value}`, 'bad_option'],
    ),
    [Array(2000).fill('w=8').join(), 'bad_option'],
    [Array(2000).fill('w=8').join('/'), 'bad_url'],
    [`w=${'8'.repeat(17_000)}`, 'uri_too_long'],
    ['w=%', 'bad_url'],
    ['w=%zz', 'bad_url'],
    ['w=8%0d%0aX-Evil:1', 'bad_option'],
    ['pixelate,block=%2e%2e%2f', 'bad_option'],
    ['__proto__=1', 'bad_option'],
    ['constructor=1', 'bad_option'],
    ['pixelate,__proto__=1', 'bad_option'],
    ['toString', 'unknown_effect'],
    ['p=thumb', 'bad_option'],
    ['w=%C0%AF', 'bad_url'],
  ];

  const refused = all.map(([plan, code]) => [plan.slice(0, 40), code, plan] as const);

  it.each(refused)('refuses %s as %s, without a request', async (_, code, plan) => {
    const asked = source.asked.length;
    const answer = await ask(open, `/t/${plan}/${source.origin}/picture/grammar`);
    expect(answer.code).toBe(code);
    expect(source.asked.length).toBe(asked);
  });
});

describe('sources that behave badly', () => {
  it.each([
    ['slow/100', 504, 'source_timeout'],
    ['silent', 504, 'source_timeout'],
    ['stalled', 504, 'source_timeout'],
    ['more', 502, 'source_unreachable'],
    ['endless', 413, 'too_many_bytes'],
    ['large', 413, 'too_many_bytes'],
    ['closed', 502, 'source_unreachable'],
    ['reset', 502, 'source_unreachable'],
    ['garbage', 502, 'source_unreachable'],
    // Its first bytes are no picture, so the other ten gigabytes are not asked for.
    ['gzip', 415, 'not_an_image'],
    ['status/404', 404, 'source_missing'],
    ['status/410', 404, 'source_missing'],
    ['status/204', 502, 'source_unreachable'],
    ['status/206', 502, 'source_unreachable'],
    ['status/304', 502, 'source_unreachable'],
    ['status/401', 502, 'source_unreachable'],
    ['status/500', 502, 'source_unreachable'],
    ['status/200', 415, 'not_an_image'],
  ])('%s is %i %s, as a further image too', async (path, status, code) => {
    const address = `${source.origin}/${path}`;
    for (const url of [
      `/t/w=8/${address}`,
      `/t/hybrid,far=b64:${base64(address)}/asset:chess.jpg`,
    ]) {
      const answer = await ask(open, url);
      expect([answer.status, answer.code]).toEqual([status, code]);
    }
  });

  it('that sends more than it declares gives no picture', async () => {
    const { code } = await ask(open, `/t/w=8/${source.origin}/less`);
    expect(['source_unreachable', 'undecodable']).toContain(code);
  });

  it('that compresses correctly gives its picture', async () => {
    const { status, body } = await ask(open, `/t/w=8,f=png/${source.origin}/gzip-picture`);
    expect([status, probe(body).width]).toEqual([200, 8]);
  });
});

describe('uploads', () => {
  const multipart = { 'Content-Type': 'multipart/form-data; boundary=x' };
  const part = (name: string): string =>
    `--x\r\nContent-Disposition: form-data; name="${name}"; filename="f"\r\n\r\n.\r\n`;
  it.each<[string, BodyInit, Record<string, string>, string]>([
    ['a wrong field', `${part('picture')}--x--\r\n`, multipart, 'bad_body'],
    ['two files', `${part('image').repeat(2)}--x--\r\n`, multipart, 'bad_body'],
    ['10,000 parts', `${part('p').repeat(10_000)}--x--\r\n`, multipart, 'bad_body'],
    ['no boundary', part('image'), { 'Content-Type': 'multipart/form-data' }, 'bad_body'],
    ['a part without end', part('image'), multipart, 'bad_body'],
  ])('of %s are refused', async (_, body, headers, code) => {
    const answer = await ask(open, '/t/w=8', { method: 'POST', body, headers });
    expect([answer.status, answer.code]).toEqual([400, code]);
  });

  const type = { 'Content-Type': 'image/png' };
  it.each<[string, string, number, string]>([
    ['over the limit', '/t/w=8', 413, 'too_many_bytes'],
    ['to a wrong plan', '/t/w=0', 400, 'bad_option'],
    ['to a wrong place', '/health', 405, 'method_not_allowed'],
  ])('of a body %s get their answer, however they are sent', async (_, path, status, code) => {
    const bytes = new Uint8Array(30 * MIB);
    const whole = await ask(open, path, { method: 'POST', body: bytes, headers: type });
    expect([whole.status, whole.code]).toEqual([status, code]);
    const piece = bytes.subarray(0, 64 * 1024);
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let sent = 0; sent < bytes.length; sent += piece.length) controller.enqueue(piece);
        controller.close();
      },
    });
    const init = { method: 'POST', body: stream, headers: type, duplex: 'half' } as RequestInit;
    const streamed = await ask(open, path, init);
    expect([streamed.status, streamed.code]).toEqual([status, code]);
  });
});

describe('loops', () => {
  it('are recognised by their Via', async () => {
    for (const via of ['1.1 tessera', '1.0 proxy, 1.1 Tessera (x)']) {
      const { status, code } = await ask(open, '/t/w=8/asset:chess.jpg', { headers: { Via: via } });
      expect([status, code]).toEqual([508, 'loop']);
    }
    const other = { headers: { Via: '1.1 tessera-cdn' } };
    expect((await ask(open, '/t/w=8/asset:chess.jpg', other)).status).toBe(200);
  });

  it('through a proxy back to itself end at the second request', async () => {
    const count = async () => (await metricsOf(open, ['tessera_requests_total']))[0] as number;
    const before = await count();
    const { port: own } = front.address() as AddressInfo;
    const { status, code } = await ask(
      open,
      `/t/w=8/http://127.0.0.1:${own}/t/w=9/asset:chess.jpg`,
    );
    expect([status, code]).toEqual([502, 'source_unreachable']);
    // Including the first request of the metrics.
    expect((await count()) - before).toBe(3);
    expect(forwarded).toEqual([508]);
  });
});

describe('clients that leave', () => {
  it('free their slots', async () => {
    const gone = await Promise.all(
      Array.from({ length: 50 }, (_, i) =>
        open
          .fetch(`/t/w=8/${source.origin}/silent?${i}`, { signal: AbortSignal.timeout(100 + i) })
          .then(
            ({ status }) => status,
            () => 'gone',
          ),
      ),
    );
    expect(gone.filter((one) => one === 'gone').length).toBeGreaterThan(40);
    const names = ['tessera_in_flight', 'tessera_queue', 'tessera_lost_total'];
    await expect.poll(() => metricsOf(open, names), { timeout: 5000 }).toEqual([0, 0, 0]);
    expect((await ask(open, `/t/w=8/${source.origin}/picture/after`)).status).toBe(200);
  });
});

describe('in the end', () => {
  it('the Worker works, and most answers cost little', async () => {
    expect((await ask(open, '/health')).status).toBe(200);
    times.sort((a, b) => a - b);
    expect(times[times.length >> 1]).toBeLessThan(100);
  });

  it('no connection to the source is open, and none was read much further than the limit', async () => {
    await expect.poll(source.open, { timeout: 10_000 }).toBe(0);
    // The endless and the large answers, twice each; sockets have buffers of some megabytes.
    expect(source.sent()).toBeLessThan(100 * MIB);
  });
});
