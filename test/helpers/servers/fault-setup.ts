// Set-up of all tests of faults: a model, and the picture of their job without any faults.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { installSeededModel } from '../nets/seeded-model.ts';
import { undisturbedPicture } from '../services/style-job.ts';
import { startBackend } from './gpu-backend.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Settings of the backends. */
    backendEnv: Record<string, string>;
    /** SHA-256 of the job's picture. */
    undisturbed: string;
  }
}

/** Runs before all tests of the project; the returned function runs after them. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'tessera-faults-'));
  const backendEnv = {
    GPU_MODELS: join(folder, 'models'),
    GPU_WORK_DIR: folder,
    GPU_CHECKPOINT_MS: '100',
    GPU_HEARTBEAT_MS: '500',
    GPU_DRAIN_MS: '300',
  };
  await installSeededModel(backendEnv.GPU_MODELS);
  const backend = await startBackend(backendEnv);
  try {
    project.provide('undisturbed', await undisturbedPicture(backend));
  } finally {
    await backend.stop();
  }
  project.provide('backendEnv', backendEnv);
  return () => rm(folder, { recursive: true, force: true });
}
