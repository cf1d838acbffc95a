// Entry of a renderer process: renders one picture at a time for the command, and ends with it.

import { rmSync } from 'node:fs';
import { AppError } from '../errors.ts';
import type { GraphEngine } from '../graph/engine.ts';
import { systemCode } from '../node/system-error.ts';
import { failureOf } from './failure.ts';
import type { FromRenderer, RendererSettings, ToRenderer } from './messages.ts';
import { createRendering } from './rendering/rendering.ts';

const send = (message: FromRenderer): void => {
  process.send?.(message, undefined, undefined, () => {});
};

/** The file that is being written; it is deleted if the command ends. */
let unfinished: string | undefined;
process.on('disconnect', () => {
  if (unfinished !== undefined) rmSync(unfinished, { force: true });
  process.exit(0);
});
// The command decides when this process ends; a terminal sends its signals to both.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => {});

const settings = JSON.parse(process.argv[2]!) as RendererSettings;
const rendering = createRendering(settings, {
  engine: startEngine,
  onTry: (device) => send({ type: 'trying', device }),
});

process.on('message', async ({ task }: ToRenderer) => {
  unfinished = task.into;
  try {
    const render = await rendering;
    const made = await render(task, (share) => send({ type: 'progress', share }));
    send({ type: 'made', made });
  } catch (error) {
    send({ type: 'failed', failure: failureOf(error) });
  }
  unfinished = undefined;
});

/** Loads onnxruntime, which the package does not bring, when a step needs it. */
async function startEngine(onTry: (device: string) => void): Promise<GraphEngine> {
  try {
    const { chooseEngine } = await import('../node/engine/engine.ts');
    const choice = settings.device;
    const { engine } = await chooseEngine({ choice, threads: settings.threads, avoid: [], onTry });
    return engine;
  } catch (error) {
    if (systemCode(error) !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new AppError(
      'backend_unavailable',
      'this step needs the package onnxruntime-node beside this one: npm install onnxruntime-node',
    );
  }
}
