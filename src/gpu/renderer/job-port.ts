// What the backend offers to GPU-only steps: progress, previews, checkpoints, and when to stop.
import { join } from 'node:path';
import sharp from 'sharp';
import type { JobPort, Progress } from '../../effects/job-port.ts';
import { AppError } from '../../errors.ts';
import type { GraphEngine } from '../../graph/engine.ts';
import type { Image } from '../../image.ts';
import type { JobLine } from '../../jobs/protocol.ts';
import type { Settings } from '../settings.ts';
import { type Resume, writeCheckpoint } from './checkpoint-file.ts';
import { storeBlob } from './store-blob.ts';

/** Thrown by `throwIfCanceled` if the job is canceled. */
export const CANCELED = new AppError('internal', 'the job was canceled');

/** What the server process has asked for. */
export type Control = { canceled: boolean; saveSoon: boolean };

/** Writes a line of the job, with the path of the file that it announces. */
export type WriteLine = (line: JobLine, file?: string) => void;

export type JobPortOptions = {
  engine: GraphEngine;
  settings: Settings;
  control: Control;
  /** Where previews and checkpoints are written. */
  folder: string;
  write: WriteLine;
  resume: Resume | undefined;
};

/** Shortest time between two lines of progress, in milliseconds. */
const PROGRESS_MS = 250;

/** Time from the start of the job to its first preview, in milliseconds. */
const FIRST_PREVIEW_MS = 1000;

/** Longest edge of a preview, in pixels. */
const PREVIEW_EDGE = 512;

/** The port of a job that begins now. `flush` writes the last progress, which may not have been written yet. */
export function createJobPort(options: JobPortOptions): { jobPort: JobPort; flush: () => void } {
  const { engine, settings, control, folder, write, resume } = options;
  const began = performance.now();
  const last = {
    preview: began + FIRST_PREVIEW_MS - settings.GPU_PREVIEW_MS,
    checkpoint: began,
  };
  const progress = createProgressWriter(write);
  const fits = createSizeCheck(settings.GPU_MAX_CHECKPOINT_BYTES);
  const elapsed = (): number => (resume?.seconds ?? 0) + (performance.now() - began) / 1000;
  let files = 0;
  const store = async (name: string, bytes: Uint8Array) => {
    files += 1;
    return storeBlob(join(folder, `${name}-${files}`), bytes);
  };
  const jobPort: JobPort = {
    engine,
    progress: progress.report,
    due(what) {
      const since = performance.now() - last[what];
      if (what === 'preview') return since >= settings.GPU_PREVIEW_MS;
      return control.saveSoon || since >= settings.GPU_CHECKPOINT_MS;
    },
    async preview(image) {
      const { file, ...blob } = await store('preview', await encodePreview(image));
      last.preview = performance.now();
      progress.flush();
      write({ type: 'preview', step: progress.step(), mime: 'image/webp', ...blob }, file);
    },
    async checkpoint(state) {
      const bytes = writeCheckpoint(state, elapsed());
      if (fits(bytes)) {
        const { file, ...blob } = await store('checkpoint', bytes);
        progress.flush();
        write({ type: 'checkpoint', step: state.step, ...blob }, file);
      }
      last.checkpoint = performance.now();
      control.saveSoon = false;
    },
    resume: resume?.checkpoint,
    throwIfCanceled() {
      if (control.canceled) throw CANCELED;
    },
    elapsed,
  };
  return { jobPort, flush: progress.flush };
}

/** Writes progress at most every `PROGRESS_MS`; `flush` writes what was held back. */
function createProgressWriter(write: WriteLine) {
  let held: Progress | undefined;
  let step = 0;
  let writtenAt = Number.NEGATIVE_INFINITY;
  const flush = (): void => {
    if (!held) return;
    write({ type: 'progress', ...held });
    held = undefined;
    writtenAt = performance.now();
  };
  return {
    flush,
    step: () => step,
    report(progress: Progress): void {
      held = progress;
      step = progress.step;
      if (performance.now() - writtenAt >= PROGRESS_MS) flush();
    },
  };
}

/** Whether a checkpoint is small enough for this backend to accept it again. Logs the first that is not. */
function createSizeCheck(limit: number): (bytes: Uint8Array) => boolean {
  let logged = false;
  return ({ length }) => {
    if (length > limit && !logged) {
      logged = true;
      console.error(
        `GPU_MAX_CHECKPOINT_BYTES: expected checkpoints of at most ${limit} bytes, got ${length}; it is not saved`,
      );
    }
    return length <= limit;
  };
}

function encodePreview({ width, height, data }: Image): Promise<Buffer> {
  const { buffer, byteOffset, byteLength } = data;
  const pixels = Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);
  return sharp(pixels, { raw: { width, height, channels: 4 } })
    .resize(PREVIEW_EDGE, PREVIEW_EDGE, { fit: 'inside', withoutEnlargement: true })
    .webp({ quality: 75 })
    .toBuffer();
}
