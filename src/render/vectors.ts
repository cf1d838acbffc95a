// Vectors of further images: read from a store, or made and stored.
import type { Codecs } from '../codecs/codec.ts';
import { vectorMs, vectorShrink } from '../cost/vector-cost.ts';
import { digestOf } from '../crypto.ts';
import { AppError } from '../errors.ts';
import { type VectorUse, vectorId } from '../plan/plan.ts';
import { type PaceOf, within } from '../timing.ts';
import { loadFile, type OpenFile } from './load.ts';
import { type RunPorts, readModel } from './run.ts';

/** A store of vectors. If it fails, a vector is made again, which only costs time. */
export type VectorStore = {
  /** Keys are up to 128 letters, digits and `-`. */
  get: (key: string) => Promise<Float32Array | undefined>;
  put: (key: string, vector: Float32Array) => Promise<void>;
};

export type VectorPorts = {
  /** The store; no vector is stored if left out. */
  vectors?: VectorStore;
  /** Logs failures of the store. */
  log?: (entry: Record<string, unknown>) => void;
  /** Takes work that may continue after the answer. */
  background?: (work: Promise<void>) => void;
};

/** A vector that is needed, and its key in the store. */
export type WantedVector = { use: VectorUse; key: string; vector: Float32Array | undefined };

/** Timeout of a read from the store, in milliseconds; making a vector takes hardly longer. */
const READ_TIMEOUT_MS = 250;
const WRITE_MS = 10_000;

/** Looks up vectors of these images, all at once; those that are not found have no `vector`. Never throws. */
export function findVectors(
  uses: readonly VectorUse[],
  images: ReadonlyMap<string, Uint8Array>,
  { vectors: store, log }: VectorPorts,
): Promise<WantedVector[]> {
  return Promise.all(
    uses.map(async (use) => {
      const key = `${use.vectors.name}-${await digestOf(images.get(use.text)!)}`;
      const vector = await quietly(
        async () => store && within({ ms: READ_TIMEOUT_MS }, store.get(key), () => undefined),
        log,
      );
      return { use, key, vector };
    }),
  );
}

/** Makes the vector of each image, one after the other, and stores it. Throws `undecodable`, and what making it throws. */
export async function makeVectors(
  wanted: readonly (WantedVector & { file: OpenFile })[],
  ports: RunPorts & VectorPorts & { codecs: Codecs; paceOf: PaceOf },
): Promise<Map<string, Float32Array>> {
  const { codecs, kernels, paceOf, tensors, vectors: store, log, background } = ports;
  const made = new Map<string, Float32Array>();
  for (const { file, use, key } of wanted) {
    const ms = vectorMs({ file, use }, codecs);
    const shrink = vectorShrink({ file, use }, codecs);
    const { image } = await loadFile(file, shrink, { codecs, pace: paceOf(ms.decode) });
    await tensors?.prepare();
    try {
      const vector = await use.vectors.of(image, {
        model: readModel(ports),
        kernels,
        pace: paceOf(ms.make),
      });
      made.set(vectorId(use), vector);
      const kept = quietly(
        async () => store && within({ ms: WRITE_MS }, store.put(key, vector), () => undefined),
        log,
      );
      background?.(kept);
    } catch (error) {
      if (!(error instanceof AppError)) tensors?.failed();
      throw error;
    }
  }
  return made;
}

async function quietly<T>(work: () => Promise<T>, log: VectorPorts['log']): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    log?.({ event: 'vector_store_failed', message: String(error) });
    return undefined;
  }
}
