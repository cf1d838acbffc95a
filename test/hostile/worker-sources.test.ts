// Sources that hostile clients name to the bundled Worker: nothing forbidden is contacted, and every answer comes soon with its code.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { probe } from '../../src/codecs/probe/probe.ts';
import { paint } from '../helpers/files/pictures.ts';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { metricsOf } from './fuzz/try-file.ts';
import { type HostileServer, startHostileServer } from './hostile-server.ts';

const MIB = 2 ** 20;
/** Long enough for a picture on a busy machine. */
const SOURCE_TIMEOUT_MS = 1000;
/** Longest time of an answer, in milliseconds: one second, and three on a shared machine. */
const MAX_MS = 3000;

/** A server that must never be contacted. */
const canary = createServer((_, response) => void response.end('picture'));
let contacts = 0;
canary.on('connection', () => contacts++);

/** Forwards requests to the Worker, like a proxy in front of it. */
const forwarded: number[] = [];
const front = createServer(async ({ url = '', headers }, response) => {
  const answer = await open.fetch(url, { headers: { Via: headers.via ?? '' } });
  forwarded.push(answer.status);
  response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer()));
});

let port: number;
let source: HostileServer;
/** A Worker that allows private addresses on its list, which has only the source server. */
let open: BundledWorker;
/** A Worker with the canary on its list, and without private addresses. */
let strict: BundledWorker;
const times: number[] = [];

beforeAll(async () => {
  const codecs = await loadCodecs();
  const photo = paint({ width: 96, height: 64 }, (x, y) => [x * 2, y * 3, (x * y) % 256]);
  source = await startHostileServer({ picture: await codecs.jpeg.encode(photo, { quality: 80 }) });
  await new Promise<void>((resolve) => canary.listen(0, resolve));
  ({ port } = canary.address() as AddressInfo);
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const limits = {
    SOURCE_TIMEOUT_MS: String(SOURCE_TIMEOUT_MS),
    MAX_SOURCE_BYTES: String(MIB),
  };
  const hosts = ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0'];
  open = await startBundledWorker({
    ...limits,
    ALLOWED_SOURCES: [
      `${source.origin}/`,
      `http://localhost:${new URL(source.origin).port}/only`,
      `http://127.0.0.1:${(front.address() as AddressInfo).port}/`,
    ].join(),
    ALLOW_PRIVATE_SOURCES: 'true',
  });
  strict = await startBundledWorker({
    ...limits,
    ALLOWED_SOURCES: hosts.map((host) => `http://${host}:${port}/`).join(),
  });
  for (const { fetch } of [open, strict]) await (await fetch('/t/w=8/asset:chess.jpg')).text();
}, 60_000);

afterAll(async () => {
  canary.close();
  front.close();
  await Promise.all([open?.close(), strict?.close(), source?.close()]);
});

type Outcome = { status: number; code: string | null; ms: number; body: Uint8Array };

