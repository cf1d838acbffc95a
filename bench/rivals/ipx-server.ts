// A process that serves IPX on a folder, and what IPX has no modifiers for by sharp: mosaics, and WebP of a given effort.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createIPX, createIPXNodeServer, ipxFSStorage } from 'ipx';
import sharp from 'sharp';

const folder = process.argv[2] as string;
const serveIpx = createIPXNodeServer(createIPX({ storage: ipxFSStorage({ dir: folder }) }));

/**
 * A mosaic as sharp can make it: shrink to one pixel per block, enlarge with hard edges. A pipeline resizes only once, so
 * there are two, with raw pixels between them (three if the picture is resized first).
 */
async function mosaic(query: URLSearchParams): Promise<Buffer> {
  const [w, h, block] = ['w', 'h', 'block'].map((name) => Number(query.get(name))) as Three;
  const source = sharp(join(folder, query.get('file') as string));
  const first = query.has('cover') ? await raw(source.resize(w, h, { fit: 'cover' })) : source;
  const small = await raw(first.resize(w / block, h / block, { fit: 'fill', kernel: 'linear' }));
  const large = small.resize(w, h, { kernel: 'nearest' });
  const webp = query.get('format') === 'webp';
  // With a quality sharp would reduce a PNG to a palette, which takes much longer.
  return (webp ? large.webp({ quality: 85 }) : large.png()).toBuffer();
}

type Three = [number, number, number];

async function raw(pipeline: sharp.Sharp): Promise<sharp.Sharp> {
  const { data, info } = await pipeline.raw().toBuffer({ resolveWithObject: true });
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } });
}

/** The picture at a width, as WebP with an effort, which IPX cannot be given. */
const webp = (query: URLSearchParams): Promise<Buffer> =>
  sharp(join(folder, query.get('file')!))
    .resize(Number(query.get('w')))
    .webp({ quality: 85, effort: Number(query.get('effort')) })
    .toBuffer();

const drawn: Record<string, (query: URLSearchParams) => Promise<Buffer>> = {
  '/mosaic': mosaic,
  '/webp': webp,
};

const server = createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  if (url.pathname === '/health') return void response.end('ok');
  const draw = drawn[url.pathname];
  if (!draw) return void serveIpx(request, response);
  draw(url.searchParams).then(
    (bytes) => response.end(bytes),
    (error) => response.writeHead(500).end(String(error)),
  );
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ port: (server.address() as AddressInfo).port, threads: sharp.concurrency() });
});
// Ends when the benchmark ends, also if it crashes.
process.on('disconnect', () => process.exit(0));
