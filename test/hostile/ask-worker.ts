// A Worker that hostile clients ask, and what each of its answers must be like.
import { expect } from 'vitest';
import { paint } from '../helpers/files/pictures.ts';
import type { BundledWorker } from '../helpers/servers/bundled-worker.ts';
import { loadCodecs } from '../helpers/services/codec-modules.ts';
import { runtimePids } from './fuzz/try-file.ts';
import { type HostileServer, startHostileServer } from './hostile-server.ts';
import { processorMs } from './processor-time.ts';

export const MIB = 2 ** 20;
/** Most processor time for an answer, in milliseconds. */
const MAX_CPU_MS = 2000;
/** Longest time of an answer, in milliseconds, however busy the machine is. */
const PATIENCE_MS = 20_000;

/** Limits of the Worker: a timeout of sources that is long enough for a picture on a busy machine, and one mebibyte. */
export const limits = { SOURCE_TIMEOUT_MS: '1000', MAX_SOURCE_BYTES: String(MIB) };

/** The hostile server, which also serves one real photo. */
export async function startSource(): Promise<HostileServer> {
  const codecs = await loadCodecs();
  const photo = paint({ width: 96, height: 64 }, (x, y) => [x * 2, y * 3, (x * y) % 256]);
  return startHostileServer({ picture: await codecs.jpeg.encode(photo, { quality: 80 }) });
}

/** Milliseconds of processor time for all answers of this file's tests, in which requests at the same time count each other's. */
export const times: number[] = [];

export type Outcome = { status: number; code: string | null; body: Uint8Array };

/** Asks a Worker. The answer has to cost little, and an error has to be a documented one that tells nothing about the code. */
export async function ask(
  worker: BundledWorker,
  path: string,
  init: RequestInit = {},
): Promise<Outcome> {
  const pids = runtimePids();
  const before = processorMs(pids);
  const signal = AbortSignal.timeout(PATIENCE_MS);
  const response = await worker.fetch(path, { signal, ...init });
  const body = new Uint8Array(await response.arrayBuffer());
  const cpuMs = processorMs(pids) - before;
  times.push(cpuMs);
  const code = response.headers.get('x-error');
  if (code) {
    const problem = JSON.parse(new TextDecoder().decode(body)) as Record<string, unknown>;
    expect([problem.code, problem.status]).toEqual([code, response.status]);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(JSON.stringify(problem)).not.toMatch(/\bat \w+ \(|node_modules|tessera\.invalid/);
  }
  expect(cpuMs).toBeLessThan(MAX_CPU_MS);
  return { status: response.status, code, body };
}

/** A text as base64url, as it is in a path. */
export const base64 = (text: string): string => Buffer.from(text).toString('base64url');
