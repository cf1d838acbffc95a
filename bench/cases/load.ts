// Many clients at once: throughput and latencies of mixed requests, and what happens under four times what fits.
import { startBundledWorker } from '../../test/helpers/servers/bundled-worker.ts';
import { closing } from '../measure/cleanup.ts';
import { atMost, type Outcome, rounded, type Table } from '../measure/report.ts';
import { offline } from '../measure/runtime.ts';
import { within } from '../measure/time-limit.ts';
import { largePhoto } from '../pictures/photos.ts';

const SECONDS = 12;
const CLIENTS = [1, 8, 32];
const OVERLOAD = 4;
const HEALTH_EVERY_MS = 50;
/** The longest codec call or kernel of this mix, by the table of `memory`. */
const UNCUTTABLE_MS = 100;

type Answer = { kind: string; status: number; ms: number };
type Ask = () => Promise<Answer>;

export async function load(rounds: (n: number) => number): Promise<Outcome> {
  Object.assign(process.env, offline);
  const seconds = rounds(SECONDS);
  const photo = await largePhoto(2048, 1536);
  const worker = await within(120, 'building and starting the Worker', startBundledWorker());
  return closing(worker.close, async () => {
    const mix = createMix(worker.url, photo);
    for (let i = 0; i < 100; i++) await mix();
    const steady: (string | number)[][] = [];
    for (const clients of CLIENTS) {
      const { answers, took } = await closedLoop(mix, clients, seconds);
      steady.push([`${clients}`, ...summary(answers, took)]);
    }
    // What the cache answers costs the proxy in front of the Worker as much as the Worker: only work is sent too much of.
    const work = createMix(worker.url, photo, false);
    const { answers: done, took: workTook } = await closedLoop(work, 8, seconds);
    const able = done.filter(({ status }) => status === 200).length / workTook;
    const health: Answer[] = [];
    const ask = () => timed('health', new URL('/health', worker.url), {});
    const rate = OVERLOAD * able;
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
          `Under ${OVERLOAD} times the work that it can do (${rounded(rate)} requests/s sent for ${seconds} s)`,
        ),
        {
          title: 'Meanwhile',
          columns: ['', 'answers', 'p50 ms', 'p95 ms', 'p99 ms'],
          rows: [
            ['`/health`', health.length, ...percentiles(health)],
            ['429', busy.length, ...percentiles(busy)],
          ],
        },
      ],
      targets: [
        atMost('`/health` p99 under overload', 100 + UNCUTTABLE_MS, percentile(health, 0.99), 'ms'),
        atMost('429 p99 under overload', 100 + UNCUTTABLE_MS, percentile(busy, 0.99), 'ms'),
        atMost('answers of 500 and more, 503 apart', 0, broken.length, ''),
      ],
      notes: [
        'half of the requests of the first table are for pictures in the cache; of the others, each differs from all before: thumbnails of samples, uploads of a 3-megapixel photo, pixelations, and one in twenty a hybrid; the overload has no cached ones',
        `the client shares the machine’s two cores; it took ${rounded(took)} s to send and receive everything of the overload`,
      ],
      samples: {
        health: health.map(({ ms }) => ms),
        busy: busy.map(({ ms }) => ms),
        overload: answers.map(({ ms }) => ms),
      },
    };
  });
}

/** Requests in turn, the same order every time; those that no cache can answer differ in their size. */
function createMix(base: URL, photo: Uint8Array, cached = true): Ask {
  let n = 0;
  const get = (kind: string, path: string): Promise<Answer> => timed(kind, new URL(path, base), {});
  return () => {
    const i = n++;
    // Every width and height is asked for once in a run of a hundred thousand.
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

/** Clients that ask again as soon as they are answered. */
async function closedLoop(ask: Ask, clients: number, seconds: number): Promise<Run> {
  const answers: Answer[] = [];
  const began = performance.now();
  const client = async (): Promise<void> => {
    while (performance.now() - began < 1000 * seconds) answers.push(await ask());
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { answers, took: (performance.now() - began) / 1000 };
}

/** Requests at a fixed rate, whatever becomes of those before. */
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
