// `node bench/gpu.ts [-- 256 512 1024]`: iterations on this machine's GPUs, beside PyTorch where it is, as a table with date and device.
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endAll } from './cleanup.ts';
import { markdown, median, rounded, type Table } from './report.ts';
import {
  type DeviceResult,
  iterationsTable,
  measureDevice,
  notesOf,
  VARIANTS,
} from './style-iterations.ts';

const SIDES = [256, 512, 1024];
const ROUNDS = 15;
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

/** PyTorch's numbers, or why there are none. */
async function measureTorch(sides: readonly number[]): Promise<TorchLine[] | string> {
  const script = join(import.meta.dirname, 'torch-vgg19.py');
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
    return /No module named .torch.|ENOENT/.test(message) ? 'not here' : message.slice(-300);
  }
}

/** The full network with five Gram losses only, which both compute; ratio against PyTorch in the same layout of numbers. */
function torchTable(lines: readonly TorchLine[], results: readonly DeviceResult[]): Table {
  const flopsOf = (side: number): number =>
    ours(results).find((one) => one.side === side)?.flops ?? Number.NaN;
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

const asked = process.argv.slice(2).map(Number).filter(Boolean);
const sides = asked.length > 0 ? asked : SIDES;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => void endAll().then(() => process.exit(130)));
}
const results: DeviceResult[] = [];
for (const device of ['webgpu', 'cuda'] as const) {
  const threads = availableParallelism();
  results.push(
    await measureDevice({ device, sides, variants: VARIANTS, threads, rounds: () => ROUNDS }),
  );
}
const lines = await measureTorch(sides);
const names = results.map(({ device, name }) => `${device}: ${name}`);
console.log(`Measured ${new Date().toISOString().slice(0, 10)}; ${names.join('; ')}\n`);
console.log(
  markdown({
    tables: [
      iterationsTable(results),
      ...(typeof lines === 'string' ? [] : [torchTable(lines, results)]),
    ],
    targets: [],
    notes: [
      ...notesOf(results),
      ...(typeof lines === 'string' ? [`PyTorch: ${lines}`] : []),
      'every iteration of ours sends the picture and reads the gradient back, as a job does',
    ],
    samples: {},
  }),
);
process.exit(0);
