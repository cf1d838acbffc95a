// Many clients at once: throughput and latency of mixed requests, and of four times the load that the Worker can serve.
import { startBundledWorker } from '../../test/helpers/servers/bundled-worker.ts';
import { closing } from '../measure/cleanup.ts';
import type { Effort } from '../measure/effort.ts';
import { atMost, type Outcome, rounded, type Table } from '../measure/report.ts';
import { offline } from '../measure/runtime.ts';
import { within } from '../measure/time-limit.ts';
import { largePhoto } from '../pictures/photos.ts';

const SECONDS = 12;
const QUICK_SECONDS = 0.3;
const CLIENTS = [1, 8, 32];
const WARM_UP_REQUESTS = 100;
const OVERLOAD_FACTOR = 4;
const HEALTH_EVERY_MS = 50;
/** The longest codec call or kernel of this mix, which cannot be interrupted. */
const UNINTERRUPTIBLE_MS = 100;

type Answer = { kind: string; status: number; ms: number };
type Ask = () => Promise<Answer>;

export async function load({ rounds, first, quick }: Effort): Promise<Outcome> {
  Object.assign(process.env, offline);
  const seconds = quick ? QUICK_SECONDS : SECONDS;
  const photo = await largePhoto(2048, 1536);
  const worker = await within(120, 'building and starting the Worker', startBundledWorker());
  return closing(worker.close, async () => {
    const mix = createMix(worker.url, photo);
    for (let i = 0; i < rounds(WARM_UP_REQUESTS); i++) await mix();
    const steady: (string | number)[][] = [];
    for (const clients of first(2, CLIENTS)) {
      const { answers, took } = await closedLoop(mix, clients, seconds);
      steady.push([`${clients}`, ...summary(answers, took)]);
    }
    // A cached answer costs the proxy in front of the Worker as much as the Worker, so the overload has none.
    const work = createMix(worker.url, photo, false);
    const { answers: done, took: workTook } = await closedLoop(work, 8, seconds);
    const able = done.filter(({ status }) => status === 200).length / workTook;
    const health: Answer[] = [];
    const ask = () => timed('health', new URL('/health', worker.url), {});
    const rate = OVERLOAD_FACTOR * able;
    const [{ answers, took }] = await Promise.all([
      openLoop(work, rate, seconds),
      openLoop(ask, 1000 / HEALTH_EVERY_MS, seconds).then((found) => health.push(...found.answers)),
    ]);
    const busy = answers.filter(({ status }) => status === 429);
    const broken = [...answers, ...health].filter(({ status }) => status >= 500 && status !== 503);
    return {
      tables: [
        {
          title: `Closed loop, ${seconds} s each`,
          columns: [
            'clients',
            'answers/s',
            'pictures/s',
            'p50 ms',
            'p95 ms',
            'p99 ms',
            '429',
            'other',
          ],
          rows: steady,
        },
        byKind(
          answers,
          `${OVERLOAD_FACTOR} times the requests that it can serve (${rounded(rate)} requests/s for ${seconds} s)`,
        ),
        {
          title: 'During the overload',
          columns: ['', 'answers', 'p50 ms', 'p95 ms', 'p99 ms'],
          rows: [
            ['`/health`', health.length, ...percentiles(health)],
            ['429', busy.length, ...percentiles(busy)],
          ],
        },
      ],
      targets: [
        atMost(
          '`/health` p99 under overload',
          100 + UNINTERRUPTIBLE_MS,
          percentile(health, 0.99),
          'ms',
        ),
        atMost('429 p99 under overload', 100 + UNINTERRUPTIBLE_MS, percentile(busy, 0.99), 'ms'),
        atMost('answers with status 500 or more, except 503', 0, broken.length, ''),
      ],
      notes: [
        'in the first table, half of the requests are for cached pictures; the others are all different: thumbnails of samples, uploads of a 3-megapixel photo, pixelations, and one hybrid in twenty; the overload has no cached requests',
        `the client runs on the same cores; the overload took ${rounded(took)} s from the first request to the last answer`,
      ],
    };
  });
}

