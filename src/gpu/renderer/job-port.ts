// What GPU-only steps see of the backend: they report, save and go on through here.
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import type { Checkpoint, JobPort, Progress } from '../../effects/job-port.ts';
import { AppError } from '../../errors.ts';
import type { GraphEngine } from '../../graph/engine.ts';
import type { Image } from '../../image.ts';
import type { JobLine } from '../../jobs/protocol.ts';
import { readSafetensors, writeSafetensors } from '../../models/safetensors.ts';
import type { Settings } from '../settings.ts';

/** Thrown through a job that is canceled. */
export const CANCELED = new AppError('internal', 'the job was canceled');

/** What the server process has asked for. */
export type Control = { canceled: boolean; saveSoon: boolean };

export type JobPortOptions = {
  engine: GraphEngine;
  settings: Settings;
  control: Control;
  folder: string;
  tell: (line: JobLine, file?: string) => void;
  resume: Resume | undefined;
};

/** An earlier attempt's state, and the seconds that it took. */
export type Resume = { checkpoint: Checkpoint; seconds: number };

const PROGRESS_MS = 250;
const FIRST_PREVIEW_MS = 1000;
const PREVIEW_EDGE = 512;

/** The port of one job, which begins now; `flush` tells the progress that was held back. */
export function createJobPort(options: JobPortOptions): { jobPort: JobPort; flush: () => void } {
  const { engine, settings, control, folder, tell, resume } = options;
  const began = performance.now();
  const last = {
    progress: Number.NEGATIVE_INFINITY,
    preview: began + FIRST_PREVIEW_MS - settings.GPU_PREVIEW_MS,
    checkpoint: began,
  };
  let held: Progress | undefined;
  let step = 0;
  let files = 0;
  let warned = false;

  const elapsed = (): number => (resume?.seconds ?? 0) + (performance.now() - began) / 1000;
  const flush = (): void => {
    if (!held) return;
    tell({ type: 'progress', ...held });
    held = undefined;
    last.progress = performance.now();
  };
  const store = async (name: string, bytes: Uint8Array) => {
    files += 1;
    return storeBlob(join(folder, `${name}-${files}`), bytes);
  };
  // What this backend would not take back is not worth saving.
  const fits = ({ length }: Uint8Array): boolean => {
    const limit = settings.GPU_MAX_CHECKPOINT_BYTES;
    if (length > limit && !warned) {
      warned = true;
      console.error(
        `GPU_MAX_CHECKPOINT_BYTES: expected checkpoints of at most ${limit} bytes, got ${length}; it is not saved`,
      );
    }
    return length <= limit;
  };

  const jobPort: JobPort = {
    engine,
    progress(progress) {
      held = progress;
      step = progress.step;
      if (performance.now() - last.progress >= PROGRESS_MS) flush();
    },
    due(what) {
      const since = performance.now() - last[what];
      if (what === 'preview') return since >= settings.GPU_PREVIEW_MS;
      return control.saveSoon || since >= settings.GPU_CHECKPOINT_MS;
    },
    async preview(image) {
      const { file, ...blob } = await store('preview', await encodePreview(image));
      last.preview = performance.now();
      flush();
      tell({ type: 'preview', step, mime: 'image/webp', ...blob }, file);
    },
    async checkpoint(state) {
      const bytes = writeCheckpoint(state, elapsed());
      if (fits(bytes)) {
        const { file, ...blob } = await store('checkpoint', bytes);
        flush();
        tell({ type: 'checkpoint', step: state.step, ...blob }, file);
      }
      last.checkpoint = performance.now();
      control.saveSoon = false;
    },
    resume: resume?.checkpoint,
    goOn() {
      if (control.canceled) throw CANCELED;
    },
    elapsed,
  };
  return { jobPort, flush };
}

/** Writes a blob so that it is there as a whole or not at all. */
export async function storeBlob(file: string, bytes: Uint8Array) {
  await writeFile(`${file}.part`, bytes);
  await rename(`${file}.part`, file);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { file, bytes: bytes.length, sha256 };
}

function encodePreview({ width, height, data }: Image): Promise<Buffer> {
  const { buffer, byteOffset, byteLength } = data;
  const pixels = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .resize(PREVIEW_EDGE, PREVIEW_EDGE, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 75 })
    .toBuffer();
}

function writeCheckpoint({ step, notes, tensors }: Checkpoint, seconds: number): Uint8Array {
  return writeSafetensors(tensors, {
    metadata: { step: String(step), seconds: String(seconds), notes: JSON.stringify(notes) },
  });
}

/** Reads a checkpoint's file. Throws RangeError or SyntaxError where it is none. */
export async function readCheckpoint(file: string): Promise<Resume> {
  const { tensors, metadata } = readSafetensors(await readFile(file));
  const [step, seconds] = [Number(metadata.step), Number(metadata.seconds)];
  if (!Number.isSafeInteger(step) || !(seconds >= 0)) {
    throw new RangeError('checkpoint: expected a step and seconds');
  }
  const notes = JSON.parse(metadata.notes ?? '{}') as Record<string, string>;
  return { checkpoint: { step, notes, tensors: Object.fromEntries(tensors) }, seconds };
}
