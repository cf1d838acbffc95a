// `npm run soak`: ten minutes of valid and hostile requests to the bundled Worker, with clients that disconnect and a source server that
// restarts. It passes if every answer is right or a documented error, no status is 500, and the memory stays flat.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resident } from '../../bench/measure/resident.ts';
import { sleep } from '../../src/timing.ts';
import { startWorkerProcess } from '../../test/helpers/servers/worker-process.ts';
import { loadCodecs } from '../../test/helpers/services/codec-modules.ts';
import { makeCorpus, makeSound } from '../../test/hostile/corpus/corpus.ts';
import { createRandom } from '../../test/hostile/fuzz/mutate.ts';
import { corpusServed, metricsOf, runtimePids } from '../../test/hostile/fuzz/try-file.ts';
import { startHostileServer } from '../../test/hostile/hostile-server.ts';
import { readArguments } from '../command-line.ts';
import { fileCases, requestCases, type SoakCase, soundCases, sourceCases } from './cases.ts';
import { flatness } from './flatness.ts';
import { createTally } from './tally.ts';

const USAGE = `usage: npm run soak -- [options]
  --minutes <number>  how long (10)
  --seed <number>     of the order of requests (1)
  --clients <number>  at the same time (8)`;

const { values } = readArguments(USAGE, {
  options: {
    minutes: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    clients: { type: 'string', default: '8' },
  },
});
/** How much the median memory of the last quarter may exceed that of the second quarter, as a share. */
const MAX_GROWTH = 0.05;
const REQUEST_TIMEOUT_MS = 30_000;
const SAMPLE_MS = 1000;
/** How often the source server restarts, and how long it is down. */
const RESTART_EVERY_MS = 20_000;
const DOWN_MS = 1500;
/** One in this many requests is aborted by its client. */
const ABORT_ONE_IN = 12;
const MIB = 2 ** 20;

const seed = Number(values.seed);
const durationMs = 60_000 * Number(values.minutes);

// Make V8 collect garbage often and completely. With free memory it would delay collections for minutes, and garbage would look
// like a leak.
process.env.MINIFLARE_WORKERD_V8_FLAGS ??=
  '--single-threaded-gc --gc-global --max-semi-space-size=1';

const codecs = await loadCodecs();
const sound = await makeSound(codecs);
const corpus = await makeCorpus(codecs);
const files = new Map([
  ...corpusServed(corpus),
  ...Object.entries(sound).map(([name, bytes]) => [name, { bytes }] as const),
]);
const server = await startHostileServer({ picture: sound.jpeg, files });
const persist = await mkdtemp(join(tmpdir(), 'tessera-soak-'));
const worker = await startWorkerProcess(
  {
    ALLOWED_SOURCES: `${server.origin}/`,
    ALLOW_PRIVATE_SOURCES: 'true',
    SOURCE_TIMEOUT_MS: '2000',
    MAX_SOURCE_BYTES: String(4.5 * MIB),
    // Short, so that sources are read again and again.
    CACHE_MAX_AGE: '3',
    RATE_LIMIT: 'off',
  },
  { persist },
);
const tally = createTally();
const samples: number[] = [];

/** Sends one request. If the client leaves after `leaveAfter` milliseconds, any outcome is right. */
async function ask(one: SoakCase, leaveAfter?: number): Promise<void> {
  const began = performance.now();
  const signal = AbortSignal.timeout(leaveAfter ?? REQUEST_TIMEOUT_MS);
  let outcome: string;
  try {
    const response = await worker.fetch(one.path, { ...one.init, signal });
    const body = new Uint8Array(await response.arrayBuffer());
    outcome = one.judge({ status: response.status, headers: response.headers, body });
  } catch (error) {
    outcome = leaveAfter === undefined ? `WRONG: no answer, ${String(error)}` : 'client left';
  }
  tally.add(one.name, outcome, performance.now() - began);
  if (outcome.startsWith('WRONG')) console.log(`${one.path.slice(0, 120)}: ${outcome}`);
}

async function client(number: number, cases: readonly SoakCase[], until: number): Promise<void> {
  const random = createRandom(seed, 'client', number);
  const lots = cases.flatMap((one) => new Array<SoakCase>(one.weight).fill(one));
  while (performance.now() < until) {
    const one = lots[random(lots.length)] as SoakCase;
    await ask(one, random(ABORT_ONE_IN) === 0 ? random(300) : undefined);
  }
}

async function restartServer(until: number): Promise<void> {
  while (performance.now() + RESTART_EVERY_MS < until) {
    await sleep(RESTART_EVERY_MS);
    await server.stop();
    await sleep(DOWN_MS);
    await server.start();
  }
}

async function sample(until: number): Promise<void> {
  const pids = runtimePids();
  while (performance.now() < until) {
    await sleep(SAMPLE_MS);
    samples.push(resident(pids, 'VmRSS'));
  }
}

try {
  const cases = [
    ...soundCases(server.origin, sound),
    ...sourceCases(server.origin),
    ...fileCases(server.origin, corpus),
    ...requestCases(),
  ];
  // Each request once, alone: valid requests must give the same answer later.
  for (const one of cases) await ask(one);
  const until = performance.now() + durationMs;
  await Promise.all([
    ...Array.from({ length: Number(values.clients) }, (_, i) => client(i, cases, until)),
    restartServer(until),
    sample(until),
  ]);

  // Let requests that are running finish.
  await sleep(5000);
  const held = await metricsOf(worker, [
    'tessera_in_flight',
    'tessera_queue',
    'tessera_lost_total',
  ]);
  const { quarters, growth } = flatness(samples);
  const wrong = tally.wrong();
  console.log(`\n${tally.table()}\n`);
  console.log(`${tally.requests()} requests in ${values.minutes} minutes, seed ${seed}`);
  console.log(`in flight, queued and lost at the end: ${held.join(', ')}`);
  console.log(
    `memory by quarters: ${quarters.map((bytes) => `${(bytes / MIB).toFixed(0)} MiB`).join(', ')}; the last against the second: ${(100 * growth).toFixed(1)} %`,
  );
  console.log(wrong.length === 0 ? 'every answer right or a documented code' : wrong.join('\n'));
  const well = wrong.length === 0 && growth <= MAX_GROWTH && held.every((count) => count === 0);
  console.log(well ? 'soak: passed' : 'soak: failed');
  process.exitCode = well ? 0 : 1;
} finally {
  await worker.close();
  await server.close();
  await rm(persist, { recursive: true, force: true });
}