/** Requests in a fixed order. Those that the cache must not answer differ in their size. */
function createMix(base: URL, photo: Uint8Array, cached = true): Ask {
  let n = 0;
  const get = (kind: string, path: string): Promise<Answer> => timed(kind, new URL(path, base), {});
  return () => {
    const i = n++;
    // A pair of width and height repeats after 90,000 requests.
    const unique = `w=${(cached ? 100 : 101) + (i % 300)},h=${(cached ? 100 : 400) + (Math.floor(i / 300) % 300)},fit=cover`;
    const turn = i % 20;
    if (cached && turn % 2 === 0)
      return get('cached', `/t/w=${100 + turn}/f=webp/asset:landscape.jpg`);
    if (turn === 1)
      return get('hybrid', `/t/${unique}/hybrid,far=asset:bust.jpg/f=webp/asset:chess.jpg`);
    if (turn % 8 === 3)
      return get('pixelate', `/t/${unique}/pixelate,block=8/f=webp/asset:chess.jpg`);
    if (turn % 8 === 5)
      return timed('upload', new URL(`/t/${unique}/f=jpeg`, base), {
        method: 'POST',
        headers: { 'Content-Type': 'image/jpeg' },
        body: photo as Uint8Array<ArrayBuffer>,
      });
    return get('thumbnail', `/t/${unique}/f=webp/asset:landscape.jpg`);
  };
}

async function timed(kind: string, url: URL, init: RequestInit): Promise<Answer> {
  const began = performance.now();
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(60_000) });
    await response.arrayBuffer();
    return { kind, status: response.status, ms: performance.now() - began };
  } catch {
    return { kind, status: 599, ms: performance.now() - began };
  }
}

type Run = { answers: Answer[]; took: number };

/** Clients that send the next request when the last one is answered. */
async function closedLoop(ask: Ask, clients: number, seconds: number): Promise<Run> {
  const answers: Answer[] = [];
  const began = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - began < 1000 * seconds) answers.push(await ask());
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { answers, took: (performance.now() - began) / 1000 };
}

/** Requests at a fixed rate, without waiting for answers. */
async function openLoop(ask: Ask, rate: number, seconds: number): Promise<Run> {
  const sent: Promise<Answer>[] = [];
  const began = performance.now();
  while (performance.now() - began < 1000 * seconds) {
    const due = ((performance.now() - began) / 1000) * rate;
    while (sent.length < due) sent.push(ask());
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const answers = await Promise.all(sent);
  return { answers, took: (performance.now() - began) / 1000 };
}

function summary(answers: readonly Answer[], took: number): (string | number)[] {
  const good = answers.filter(({ status }) => status === 200);
  const share = (count: number): string => `${((100 * count) / answers.length).toFixed(1)} %`;
  const busy = answers.filter(({ status }) => status === 429).length;
  return [
    rounded(answers.length / took),
    rounded(good.length / took),
    ...percentiles(good),
    share(busy),
    share(answers.length - good.length - busy),
  ];
}

function byKind(answers: readonly Answer[], title: string): Table {
  const kinds = [...new Set(answers.map(({ kind }) => kind))];
  return {
    title,
    columns: ['', 'answers', '200', '429', 'other', 'p50 ms of 200', 'p95 ms', 'p99 ms'],
    rows: kinds.map((kind) => {
      const all = answers.filter((answer) => answer.kind === kind);
      const good = all.filter(({ status }) => status === 200);
      const busy = all.filter(({ status }) => status === 429);
      const other = all.length - good.length - busy.length;
      return [kind, all.length, good.length, busy.length, other, ...percentiles(good)];
    }),
  };
}

const percentiles = (answers: readonly Answer[]): number[] =>
  [0.5, 0.95, 0.99].map((share) => rounded(percentile(answers, share)));

function percentile(answers: readonly Answer[], share: number): number {
  const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}
