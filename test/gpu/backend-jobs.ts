// What the tests of the backend's HTTP interface share: a backend, and jobs for it.
import sharp from 'sharp';
import { afterAll, beforeAll } from 'vitest';
import { type BackendProcess, startBackend, type TestJob } from '../helpers/servers/gpu-backend.ts';

export const picture = async (red: number): Promise<Uint8Array> => {
  const create = {
    width: 64,
    height: 48,
    channels: 3 as const,
    background: { r: red, g: 80, b: 9 },
  };
  return new Uint8Array(await sharp({ create }).png().toBuffer());
};
export const blob = await picture(200);

/** A backend that runs during the tests of the file; call `backend()` in a test. */
export function runBackend(): () => BackendProcess {
  let backend: BackendProcess | undefined;
  beforeAll(async () => {
    backend = await startBackend({
      GPU_QUEUE: '1',
      GPU_HEARTBEAT_MS: '200',
      GPU_MAX_BLOB_BYTES: '100000',
      GPU_MAX_CHECKPOINT_BYTES: '200000',
      GPU_STALL_MS: '3000',
    });
    await backend.logged('device');
  });
  afterAll(() => backend?.stop());
  return () => backend!;
}

let jobs = 0;
export const shortJob = (more: Partial<TestJob> = {}): TestJob => {
  jobs += 1;
  const inputs = [{ name: 'image', blob }];
  return { id: `job-${jobs}`, plan: 'w=32/pixelate,block=4/f=png', inputs, ...more };
};
/** A job that takes minutes. */
export const longJob = (more: Partial<TestJob> = {}): TestJob => ({
  ...shortJob(),
  plan: 'hybrid,far=upload:far,mode=reference,steps=100000/f=png',
  inputs: [
    { name: 'image', blob },
    { name: 'upload:far', blob },
  ],
  ...more,
});
export const problemOf = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { code: string; message: string }),
});

/** A counter of the backend. */
export async function metric(backend: BackendProcess, name: string): Promise<number> {
  const text = await (await fetch(`${backend.url}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`tessera_gpu_${name} `));
  return Number(line?.split(' ')[1] ?? 0);
}
