// Learned pixel art inside workerd: with our kernels, with tf.js' own operations, and plain pixelation of the same cells, in one run.
// By CPU time where the system reports it, so that other work on the machine counts less.
import { readFile } from 'node:fs/promises';
import type { PixelartWay } from '../inside/pixelart.ts';
import type { Effort } from '../measure/effort.ts';
import { interleave } from '../measure/interleave.ts';
import { atMost, median, mediansTable, type Outcome, type Table } from '../measure/report.ts';
import { type Runtime, withRuntime } from '../measure/runtime.ts';
import { generated } from '../pictures/pictures.ts';

/** Cells of a picture of 512×512 pixels, and the target in milliseconds. */
const grids = [
  { cell: 8, cells: 64, limit: 60 },
  { cell: 4, cells: 128, limit: 200 },
];
const SIZE = { width: 512, height: 512 };

export async function pixelart({ rounds, first }: Effort): Promise<Outcome> {
  const { png } = await generated(SIZE);
  const weights = await readFile(new URL('../../models/pixelart.safetensors', import.meta.url));
  return withRuntime(async (runtime) => {
    await runtime.put('picture', png);
    await runtime.put('pixelart', new Uint8Array(weights));
    const tables: Table[] = [];
    const targets: Outcome['targets'] = [];
    const notes: string[] = [];
    for (const { cell, cells, limit } of first(1, grids)) {
      const found = await interleave(rounds(15), variants(runtime, cell));
      const title = `${cells}×${cells} cells of a picture of 512×512`;
      tables.push(mediansTable(title, 'ms of CPU', found, 'ours'));
      targets.push(atMost(`${cells}×${cells} cells`, limit, median(found.ours!), 'ms'));
      notes.push(await agreement(runtime, cell));
    }
    return { tables, targets, notes };
  });
}

function variants(runtime: Runtime, cell: number): Record<string, () => Promise<number>> {
  const one = (way: PixelartWay, plan: string, repeat: number) => async () => {
    const options = { way, plan, file: 'picture', repeat };
    const before = runtime.cpuMs();
    const { ms } = await runtime.measure<{ ms: number }>('pixelartSteps', options);
    const after = runtime.cpuMs();
    return before === undefined || after === undefined ? ms : (after - before) / repeat;
  };
  const plan = `pixelart,cell=${cell}`;
  return {
    ours: one('ours', plan, 3),
    'plain tf.js': one('plain', plan, 2),
    'ours, palette=none': one('ours', `${plan},palette=none`, 3),
    'pixelate with 24 colours': one('ours', `pixelate,block=${cell},palette=auto,colors=24`, 5),
  };
}

async function agreement(runtime: Runtime, cell: number): Promise<string> {
  const plan = `pixelart,cell=${cell},palette=none`;
  const { share, most } = await runtime.measure<{ share: number; most: number }>(
    'pixelartAgreement',
    { plan, file: 'picture' },
  );
  return `cell=${cell}, palette=none: ours differs from plain tf.js in ${(100 * share).toFixed(3)} % of the bytes, by ${most} levels at most`;
}
