// `node bench/gpu.ts [256 512 … webgpu cuda jobs torch]`: times iterations on this machine's GPUs, and PyTorch's if it is installed.
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fail, helpIfAsked } from '../scripts/command-line.ts';
import { endAll } from './measure/cleanup.ts';
import { markdown, median, rounded, type Table } from './measure/report.ts';
import {
  type DeviceResult,
  iterationsTable,
  measureDevice,
  notesOf,
  VARIANTS,
} from './style/iterations.ts';
import { jobsTable, type MeasuredJob, measureJobs } from './style/jobs.ts';

const SIDES = [256, 512, 1024];
const ROUNDS = 15;
const JOBS = [
  { side: 512, recipe: 'classic' },
  { side: 512, recipe: 'pyramid' },
  { side: 1024, recipe: 'pyramid' },
] as const;
const FLOPS_PER_PIXEL = 1.514e6;
const TORCH_MS = 600_000;

type TorchLine = {
  torch: string;
  device: string;
  mode: string;
  side: number;
  samples?: number[];
  peakBytes?: number;
  error?: string;
};

/** PyTorch's figures, or the reason why there are none. */
async function measureTorch(sides: readonly number[]): Promise<TorchLine[] | string> {
  const script = join(import.meta.dirname, 'style/torch-vgg19.py');
  try {
    const { stdout } = await promisify(execFile)('python3', [script, ...sides.map(String)], {
      timeout: TORCH_MS,
      maxBuffer: 2 ** 24,
    });
    return stdout
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line) as TorchLine);
  } catch (error) {
    const { message } = error as Error;
    return /No module named .torch.|ENOENT/.test(message) ? 'not installed' : message.slice(-300);
  }
}

/** Both compute the full network with five Gram losses. */
function torchTable(lines: readonly TorchLine[], results: readonly DeviceResult[]): Table {
  // Without a run of ours the operations are estimated from the size.
  const flopsOf = (side: number): number =>
    ours(results).find((one) => one.side === side)?.flops ?? FLOPS_PER_PIXEL * side ** 2;
  const row = (name: string, side: number, samples: readonly number[], peak: number) => {
    const ms = median(samples);
    const bytes = peak > 0 ? `${Math.round(peak / 1e6)} MB` : '';
    return [name, `${side}²`, rounded(ms), rounded(flopsOf(side) / ms / 1e9), bytes];
  };
  return {
    title: 'Full network, five Grams: ours beside PyTorch',
    columns: ['', 'picture', 'median ms', 'TFLOP/s', 'device memory'],
    rows: [
      ...ours(results).map(({ device, side, samples }) => row(`ours, ${device}`, side, samples, 0)),
      ...lines.map(({ torch, mode, side, samples, peakBytes, error }) =>
        samples
          ? row(`PyTorch ${torch}, ${mode}`, side, samples, peakBytes ?? 0)
          : [`PyTorch ${torch}, ${mode}`, `${side}²`, error ?? 'failed', '', ''],
      ),
    ],
  };
}

const ours = (results: readonly DeviceResult[]) =>
  results.flatMap(({ device, measured }) =>
    measured.filter(({ label }) => label === VARIANTS[0]?.label).map((one) => ({ device, ...one })),
  );

const PARTS = ['webgpu', 'cuda', 'jobs', 'torch'] as const;

const USAGE = `usage: node bench/gpu.ts [sizes in px] [parts: ${PARTS.join(', ')}]`;

helpIfAsked(USAGE);
const words = process.argv.slice(2);
const asked = words.map(Number).filter(Boolean);
const sides = asked.length > 0 ? asked : SIDES;
const parts = PARTS.filter((part) => words.includes(part));
const unknown = words.find((word) => !Number(word) && !(PARTS as readonly string[]).includes(word));
if (unknown !== undefined) {
  fail(`expected sizes or parts, got ${unknown}`, USAGE);
}
const has = (part: (typeof PARTS)[number]): boolean => parts.length === 0 || parts.includes(part);
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void endAll().then(() => process.exit(130)));
}

const threads = availableParallelism();
const results: DeviceResult[] = [];
const jobs: MeasuredJob[] = [];
for (const device of (['webgpu', 'cuda'] as const).filter(has)) {
  const rounds = () => ROUNDS;
  const result = await measureDevice({
    device,
    sides,
    variants: VARIANTS,
    threads,
    rounds,
    quick: false,
  });
  results.push(result);
  if (!has('jobs') || result.measured.length === 0) continue;
  for (const job of JOBS) {
    try {
      jobs.push(...(await measureJobs(threads, [{ device, weights: 'full', ...job }])));
    } catch (error) {
      console.error(`${device}, a job of ${job.side} px: ${(error as Error).message}`);
    }
  }
}
const lines = has('torch') ? await measureTorch(sides) : [];
const names = results.map(({ device, name }) => `${device}: ${name}`);
console.log(`Measured ${new Date().toISOString().slice(0, 10)}; ${names.join('; ')}\n`);
const torch = typeof lines === 'string' ? [] : lines;
console.log(
  markdown({
    tables: [
      iterationsTable(results),
      ...(jobs.length > 0 ? [jobsTable('Whole jobs, with the steps of the recipe', jobs)] : []),
      ...(torch.length > 0 ? [torchTable(torch, results)] : []),
    ],
    targets: [],
    notes: [
      ...notesOf(results),
      ...(typeof lines === 'string' ? [`PyTorch: ${lines}`] : []),
      'every iteration of ours sends the picture and reads the gradient back, as a job does',
    ],
  }),
);
process.exit(0);
