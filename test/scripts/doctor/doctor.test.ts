// `npm run doctor` against a whole service, and against one that is broken in one way after another.
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { checkCaching } from '../../../scripts/doctor/caching.ts';
import { type Examination, examine } from '../../../scripts/doctor/examine.ts';
import type { Finding } from '../../../scripts/doctor/finding.ts';
import { checkHealth } from '../../../scripts/doctor/health.ts';
import { openInstance } from '../../../scripts/doctor/instance.ts';
import { checkMetrics } from '../../../scripts/doctor/metrics.ts';
import { parseSigningKeys } from '../../../src/signing.ts';
import { loadCodecs } from '../../helpers/services/codec-modules.ts';
import { createInMemoryService } from '../../helpers/services/in-memory-service.ts';
import { createJobWorld } from '../../jobs/job-world.ts';

const KEYS = '00ff:11ee';
const TOKEN = 'a-token-of-many-letters';
const [key] = parseSigningKeys(KEYS);
const chess = await readFile(new URL('../../../public/samples/chess.jpg', import.meta.url));

/** Changes an answer on its way, as something in front of the service would. */
type Break = (response: Response, path: string) => Response | Promise<Response>;

const open: Server[] = [];
const worlds: { close: () => void }[] = [];
afterAll(() => {
  for (const server of open) server.close();
  for (const world of worlds) world.close();
});

