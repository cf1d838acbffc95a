import { deflateSync } from 'node:zlib';
import { resetHighWater, resident } from '../../bench/resident.ts';
import { startBundledWorker } from '../helpers/bundled-worker.ts';
import { hash32 } from '../helpers/golden-images.ts';
import { pngChunk } from '../helpers/make-image-files.ts';
import { pngOf } from './corpus-bombs.ts';
import { runtimePids } from './try-file.ts';

const [width, height] = [2400, 2400];
const make = (f: (i: number) => number) => {
  const raw = new Uint8Array(height * (3 * width + 1));
  for (let i = 0; i < raw.length; i++) raw[i] = i % (3 * width + 1) === 0 ? 0 : f(i);
  return pngOf({ width, height, colorType: 2 }, [pngChunk('IDAT', deflateSync(raw, { level: 6 }))]);
};
const files = {
  noise: make((i) => hash32(i)),
  halfnoise: make((i) => hash32(i) & 15),
  smooth: make((i) => ((i / 300) | 0) & 255),
  turning: make((i) => (i < 3e6 ? hash32(i) & 255 : 0)),
};
const worker = await startBundledWorker({ RATE_LIMIT: 'off' });
const go = async (b: Uint8Array) => {
  const a = performance.now();
  const r = await worker.fetch('/t/w=64,f=png', {
    method: 'POST',
    body: b as any,
    headers: { 'content-type': 'image/x' },
  });
  const t = await r.arrayBuffer();
  if (r.status !== 200) throw new Error(Buffer.from(t).toString());
  return [performance.now() - a, r.headers.get('server-timing')] as const;
};
await go(files.smooth);
const pids = runtimePids();
for (const [name, b] of Object.entries(files)) {
  const ts: number[] = [];
  let st;
  const before = resident(pids, 'VmRSS');
  resetHighWater(pids);
  for (let i = 0; i < 5; i++) {
    const r = await go(b);
    ts.push(r[0]);
    st = r[1];
  }
  console.log(
    name,
    b.length,
    ts
      .sort((x, y) => x - y)
      .map((t) => t.toFixed(0))
      .join(' '),
    st,
    ((resident(pids, 'VmHWM') - before) / 2 ** 20).toFixed(0) + ' MiB over',
  );
}
await worker.close();
