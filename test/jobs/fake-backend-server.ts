// The fake backend over HTTP, for Workers that run in a process of their own.
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { BackendKey } from '../../src/jobs/auth.ts';
import { createFakeBackend, type FakeBackend } from './fake-backend.ts';

export type FakeBackendServer = FakeBackend & { url: string; close: () => Promise<void> };

/** Listens on `port`, or on a free one. */
export async function startFakeBackend(
  keys: readonly BackendKey[],
  options: Parameters<typeof createFakeBackend>[1] & { port?: number } = {},
): Promise<FakeBackendServer> {
  const backend = createFakeBackend(keys, options);
  const server = createServer(async (incoming, outgoing) => {
    try {
      const response = await backend.fetch(requestOf(incoming));
      outgoing.writeHead(response.status, Object.fromEntries(response.headers));
      outgoing.flushHeaders();
      if (response.body) Readable.fromWeb(response.body as never).pipe(outgoing);
      else outgoing.end();
    } catch {
      outgoing.destroy();
    }
  });
  await new Promise<void>((resolve) =>
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve()),
  );
  return Object.assign(backend, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
}

function requestOf(incoming: IncomingMessage): Request {
  const { method = 'GET', headers, url = '/' } = incoming;
  const hasBody = method === 'PUT';
  return new Request(`http://backend.test${url}`, {
    method,
    headers: headers as Record<string, string>,
    ...(hasBody && { body: Readable.toWeb(incoming), duplex: 'half' }),
  } as RequestInit);
}
