import { describe, expect, it } from 'vitest';
import { paint } from '../../helpers/files/pictures.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import {
  asOption,
  createInMemoryService,
  PICTURES,
} from '../../helpers/services/in-memory-service.ts';
import { parseExposition } from './parse-exposition.ts';

const codecs = await loadCodecs();
const file = await codecs.png.encode(
  paint({ width: 64, height: 48 }, (x, y) => [4 * x, 5 * y, 0]),
  { quality: 85 },
);
const secret = `${PICTURES}secret-place.png?token=hush`;
const setUp = () => createInMemoryService({ codecs, pictures: { [secret]: file } });

describe('the log of the application', () => {
  it('has one line for each request, successful or not', async () => {
    const service = setUp();
    const image = { 'Content-Type': 'image/png' };
    const body = file as Uint8Array<ArrayBuffer>;
    const asked: [string, RequestInit?][] = [
      [`/t/w=16/pixelate/${secret}`],
      [`/t/w=16/pixelate/${secret}`],
      ['/t/w=16', { method: 'POST', body, headers: image }],
      ['/t/w=0/asset:a.png'],
      [`/t/w=1/${PICTURES}gone.png`],
      ['/v1/effects'],
      ['/nowhere'],
      ['/t/w=1', { method: 'PUT' }],
    ];
    const ids: (string | null)[] = [];
    for (const [path, init] of asked) {
      ids.push((await service.ask(path, init)).headers.get('x-request-id'));
    }
    expect(service.lines.map(({ event }) => event)).toEqual(asked.map(() => 'request'));
    expect(service.lines.map(({ id }) => id)).toEqual(ids);
    const told = service.lines.map(({ method, route, status, code, cache }) => [
      method,
      route,
      status,
      code ?? cache ?? '',
    ]);
    expect(told).toEqual([
      ['GET', 'transform', 200, 'miss'],
      ['GET', 'transform', 200, 'hit'],
      ['POST', 'upload', 200, ''],
      ['GET', 'transform', 400, 'bad_option'],
      ['GET', 'transform', 404, 'source_missing'],
      ['GET', 'effects', 200, ''],
      ['GET', 'other', 404, 'not_found'],
      ['PUT', 'other', 405, 'method_not_allowed'],
    ]);
  });

  it('has the predicted and the measured cost of a picture', async () => {
    const service = setUp();
    const answer = await service.ask(`/t/w=16,f=webp/pixelate/${secret}`);
    const [line] = service.lines;
    expect(line).toMatchObject({
      plan: ['resize', 'pixelate'],
      format: 'webp',
      bytesIn: file.length,
      bytesOut: (await answer.arrayBuffer()).byteLength,
      size: { width: 16, height: 12 },
    });
    const { predicted, steps } = line as {
      predicted: { ms: number; bytes: number; work: Record<string, number> };
      steps: { name: string }[];
    };
    expect(predicted.ms).toBeGreaterThan(0);
    expect(predicted.bytes).toBeGreaterThan(4 * 64 * 48);
    expect(Object.keys(predicted.work).some((term) => term.startsWith('png.decode.'))).toBe(true);
    expect(steps.map(({ name }) => name)).toEqual(['resize', 'pixelate']);
  });

  it('does not name the sources', async () => {
    const service = setUp();
    const hidden = asOption(secret);
    const asked: [string, number][] = [
      [`/t/w=16/${secret}`, 200],
      [`/t/w=17/${encodeURIComponent(secret)}`, 200],
      [`/t/w=18/${hidden}`, 200],
      [`/t/hybrid,far=${hidden}/${secret}`, 200],
      ['/t/w=1/https://elsewhere.example/secret-place.png', 403],
      [`/t/w=bad/${secret}`, 400],
      [`/t/w=1/${PICTURES}secret-place-that-is-gone.png`, 404],
      ['/secret-place', 404],
    ];
    for (const [path, status] of asked) {
      expect([path, (await service.ask(path)).status]).toEqual([path, status]);
    }
    expect(service.lines.length).toBe(asked.length);
    expect(JSON.stringify(service.lines)).not.toMatch(/secret|hush|example|b64|https?:/);
  });

  it('has no lines for health checks and scrapes, which are still counted', async () => {
    const service = setUp();
    await service.ask('/health');
    await service.ask('/metrics');
    expect(service.lines).toEqual([]);
    const text = await (await service.ask('/metrics')).text();
    const requests = parseExposition(text).get('tessera_requests_total')?.samples;
    expect(requests?.map(({ labels, value }) => [labels.route, labels.code, value])).toEqual([
      ['health', '200', 1],
      ['metrics', '200', 1],
    ]);
  });
});
