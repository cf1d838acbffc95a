// Counters of the backend, and their text for Prometheus.
import type { JobLine } from '../jobs/protocol.ts';
import { type Family, type Labels, metricsText, type Sample } from '../prometheus.ts';
import type { RendererPool } from './pool/pool.ts';
import type { JobTable } from './table/table.ts';

export type BackendMetrics = {
  /** Counts an answered request. */
  requested: (method: string, status: number) => void;
  /** Counts a job that ended with this line. */
  ended: (line: JobLine) => void;
  /** All metrics in Prometheus' text format. */
  text: (table: JobTable, pool: RendererPool) => string;
};

/** All counters at zero. */
export function createBackendMetrics(): BackendMetrics {
  const requests = createCounts();
  const outcomes = createCounts();
  let seconds = 0;
  return {
    requested: (method, status) => requests.add({ method, status: String(status) }),
    ended(line) {
      outcomes.add({ outcome: line.type, ...(line.type === 'error' && { code: line.code }) });
      if ('seconds' in line) seconds += line.seconds;
    },
    text(table, pool) {
      const { ready, busy, restarts, memoryBytes } = pool.state();
      const device = pool.device();
      return metricsText([
        counter('requests_total', 'Requests by method and status.', requests.samples()),
        counter('jobs_ended_total', 'Jobs that ended, by outcome.', outcomes.samples()),
        gauge('jobs', 'Jobs by stage.', labelled('stage', table.state())),
        gauge('renderers', 'Processes that render.', labelled('state', { ready, busy })),
        counter('renderer_restarts_total', 'Renderers started again.', [single(restarts)]),
        gauge('renderer_memory_bytes', 'Resident memory of all renderers.', [single(memoryBytes)]),
        counter('render_seconds_total', 'Seconds that jobs rendered.', [single(seconds)]),
        gauge(
          'device_gflops',
          'Speed that the self-test measured, in 10⁹ operations per second.',
          device ? [{ labels: { kind: device.kind }, value: device.gflops }] : [],
        ),
      ]);
    },
  };
}

type Counts = { add: (labels: Labels) => void; samples: () => Sample[] };

/** Counts by their labels. */
function createCounts(): Counts {
  const counts = new Map<string, { labels: Labels; value: number }>();
  return {
    add(labels) {
      const key = JSON.stringify(labels);
      counts.set(key, { labels, value: (counts.get(key)?.value ?? 0) + 1 });
    },
    samples: () => [...counts.values()],
  };
}

const single = (value: number): Sample => ({ labels: {}, value });

const labelled = (name: string, counts: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(counts).map(([label, value]) => ({ labels: { [name]: label }, value }));

const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name: `tessera_gpu_${name}`,
  help,
  samples,
  type: 'counter',
});

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name: `tessera_gpu_${name}`,
  help,
  samples,
  type: 'gauge',
});
