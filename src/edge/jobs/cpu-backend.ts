// The Durable Object of one container with a backend that renders on the processor (`Dockerfile.cpu`).
import { DurableObject } from 'cloudflare:workers';
import { readConfig } from '../../config.ts';
import { sleep } from '../../timing.ts';
import type { Env } from '../env.ts';
import { type ContainerBackend, createContainerBackend } from './container.ts';

export class CpuBackend extends DurableObject<Env> {
  readonly #backend: ContainerBackend;

  constructor(ctx: ConstructorParameters<typeof DurableObject>[0], env: Env) {
    super(ctx, env);
    const { container } = ctx;
    if (!container)
      throw new Error('CPU_BACKEND: expected [[containers]] for the class CpuBackend');
    const { GPU_SECRET, MAX_SOURCE_PIXELS, MAX_RESULT_PIXELS } = readConfig(env);
    this.#backend = createContainerBackend({
      container,
      env: {
        GPU_SECRET,
        MAX_SOURCE_PIXELS: String(MAX_SOURCE_PIXELS),
        MAX_RESULT_PIXELS: String(MAX_RESULT_PIXELS),
      },
      now: Date.now,
      sleep,
      wakeAfter: (ms) => ctx.storage.setAlarm(Date.now() + ms),
    });
  }

  fetch(request: Request) {
    return this.#backend.fetch(request);
  }
  alarm() {
    return this.#backend.rest();
  }
}
