// A web server of pictures that counts requests and can be controlled by a test.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type PictureServer = {
  /** `127.0.0.1:<port>`. */
  host: string;
  /** Requests by path, query included. */
  counts: Map<string, number>;
  /** `Cache-Control` of the last request by path, query included. */
  controls: Map<string, string | undefined>;
  /** How it answers from now on. */
  manner: {
    status: number;
    etag: string | undefined;
    /** Milliseconds before an answer. */
    delay: number;
    body: Uint8Array;
  };
  close: () => Promise<void>;
};

/** Serves the picture at every path; 304 if the client already has it. */
export async function servePictures(body: Uint8Array): Promise<PictureServer> {
  const counts = new Map<string, number>();
  const controls: PictureServer['controls'] = new Map();
  const manner: PictureServer['manner'] = { status: 200, etag: undefined, delay: 0, body };
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    counts.set(path, (counts.get(path) ?? 0) + 1);
    controls.set(path, request.headers['cache-control']);
    setTimeout(() => {
      const { status, etag } = manner;
      const known = etag !== undefined && request.headers['if-none-match'] === etag;
      response.writeHead(known && status === 200 ? 304 : status, { ...(etag && { ETag: etag }) });
      response.end(known ? undefined : manner.body);
    }, manner.delay);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    controls,
    manner,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
