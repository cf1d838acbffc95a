// Counters of the backend, and their text for Prometheus.
import type { JobLine } from '../jobs/protocol.ts';
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
  const requests = new Map<string, number>();
  const outcomes = new Map<string, number>();
  let seconds = 0;
  const add = (counts: Map<string, number>, labels: string): void => {
    counts.set(labels, (counts.get(labels) ?? 0) + 1);
  };
  return {
    requested: (method, status) => add(requests, `method="${method}",status="${status}"`),
    ended(line) {
      add(outcomes, `outcome="${line.type}"${line.type === 'error' ? `,code="${line.code}"` : ''}`);
      if ('seconds' in line) seconds += line.seconds;
    },
    text(table, pool) {
      const jobs = Object.entries(table.state());
      const { ready, busy, restarts, memoryBytes } = pool.state();
      const device = pool.device();
      return [
        ...family('requests_total', 'counter', 'Requests by method and status.', requests),
        ...family('jobs_ended_total', 'counter', 'Jobs that ended, by outcome.', outcomes),
        ...family('jobs', 'gauge', 'Jobs by stage.', labelled('stage', jobs)),
        ...family(
          'renderers',
          'gauge',
          'Processes that render.',
          labelled('state', [
            ['ready', ready],
            ['busy', busy],
          ]),
        ),
        ...family('renderer_restarts_total', 'counter', 'Renderers started again.', [
          ['', restarts],
        ]),
        ...family('renderer_memory_bytes', 'gauge', 'Resident memory of all renderers.', [
          ['', memoryBytes],
        ]),
        ...family('render_seconds_total', 'counter', 'Seconds that jobs rendered.', [
          ['', seconds],
        ]),
        ...family(
          'device_gflops',
          'gauge',
          'What the self-test measured.',
          device ? [[`kind="${device.kind}"`, device.gflops]] : [],
        ),
        '',
      ].join('\n');
    },
  };
}

const labelled = (name: string, counts: readonly (readonly [string, number])[]) =>
  counts.map(([value, n]) => [`${name}="${value}"`, n] as const);

function family(
  name: string,
  type: 'counter' | 'gauge',
  help: string,
  samples: Iterable<readonly [labels: string, value: number]>,
): string[] {
  const full = `tessera_gpu_${name}`;
  return [
    `# HELP ${full} ${help}`,
    `# TYPE ${full} ${type}`,
    ...[...samples].map(([labels, value]) => `${full}${labels && `{${labels}}`} ${value}`),
  ];
}
