import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readCheckpoint } from '../../../src/gpu/renderer/checkpoint-file.ts';
import {
  CANCELED,
  createJobPort,
  type JobPortOptions,
} from '../../../src/gpu/renderer/job-port.ts';
import { readSettings } from '../../../src/gpu/settings.ts';
import type { GraphEngine } from '../../../src/graph/engine.ts';
import type { JobLine } from '../../../src/jobs/protocol.ts';
import { sha256 } from '../../helpers/servers/gpu-backend.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tessera-test-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());

const engine: GraphEngine = {
  device: { kind: 'cpu', name: 'test' },
  compile: () => Promise.reject(new Error('expected no graph')),
};

function createPort(more: Partial<JobPortOptions> = {}) {
  const written: { line: JobLine; file: string | undefined }[] = [];
  const control = { canceled: false, saveSoon: false };
  const port = createJobPort({
    engine,
    control,
    folder,
    settings: readSettings({ GPU_PREVIEW_MS: '3000', GPU_CHECKPOINT_MS: '20000' }),
    write: (line, file) => written.push({ line, file }),
    resume: undefined,
    ...more,
  });
  return { ...port, written, control };
}

const at = (step: number) => ({ step, steps: 1000, losses: { total: 1 / step } });

describe('the port of GPU-only steps', () => {
  it('reports progress four times a second at most, and never loses the last report', () => {
    const { jobPort, flush, written } = createPort();
    for (let step = 1; step <= 1000; step++) {
      jobPort.progress(at(step));
      vi.advanceTimersByTime(10);
    }
    expect(written.length).toBeGreaterThan(35);
    expect(written.length).toBeLessThanOrEqual(41);
    flush();
    flush();
    expect(written.at(-1)?.line).toEqual({ type: 'progress', ...at(1000) });
    expect(written.length).toBeLessThanOrEqual(42);
  });

  it('has the first preview due soon, the next ones and checkpoints at their intervals', async () => {
    const { jobPort, control } = createPort();
    const due = () => [jobPort.due('preview'), jobPort.due('checkpoint')];
    const image = { width: 4, height: 4, data: new Uint8ClampedArray(64).fill(200) };
    expect(due()).toEqual([false, false]);
    vi.advanceTimersByTime(1000);
    expect(due()).toEqual([true, false]);
    await jobPort.preview(image);
    expect(due()).toEqual([false, false]);
    vi.advanceTimersByTime(3000);
    expect(due()).toEqual([true, false]);
    control.saveSoon = true;
    expect(jobPort.due('checkpoint')).toBe(true);
    await jobPort.checkpoint({ step: 1, notes: {}, tensors: {} });
    expect(jobPort.due('checkpoint')).toBe(false);
    vi.advanceTimersByTime(20_000);
    expect(jobPort.due('checkpoint')).toBe(true);
  });

  it('makes previews of at most 512 pixels, in their proportions', async () => {
    const { jobPort, written } = createPort();
    const data = new Uint8ClampedArray(4 * 1024 * 100).fill(255);
    jobPort.progress(at(7));
    await jobPort.preview({ width: 1024, height: 100, data });
    const { line, file } = written.at(-1) as { line: JobLine; file: string };
    const bytes = await readFile(file);
    expect(line).toEqual({
      type: 'preview',
      step: 7,
      mime: 'image/webp',
      bytes: bytes.length,
      sha256: sha256(bytes),
    });
    const { width, height, format } = await sharp(bytes).metadata();
    expect([width, height, format]).toEqual([512, 50, 'webp']);
  });

  it('gives a checkpoint back bit by bit, with the time that was spent', async () => {
    const { jobPort, written } = createPort();
    const data = new Float32Array([1 / 3, -0, 1e-42, Number.MAX_VALUE, 5]);
    const state = {
      step: 12,
      notes: { scale: '3', 'a b': 'ü"' },
      tensors: { x: { shape: [5], data } },
    };
    vi.advanceTimersByTime(2500);
    await jobPort.checkpoint(state);
    const resume = await readCheckpoint(written[0]?.file as string);
    expect(resume.checkpoint).toEqual(state);
    expect([...(resume.checkpoint.tensors.x?.data ?? [])].map((v) => Object.is(v, -0))).toEqual(
      [...data].map((v) => Object.is(v, -0)),
    );
    const next = createPort({ resume });
    vi.advanceTimersByTime(500);
    expect(next.jobPort.elapsed()).toBeCloseTo(3, 6);
    expect(next.jobPort.resume).toEqual(state);
  });

  it('does not save a checkpoint that could not be sent back, and says so once', async () => {
    const settings = readSettings({ GPU_MAX_CHECKPOINT_BYTES: '2000' });
    const { jobPort, written, control } = createPort({ settings });
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {});
    const state = (floats: number) => ({
      step: 1,
      notes: {},
      tensors: { x: { shape: [floats], data: new Float32Array(floats) } },
    });
    for (const floats of [1000, 100, 1000]) {
      control.saveSoon = true;
      await jobPort.checkpoint(state(floats));
      expect(jobPort.due('checkpoint')).toBe(false);
    }
    expect(written.map(({ line }) => line.type)).toEqual(['checkpoint']);
    expect((await readCheckpoint(written[0]?.file as string)).checkpoint).toEqual(state(100));
    expect(logged).toHaveBeenCalledTimes(1);
    expect(logged.mock.calls[0]?.[0]).toMatch(/^GPU_MAX_CHECKPOINT_BYTES: expected .* 2000 bytes/);
    logged.mockRestore();
  });

  it('stops a canceled job at its next step', () => {
    const { jobPort, control } = createPort();
    jobPort.throwIfCanceled();
    control.canceled = true;
    expect(() => jobPort.throwIfCanceled()).toThrow(CANCELED);
  });
});