async function serve(
  vars: Record<string, string> = {},
  broken: Break = (response) => response,
  jobs?: ReturnType<typeof createJobWorld>['service'],
): Promise<string> {
  const service = createInMemoryService({
    codecs: await loadCodecs(),
    vars: { METRICS_TOKEN: TOKEN, ...vars },
    asset: async (name) => (name === 'chess.jpg' ? new Response(chess) : undefined),
    ...(jobs && { jobs }),
  });
  const server = createServer({ maxHeaderSize: 2 ** 16 }, async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { url = '', method = 'GET', headers } = request;
    const asked = await service.ask(url, {
      method,
      headers: headers as Record<string, string>,
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const answer = await broken(asked, url);
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const look = (url: string, options: Partial<Examination> = {}): Promise<Finding[]> =>
  examine(url, {
    key: undefined,
    metricsToken: TOKEN,
    plan: 'w=48/pixelate,block=6/f=png',
    timeoutMs: 5000,
    jobMs: 3000,
    jobs: true,
    ...options,
  });

/** The names of the checks with this verdict, each once. */
const named = (findings: readonly Finding[], verdict: Finding['verdict']): string[] => [
  ...new Set(findings.filter((one) => one.verdict === verdict).map(({ check }) => check)),
];

const edited = (response: Response, edit: (headers: Headers) => void): Response => {
  const headers = new Headers(response.headers);
  edit(headers);
  return new Response(response.body, { status: response.status, headers });
};

describe('a service in which nothing is wrong', () => {
  it('is fine for development without keys, and without jobs', async () => {
    const findings = await look(await serve({ METRICS_TOKEN: 'public' }));
    expect(findings.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
    expect(named(findings, 'good')).toEqual([
      ...['health', 'version', 'signing', 'metrics', 'urls', 'caching', 'validation'],
      ...['headers', 'limits', 'jobs'],
    ]);
  });

  it('is fine with keys and jobs, and as far as it can be seen without the key', async () => {
    const world = createJobWorld();
    worlds.push(world);
    const url = await serve({ SIGNING_KEYS: KEYS }, undefined, world.service);
    const findings = await look(url, { key });
    expect(findings.filter(({ verdict }) => verdict !== 'good')).toEqual([]);
    expect(findings.at(-1)?.found).toContain('a job was rendered');
    expect(named(await look(url), 'wrong')).toEqual([]);
    expect(named(await look(url), 'note')).toEqual(['signing']);
  });

  it('with presets only is looked at by the plan that is named', async () => {
    const url = await serve({ PRESETS: '{"thumb":"w=32"}', PRESETS_ONLY: 'true' });
    const some = await look(url);
    expect([named(some, 'note'), named(some, 'wrong')]).toEqual([['picture'], []]);
    const all = await look(url, { plan: 'p=thumb/f=png' });
    expect(named(all, 'wrong')).toEqual([]);
    expect(named(all, 'good')).toContain('caching');
  });
});

describe('what is wrong', () => {
  const without =
    (name: string): Break =>
    (response) =>
      edited(response, (headers) => headers.delete(name));
  const onPictures =
    (change: (headers: Headers) => void): Break =>
    (response, path) =>
      path.startsWith('/t/') && response.status === 200 ? edited(response, change) : response;
  const page = (status: number) => new Response('<h1>No</h1>', { status });

  it.each<[check: string, what: string, broken: Break]>([
    ['health', 'another host', () => page(200)],
    ['health', 'a wrong setting', () => page(500)],
    ['clock', 'another time', (r) => edited(r, (h) => h.set('date', new Date(0).toUTCString()))],
    ['picture', 'a firewall', (r, path) => (path.startsWith('/t/') ? page(403) : r)],
    [
      'urls',
      'a proxy that refuses slashes',
      (r, path) => (path.includes('//asset') ? page(404) : r),
    ],
    ['urls', 'a proxy that refuses escapes', (r, path) => (path.includes('%61') ? page(400) : r)],
    ['caching', 'no hits', onPictures((h) => h.delete('cache-status'))],
    ['caching', 'no caching', onPictures((h) => h.set('cache-control', 'private, no-store'))],
    ['validation', 'no tags', onPictures((h) => h.delete('etag'))],
    ['headers', 'a header less', without('x-content-type-options')],
    ['headers', 'a cookie', onPictures((h) => h.set('set-cookie', 'a=b'))],
    ['limits', 'an unknown effect', (r, path) => (path.includes('doctor/w=') ? page(200) : r)],
    ['limits', 'error pages of a host', (r) => (r.status === 400 ? page(400) : r)],
    [
      'limits',
      'stored errors',
      (r) => (r.status < 400 ? r : edited(r, (h) => h.set('cache-control', 'max-age=9'))),
    ],
    ['jobs', 'an error', (r, path) => (path === '/v1/jobs' ? page(500) : r)],
  ])('is found: %s, %s', async (check, _, broken) => {
    const findings = await look(await serve({}, broken));
    expect(named(findings, 'wrong')).toEqual([check]);
    for (const { verdict, fix } of findings) if (verdict === 'wrong') expect(fix).toBeTruthy();
  });

  it('is found: an instance that does not answer, or not in time', async () => {
    expect(named(await look('http://127.0.0.1:9'), 'wrong')).toEqual(['health']);
    const never: Break = (response, path) =>
      path.startsWith('/t/') ? new Promise<Response>(() => {}) : response;
    const findings = await look(await serve({}, never), { timeoutMs: 300 });
    expect(named(findings, 'wrong')).toEqual(['signing']);
    expect(findings.find(({ verdict }) => verdict === 'wrong')?.found).toContain('within 0.3 s');
  });

  it('is found: keys that differ, keys that are missing, and URLs that outlive their expiry', async () => {
    const [other] = parseSigningKeys('22:33');
    const url = await serve({ SIGNING_KEYS: KEYS });
    expect(named(await look(url, { key: other }), 'wrong')).toEqual(['signing']);
    expect(named(await look(await serve(), { key }), 'wrong')).toEqual(['signing']);
    const stale: Break = (response, path) => (path.includes('exp=') ? page(200) : response);
    const cached = await serve({ SIGNING_KEYS: KEYS }, stale);
    expect(named(await look(cached, { key }), 'wrong')).toEqual(['expiry']);
  });

  it('is found: another token for metrics, and a public instance whose URLs are not encrypted', async () => {
    const url = await serve();
    expect(named(await look(url, { metricsToken: 'another' }), 'wrong')).toEqual(['metrics']);
    const real = openInstance(url, { key: undefined, plan: 'f=png', timeoutMs: 1000 });
    const instance = { ...real, local: false, origin: 'http://img.example.com' };
    const { findings } = await checkHealth(instance, Date.now);
    expect(named(findings, 'wrong')).toEqual(['health']);
    const publicly = { ...instance, ask: async () => real.ask('/health') };
    expect((await checkMetrics(publicly, undefined)).verdict).toBe('note');
  });

  it('is not that nothing is cached at workers.dev, where nothing ever is', async () => {
    const real = openInstance(
      await serve(
        {},
        onPictures((h) => h.delete('cache-status')),
      ),
      {
        ...{ key: undefined, plan: 'w=16/f=png', timeoutMs: 5000 },
      },
    );
    const instance = { ...real, origin: 'https://tessera-staging.sub.workers.dev' };
    const findings = await checkCaching(instance, async () => {});
    expect([named(findings, 'note'), named(findings, 'wrong')]).toEqual([['caching'], []]);
  });

  it.each([
    ['fails', ['refuse', 'refuse', 'refuse', 'refuse'], /failed: backend_unavailable/],
    ['does not end', ['slow'], /still running/],
  ] as const)('is found: a job that %s', async (_, acts, found) => {
    const world = createJobWorld();
    worlds.push(world);
    world.fakes[0]?.acts.push(...acts);
    const findings = await look(await serve({}, undefined, world.service), { jobMs: 1000 });
    expect(named(findings, 'wrong')).toEqual(['jobs']);
    expect(findings.at(-1)?.found).toMatch(found);
  });
});
