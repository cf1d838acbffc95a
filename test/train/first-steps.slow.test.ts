// The first steps of the trainings that made the project's models, against their losses in the runs whose logs lie beside those models.
// They need the pictures and the teacher that the models were trained from, and are skipped without them.
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/errors.ts';
import { pixelartTask } from '../../src/train/pixelart/task.ts';
import { runTraining } from '../../src/train/run-training.ts';
import { slimTask } from '../../src/train/slim/task.ts';
import { styleTask } from '../../src/train/style/task.ts';
import type { Task, TaskOptions } from '../../src/train/task.ts';
import golden from '../golden/first-steps.json' with { type: 'json' };
import { smallWeights } from '../helpers/files/vgg19-files.ts';

const engine = { provider: 'cpu', threads: 1 } as const;
/** Steps over which the losses are means. */
const STEPS = 4;
const TOLERANCE = 0.05;
/** Losses below it are rounding errors of sums. */
const LEAST = 1e-3;

const data = fileURLToPath(new URL('../../../shared/images', import.meta.url));
const teacher = smallWeights();
const hasData = existsSync(join(data, 'photos')) && existsSync(join(data, 'paintings'));

const trainings: Record<keyof typeof golden, (options: TaskOptions) => Promise<Task>> = {
  pixelart: pixelartTask,
  slim: slimTask,
  style: styleTask,
};

async function model(name: string) {
  if (name === 'vgg19-small' && teacher) return teacher;
  throw new AppError('model_missing', `expected the model vgg19-small, got ${name}`);
}

/** The first line of a log: numbers by the names of their columns. */
function readLog(text: string): Record<string, number> {
  const [head, line] = text.split('\n');
  const values = line!.split(',').map(Number);
  return Object.fromEntries(head!.split(',').map((name, i) => [name, values[i]!]));
}

describe.skipIf(!hasData || !teacher)('the first steps of a training', () => {
  it.each(Object.entries(trainings))(
    'of %s have the losses that they had',
    async (training, make) => {
      const out = await mkdtemp(join(tmpdir(), 'first-steps-'));
      try {
        const task = await make({ data, seed: 1, engine, model, showBottleneck: false });
        await runTraining(task, {
          out,
          seed: 1,
          engine,
          steps: STEPS,
          minutes: Number.POSITIVE_INFINITY,
          logEvery: STEPS,
          sheetEvery: Number.POSITIVE_INFINITY,
          stop: new AbortController().signal,
          progress: { show: () => {}, end: () => {} },
        });
        const now = readLog(await readFile(join(out, 'log.csv'), 'utf8'));
        const before: Record<string, number> = golden[training as keyof typeof golden];
        expect(Object.keys(now)).toEqual(Object.keys(before));
        for (const [name, value] of Object.entries(before)) {
          const limit = TOLERANCE * Math.abs(value) + LEAST;
          const difference = Math.abs(now[name]! - value);
          expect(difference, `${name}: ${now[name]}, was ${value}`).toBeLessThan(limit);
        }
      } finally {
        await rm(out, { recursive: true });
      }
    },
  );
});
