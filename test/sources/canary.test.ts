// The source reader over real connections to hostile servers on the loopback interface.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseAllowList } from '../../src/sources/allow-list.ts';
import { createSourceReader, type SourceRules } from '../../src/sources/fetch-source.ts';

type Handler = (response: ServerResponse, request: IncomingMessage) => void;

const picture = Buffer.from('picture');
const megabyte = Buffer.alloc(1 << 20, 1);
let closed: Promise<void>;

/** Writes without end; `closed` settles when the other side disconnects. */
function endless(response: ServerResponse, headers: Record<string, string> = {}): void {
  closed = new Promise((resolve) => response.on('close', resolve));
  response.writeHead(200, headers);
  const write = () => {
    while (!response.destroyed && response.write(megabyte));
    if (!response.destroyed) response.once('drain', write);
  };
  write();
}

const handlers: Record<string, Handler> = {
  '/ok': (response) => response.writeHead(200, { etag: '"v1"' }).end(picture),
  '/text': (response) => response.writeHead(200, { 'content-type': 'text/html' }).end(picture),
  '/silent': (response) => {
    closed = new Promise((resolve) => response.on('close', resolve));
  },
  '/headers-only': (response) => response.writeHead(200).flushHeaders(),
  '/slow': (response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write('x'), 20);
    response.on('close', () => clearInterval(timer));
  },
  '/endless': (response) => endless(response),
  '/claims-200-mb': (response) => endless(response, { 'content-length': String(200 << 20) }),
  '/claims-less': (response) => {
    response.writeHead(200, { 'content-length': '3' }).flushHeaders();
    response.socket?.write(picture);
  },
  '/claims-more': (response) => {
    response.writeHead(200, { 'content-length': '700' }).flushHeaders();
    response.write(picture, () => response.socket?.end());
  },
  '/closed-midway': (response) => {
    response.writeHead(200);
    response.write(picture, () => response.socket?.destroy());
  },
  '/closed-at-once': (response) => response.socket?.destroy(),
  '/garbage': (response) => response.socket?.end('NOT HTTP\r\n\r\n'),
  '/gzip': (response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(megabyte));
  },
  '/cookie': (response) => response.writeHead(302, { location: '/ok', 'set-cookie': 'a=1' }).end(),
  '/relative': (response) => response.writeHead(307, { location: 'ok' }).end('moved'),
  '/loop': (response) => response.writeHead(302, { location: '/loop' }).end(),
  '/chain': (response) => response.writeHead(301, { location: '/chain2' }).end(),
  '/chain2': (response) => response.writeHead(302, { location: '/forbidden' }).end(),
  '/forbidden': (response) => response.writeHead(302, { location: `${canary.origin}/x` }).end(),
  '/no-content': (response) => response.writeHead(204).end(),
  '/missing': (response) => response.writeHead(404).end(),
  '/broken': (response) => response.writeHead(500).end(),
};

function startServer(handle: Handler) {
  const sockets = new Set<Socket>();
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    handle(response, request);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  const self = {
    origin: '',
    requests,
    sockets,
    start: () =>
      new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', () => {
          self.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
          resolve();
        });
      }),
    stop: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

const source = startServer((response, request) => handlers[request.url ?? '']?.(response, request));
const canary = startServer((response) => response.end(picture));

beforeAll(async () => {
  await Promise.all([source.start(), canary.start()]);
});

afterAll(async () => {
  await Promise.all([source.stop(), canary.stop()]);
});

beforeEach(() => {
  source.requests.length = 0;
});

async function read(path: string, rules: Partial<SourceRules> = {}): Promise<string> {
  const reader = createSourceReader(
    { fetch: (request) => fetch(request), asset: async () => undefined },
    {
      allowed: parseAllowList(source.origin),
      allowPrivate: true,
      maxBytes: 500_000,
      timeoutMs: 300,
      ...rules,
    },
  );
  const open = await reader.open({ kind: 'url', url: new URL(path, source.origin) });
  return Buffer.from(await open.read()).toString();
}

describe('a well-behaved source', () => {
  test.each(['/ok', '/text', '/relative', '/cookie'])('%s is read', async (path) => {
    expect(await read(path)).toBe('picture');
    for (const { headers } of source.requests) {
      expect(headers).toMatchObject({
        accept: 'image/*',
        'user-agent': 'Tessera',
        via: '1.1 tessera',
      });
      for (const name of ['cookie', 'authorization', 'forwarded', 'x-forwarded-for', 'referer']) {
        expect(headers).not.toHaveProperty(name);
      }
    }
  });
});

describe('a hostile source ends within its limits', () => {
  test.each([
    ['/silent', 'source_timeout'],
    ['/headers-only', 'source_timeout'],
    ['/slow', 'source_timeout'],
    ['/endless', 'too_many_bytes'],
    ['/claims-200-mb', 'too_many_bytes'],
    ['/gzip', 'too_many_bytes'],
    ['/claims-more', 'source_unreachable'],
    ['/closed-midway', 'source_unreachable'],
    ['/closed-at-once', 'source_unreachable'],
    ['/garbage', 'source_unreachable'],
    ['/no-content', 'source_unreachable'],
    ['/broken', 'source_unreachable'],
    ['/missing', 'source_missing'],
    ['/loop', 'too_many_redirects'],
    ['/chain', 'redirect_forbidden'],
    ['/forbidden', 'redirect_forbidden'],
  ])('%s is %s', async (path, code) => {
    const started = performance.now();
    await expect(read(path)).rejects.toMatchObject({ code });
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test('that sends more than it declares is cut or refused', async () => {
    const result = await read('/claims-less').catch((error) => error.code);
    expect(['pic', 'source_unreachable']).toContain(result);
  });

  test.each(['/silent', '/endless', '/claims-200-mb'])(
    '%s sees its connection closed',
    async (path) => {
      await expect(read(path)).rejects.toMatchObject({ param: 'source' });
      await closed;
    },
  );

  test('that does not exist is source_unreachable', async () => {
    const gone = startServer(() => {});
    await gone.start();
    await gone.stop();
    const allowed = parseAllowList(gone.origin);
    await expect(read(gone.origin, { allowed })).rejects.toMatchObject({
      code: 'source_unreachable',
      retryable: true,
    });
  });
});

describe('a forbidden address is never contacted', () => {
  test('by address, by allow-list or through redirects', async () => {
    const { port } = new URL(canary.origin);
    for (const host of [
      '127.0.0.1',
      'localhost',
      '2130706433',
      '0x7f.1',
      '0',
      '[::ffff:127.0.0.1]',
    ]) {
      const url = `http://${host}:${port}/x`;
      const onTheList = { allowed: parseAllowList(url), allowPrivate: false };
      const offTheList = { allowed: parseAllowList(source.origin), allowPrivate: true };
      for (const rules of [onTheList, offTheList]) {
        await expect(read(url, rules)).rejects.toMatchObject({ code: 'source_forbidden' });
      }
    }
    await expect(read('/chain')).rejects.toMatchObject({ code: 'redirect_forbidden' });
    expect([canary.requests.length, canary.sockets.size]).toEqual([0, 0]);
  });
});

describe('the canary', () => {
  test('records a contact', async () => {
    const allowed = parseAllowList(canary.origin);
    expect(await read(`${canary.origin}/x`, { allowed })).toBe('picture');
    expect(canary.requests).toHaveLength(1);
  });
});
