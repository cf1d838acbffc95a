// Addresses that hostile clients name to the bundled Worker: nothing forbidden is contacted, in no spelling and through no redirect.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BundledWorker, startBundledWorker } from '../helpers/servers/bundled-worker.ts';
import { ask, base64, limits, startSource } from './ask-worker.ts';
import type { HostileServer } from './hostile-server.ts';

/** A server that must never be contacted. */
const canary = createServer((_, response) => void response.end('picture'));
let contacts = 0;
canary.on('connection', () => contacts++);

let port: number;
let source: HostileServer;
/** A Worker that allows private addresses on its list, which has only the source server. */
let open: BundledWorker;
/** A Worker with the canary on its list, and without private addresses. */
let strict: BundledWorker;

beforeAll(async () => {
  source = await startSource();
  await new Promise<void>((resolve) => canary.listen(0, resolve));
  ({ port } = canary.address() as AddressInfo);
  const hosts = ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0'];
  open = await startBundledWorker({
    ...limits,
    ALLOWED_SOURCES: [
      `${source.origin}/`,
      `http://localhost:${new URL(source.origin).port}/only`,
    ].join(),
    ALLOW_PRIVATE_SOURCES: 'true',
  });
  strict = await startBundledWorker({
    ...limits,
    ALLOWED_SOURCES: hosts.map((host) => `http://${host}:${port}/`).join(),
  });
  for (const { fetch } of [open, strict]) await (await fetch('/t/w=8/asset:chess.jpg')).text();
});

afterAll(async () => {
  canary.close();
  await Promise.all([open?.close(), strict?.close(), source?.close()]);
});

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

describe('in the end', () => {
  it('nothing forbidden has been contacted, and both Workers work', async () => {
    expect(contacts).toBe(0);
    for (const worker of [open, strict]) expect((await ask(worker, '/health')).status).toBe(200);
  });

  it('the canary records a contact', async () => {
    await fetch(`http://127.0.0.1:${port}/`);
    expect(contacts).toBe(1);
  });
});