async function ask(worker: BundledWorker, path: string, init: RequestInit = {}): Promise<Outcome> {
  const began = performance.now();
  const response = await worker.fetch(path, init);
  const body = new Uint8Array(await response.arrayBuffer());
  const ms = performance.now() - began;
  times.push(ms);
  const code = response.headers.get('x-error');
  if (code) {
    const problem = JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;
    expect([problem.code, problem.status]).toEqual([code, response.status]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.stringify(problem)).not.toMatch(/\bat \w+ \(|node_modules|tessera\.invalid/);
  }
  expect(ms).toBeLessThan(MAX_MS);
  return { status: response.status, code, ms, body };
}

const base64 = (text: string): string => Buffer.from(text).toString('base64url');

/** Every spelling of a source in a URL, and the same for a further image. */
const spellings = (address: string): string[] => [
  `/t/w=8/${address}`,
  `/t/w=8/${encodeURIComponent(address)}`,
  `/t/w=8/b64:${base64(address)}`,
  `/t/hybrid,far=b64:${base64(address)}/asset:chess.jpg`,
];

const addresses = [
  '127.0.0.1',
  'localhost',
  'LOCALHOST.',
  'localhost.',
  '[::1]',
  '[::]',
  '0.0.0.0',
  '0',
  '169.254.169.254',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '[fc00::1]',
  '[fe80::1]',
  '2130706433',
  '0x7f000001',
  '0177.0.0.1',
  '127.1',
  '127.0.0.1.',
  '①②⑦.⓪.⓪.①',
  '[::ffff:127.0.0.1]',
  '[::ffff:7f00:1]',
  '[::127.0.0.1]',
  '[2002:7f00:1::]',
  '[64:ff9b::10.0.0.1]',
  '[2001:0:7f00:1::]',
  'metadata.google.internal',
];

describe('addresses', () => {
  it.each(addresses)('%s is contacted in no spelling', async (host) => {
    for (const path of spellings(`http://${host}:${port}/x.png`)) {
      for (const worker of [open, strict]) {
        const { status, code } = await ask(worker, path);
        expect([path, status, code]).toEqual([path, 403, 'source_forbidden']);
      }
    }
    expect(contacts).toBe(0);
  });

  it('that look like an allowed one are not contacted either', async () => {
    const { host } = new URL(source.origin);
    const asked = source.asked.length;
    for (const [address, code] of [
      [`http://${host}.evil.example/x`, 'bad_source'],
      [`http://evil.example/${host}/x`, 'source_forbidden'],
      [`http://evil.example/.${host}/x`, 'source_forbidden'],
      [`http://user@${host}/picture/a`, 'bad_source'],
      [`http://${host}%2f@evil.example/`, 'bad_source'],
      [`http://evil.example#@${host}/`, 'source_forbidden'],
      [`https://${host}/picture/a`, 'source_forbidden'],
      [`http://localhost:${new URL(source.origin).port}/only-not/a`, 'source_forbidden'],
      [`http://localhost:${new URL(source.origin).port}/only/../picture/a`, 'source_forbidden'],
      [`http://localhost:${new URL(source.origin).port}/only/%2e%2e/picture/a`, 'source_forbidden'],
      [`http://localhost:${new URL(source.origin).port}/only/..%2fpicture/a`, 'source_forbidden'],
      [`http://localhost:${new URL(source.origin).port}/only/%252e%252e/a`, 'source_forbidden'],
    ] as const) {
      const answer = await ask(open, `/t/w=8/b64:${base64(address)}`);
      expect([address, answer.code]).toEqual([address, code]);
    }
    expect([source.asked.length - asked, contacts]).toEqual([0, 0]);
  });
});

describe('schemes', () => {
  it.each([
    'file:///etc/passwd',
    'ftp://127.0.0.1/x',
    'gopher://127.0.0.1/x',
    'data:image/png;base64,AAAA',
    'javascript:alert(1)',
    'blob:https://evil.example/x',
    'ws://127.0.0.1/x',
    '//evil.example/x.jpg',
    'https:\\\\evil.example\\x.jpg',
    '/\\evil.example/x.jpg',
    'ht\ttp://evil.example/x',
    ' http://evil.example/x',
    'b64:aHR0cDovL2V2aWwuZXhhbXBsZS8',
  ])('%j is no source', async (text) => {
    const inside = await ask(open, `/t/w=8/b64:${base64(text)}`);
    expect([inside.status, inside.code]).toEqual([400, 'bad_source']);
    const further = await ask(open, `/t/hybrid,far=${encodeURIComponent(text)}/asset:chess.jpg`);
    expect(further.code).toBe(text.startsWith('b64:') ? 'source_forbidden' : 'bad_source');
    expect(contacts).toBe(0);
  });
});

describe('redirects', () => {
  const via = (target: string, hops = 1): string =>
    `${source.origin}/redirect/b64-${base64(hops > 1 ? via(target, hops - 1) : target)}`;
  const away = [
    ['to another port', (): string => `http://127.0.0.1:${port}/x`],
    ['to metadata', (): string => 'http://169.254.169.254/latest/meta-data/'],
    ['to a name of this machine', (): string => `http://localhost:${port}/x`],
    ['without a scheme', (): string => `//127.0.0.1:${port}/x`],
    ['with backslashes', (): string => `\\\\127.0.0.1:${port}\\x`],
    ['to a number', (): string => `http://2130706433:${port}/x`],
  ] as const;

  it.each(away)('%s are not followed, nor after two more redirects', async (_, target) => {
    for (const hops of [1, 3]) {
      const { status, code } = await ask(open, `/t/w=8/${via(target(), hops)}`);
      expect([status, code]).toEqual([403, 'redirect_forbidden']);
    }
    expect(contacts).toBe(0);
  });

  it.each(['file:///etc/passwd', 'data:image/png;base64,AAAA', 'ftp://127.0.0.1/x'])(
    'to %s are not followed',
    async (target) => {
      const { code } = await ask(open, `/t/w=8/${via(target)}`);
      expect(['redirect_forbidden', 'source_unreachable']).toContain(code);
    },
  );

  it('are followed within the list, relative ones too, three at most', async () => {
    for (const path of [via('/picture/1'), via(`${source.origin}/picture/2`), '/chain/3']) {
      const address = path.startsWith('/') ? `${source.origin}${path}` : path;
      expect((await ask(open, `/t/w=8,f=png/${address}`)).status).toBe(200);
    }
    for (const path of ['/chain/4', '/loop']) {
      const { status, code } = await ask(open, `/t/w=8/${source.origin}${path}`);
      expect([status, code]).toEqual([502, 'too_many_redirects']);
    }
  });
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
  it('nothing forbidden has been contacted, both Workers work, and most answers came quickly', async () => {
    expect(contacts).toBe(0);
    for (const worker of [open, strict]) expect((await ask(worker, '/health')).status).toBe(200);
    times.sort((a, b) => a - b);
    expect(times[times.length >> 1]).toBeLessThan(300);
  });

  it('no connection to the source is open, and none was read much further than the limit', async () => {
    await expect.poll(source.open, { timeout: 10_000 }).toBe(0);
    // The endless and the large answers, twice each; sockets have buffers of some megabytes.
    expect(source.sent()).toBeLessThan(100 * MIB);
  });

  it('the canary records a contact', async () => {
    await fetch(`http://127.0.0.1:${port}/`);
    expect(contacts).toBe(1);
  });
});
