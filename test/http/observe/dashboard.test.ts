// The dashboard in docs/grafana.json shows metrics that exist.
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { createBackendMetrics } from '../../../src/gpu/metrics.ts';
import { createMetrics } from '../../../src/http/observe/metrics.ts';

type Panel = { title: string; targets?: { expr: string }[]; gridPos: { w: number; x: number } };

const dashboard = JSON.parse(
  await readFile(new URL('../../../docs/grafana.json', import.meta.url), 'utf8'),
) as { panels: Panel[]; templating: { list: { query: string }[] } };

const account = { queued: 1, bytes: 1, refused: 1, lost: 1 };
const ofWorker = createMetrics(() => ({
  inFlight: { exclusive: 1, light: 1 },
  accounts: { work: account, encoded: account },
  heaps: { all: 1 },
}));
ofWorker.request({ route: 'transform', code: 200, seconds: 1 });
const ofBackend = createBackendMetrics();
ofBackend.requested('GET', 200);
ofBackend.ended({ type: 'error', code: 'internal', message: '', retryable: true, seconds: 1 });
const device = { kind: 'cpu', name: 'a', gflops: 1, notes: [] };
const text = [
  ofWorker.text(),
  ofBackend.text(
    { state: () => ({ receiving: 0, queued: 0, running: 0, ended: 0 }) } as never,
    {
      device: () => device,
      state: () => ({ ready: 1, busy: 0, restarts: 0, memoryBytes: 1 }),
    } as never,
  ),
].join('\n');

/** Labels by the name of the sample, as a scrape gives them. */
const samples = new Map<string, Set<string>>();
for (const [, name, labels] of text.matchAll(/^(\w+)(?:\{(.*)\})? /gm)) {
  const known = samples.get(name!) ?? new Set<string>();
  for (const [, label] of (labels ?? '').matchAll(/(\w+)="/g)) known.add(label!);
  samples.set(name!, known);
}
/** What a scrape adds. */
const ADDED = ['job', 'instance', 'le'];

const expressions = dashboard.panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ title, expr })),
);
const queries = dashboard.templating.list.map(({ query }) => query);
const namesIn = (expr: string): string[] => expr.match(/\btessera_\w+/g) ?? [];

describe('the dashboard', () => {
  it('names only metrics that the Worker or a backend has', () => {
    const named = [...expressions.map(({ expr }) => expr), ...queries].flatMap(namesIn);
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !samples.has(name))).toEqual([]);
  });

  it('shows each of them', () => {
    const named = new Set(expressions.flatMap(({ expr }) => namesIn(expr)));
    const missing = [...samples.keys()].filter((name) => !named.has(name));
    // Measured time is about 0 in production.
    const unneeded = ['request_seconds_sum', 'request_seconds_count', 'measured_seconds_total'];
    expect(missing).toEqual(unneeded.map((name) => `tessera_${name}`));
  });

  it('selects and groups by labels that these metrics have', () => {
    for (const { title, expr } of expressions) {
      const known = new Set([
        ...ADDED,
        ...namesIn(expr).flatMap((name) => [...samples.get(name)!]),
      ]);
      const grouped = [...expr.matchAll(/(?:by|ignoring|on) \(?([\w, ]+)\)/g)].flatMap(([, list]) =>
        list!.split(', '),
      );
      const selected = [...expr.matchAll(/(\w+)=~?"/g)].map(([, label]) => label!);
      for (const label of [...grouped, ...selected]) expect(known, title).toContain(label);
    }
  });
});
