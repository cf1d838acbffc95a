// Counters of one isolate, for Prometheus.
import { type ErrorCode, errorCodes } from '../../errors.ts';
import type { JobState } from '../../jobs/job.ts';
import { type Family, metricsText, numberText, type Sample } from '../../prometheus.ts';
import { routeNames } from '../routes.ts';

export const cacheResults = ['hit', 'revalidated', 'miss'] as const;
export type CacheResult = (typeof cacheResults)[number];

/** How the decoder outside of the isolate answers: with a picture, that it does not take the file, or not. */
export const outsideResults = ['ok', 'refused', 'failed'] as const;
export type OutsideResult = (typeof outsideResults)[number];

export const workParts = ['decode', 'effects', 'encode'] as const;
export type WorkPart = (typeof workParts)[number];

/** Values sampled when metrics are read. */
export type Gauges = {
  /** Renders in progress. */
  inFlight: { exclusive: number; light: number };
  /** By account: requests waiting now, bytes held now, and the totals of requests refused as busy and of slots reclaimed. */
  accounts: Readonly<
    Record<'work' | 'encoded', { queued: number; bytes: number; refused: number; lost: number }>
  >;
  /** Sizes of WASM heaps by name, in bytes. */
  heaps: Readonly<Record<string, number>>;
};

export type Metrics = {
  /** An answered request; `code` is the error code if it has one, else the HTTP status. */
  request: (answer: { route: string; code: ErrorCode | number; seconds: number }) => void;
  cache: (result: CacheResult) => void;
  /** A picture that was to be decoded outside of the isolate. */
  outside: (result: OutsideResult) => void;
  /** A job that a request submitted or asked for, and its state in the answer. */
  job: (event: 'submitted' | 'asked', state: JobState) => void;
  /** Time of finished work, in seconds. */
  work: (part: WorkPart, seconds: { predicted: number; measured: number }) => void;
  /** Everything in Prometheus' text format. */
  text: () => string;
};

/** Upper bounds of the buckets of the duration histogram, in seconds. */
export const durationBuckets: readonly number[] = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
];

const STATUSES = [200, 202, 204, 304];
const codes = new Set<string>([...STATUSES.map(String), ...errorCodes]);
const knownRoutes = new Set(routeNames);

/** Counters at 0; each call of `text` calls `read`. */
export function createMetrics(read: () => Gauges): Metrics {
  const requests = new Map<string, Map<string, number>>();
  const durations = new Map<string, { counts: number[]; sum: number }>();
  const cached = { hit: 0, revalidated: 0, miss: 0 };
  const decodedOutside = { ok: 0, refused: 0, failed: 0 };
  const jobs = {
    submitted: { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0 },
    asked: { queued: 0, running: 0, succeeded: 0, failed: 0, canceled: 0 },
  };
  const worked = {
    predicted: { decode: 0, effects: 0, encode: 0 },
    measured: { decode: 0, effects: 0, encode: 0 },
  };

  return {
    request({ route: asked, code: answered, seconds }) {
      const route = knownRoutes.has(asked) ? asked : 'other';
      const code = codes.has(String(answered)) ? String(answered) : 'other';
      const byCode = requests.get(route) ?? new Map<string, number>();
      requests.set(route, byCode.set(code, (byCode.get(code) ?? 0) + 1));
      const spread = durations.get(route) ?? {
        counts: new Array<number>(durationBuckets.length + 1).fill(0),
        sum: 0,
      };
      durations.set(route, spread);
      const bucket = durationBuckets.findIndex((bound) => seconds <= bound);
      const index = bucket < 0 ? durationBuckets.length : bucket;
      spread.counts[index] = spread.counts[index]! + 1;
      spread.sum += seconds;
    },
    cache(result) {
      cached[result]++;
    },
    outside(result) {
      decodedOutside[result]++;
    },
    job(event, state) {
      jobs[event][state]++;
    },
    work(part, { predicted, measured }) {
      worked.predicted[part] += predicted;
      worked.measured[part] += measured;
    },
    text() {
      const { inFlight, accounts, heaps } = read();
      const perAccount = (of: (account: Gauges['accounts']['work']) => number): Sample[] =>
        byLabel('account', { work: of(accounts.work), encoded: of(accounts.encoded) });
      return metricsText([
        counter(
          'tessera_requests_total',
          'Requests answered, by route and by error code or status.',
          [...requests].flatMap(([route, byCode]) =>
            [...byCode].map(([code, value]) => ({ labels: { route, code }, value })),
          ),
        ),
        {
          name: 'tessera_request_seconds',
          help: 'Time to an answer. In production the clock stands still while code computes, so this is time spent waiting.',
          type: 'histogram',
          samples: [...durations].flatMap(([route, spread]) => histogram(route, spread)),
        },
        gauge('tessera_in_flight', 'Renders in progress.', byLabel('weight', inFlight)),
        gauge(
          'tessera_queue',
          'Requests that are waiting for a slot.',
          perAccount(({ queued }) => queued),
        ),
        counter(
          'tessera_busy_total',
          'Requests refused because the queue was full.',
          perAccount(({ refused }) => refused),
        ),
        counter(
          'tessera_lost_total',
          'Slots reclaimed from requests that ended without releasing them.',
          perAccount(({ lost }) => lost),
        ),
        counter(
          'tessera_cache_hits_total',
          'Requests by result of the cache lookup.',
          byLabel('result', cached),
        ),
        counter(
          'tessera_outside_total',
          'Pictures that were to be decoded outside of the isolate, by result.',
          byLabel('result', decodedOutside),
        ),
        counter(
          'tessera_jobs_submitted_total',
          'Submits, by state of the job; a job that existed before may be in any state.',
          byLabel('state', jobs.submitted),
        ),
        counter(
          'tessera_jobs_asked_total',
          'Requests about jobs, by state of the job.',
          byLabel('state', jobs.asked),
        ),
        gauge('tessera_heap_bytes', 'Sizes of WASM heaps.', byLabel('heap', heaps)),
        gauge(
          'tessera_reserved_bytes',
          'Bytes in use, by account.',
          perAccount(({ bytes }) => bytes),
        ),
        counter(
          'tessera_predicted_seconds_total',
          'Estimated compute time of finished work.',
          byLabel('part', worked.predicted),
        ),
        counter(
          'tessera_measured_seconds_total',
          'Measured compute time of finished work; about 0 in production, where the clock stands still meanwhile.',
          byLabel('part', worked.measured),
        ),
      ]);
    },
  };
}

const counter = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  help,
  type: 'counter',
  samples,
});

const gauge = (name: string, help: string, samples: readonly Sample[]): Family => ({
  name,
  help,
  type: 'gauge',
  samples,
});

const byLabel = (label: string, values: Readonly<Record<string, number>>): Sample[] =>
  Object.entries(values).map(([name, value]) => ({ labels: { [label]: name }, value }));

function histogram(
  route: string,
  { counts, sum }: { counts: readonly number[]; sum: number },
): Sample[] {
  let total = 0;
  const buckets = counts.map((count, i) => {
    total += count;
    const le = numberText(durationBuckets[i] ?? Number.POSITIVE_INFINITY);
    return { suffix: '_bucket', labels: { route, le }, value: total };
  });
  return [
    ...buckets,
    { suffix: '_sum', labels: { route }, value: sum },
    { suffix: '_count', labels: { route }, value: total },
  ];
}
