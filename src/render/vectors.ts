// Vectors of further images: read from where they are kept, or made and kept there.
import type { Codecs } from '../codecs/codec.ts';
import { vectorMs, vectorShrink } from '../cost/vector-cost.ts';
import { digestOf } from '../crypto.ts';
import { AppError } from '../errors.ts';
import { type VectorUse, vectorId } from '../plan/plan.ts';
import { fromImage } from '../tensor/picture/picture.ts';
import { type PaceOf, within } from '../timing.ts';
import { loadFile, type OpenFile } from './load.ts';
import { type RunPorts, readModel } from './run.ts';

/** Where vectors are kept. What it cannot give or take costs only the time to make a vector again. */
export type VectorStore = {
  /** Keys are up to 128 letters, digits and `-`. */
  get: (key: string) => Promise<Float32Array | undefined>;
  put: (key: string, vector: Float32Array) => Promise<void>;
};

export type VectorPorts = {
  /** Nothing is kept where it is left out. */
  vectors?: VectorStore;
  /** Told where the store fails. */
  log?: (entry: Record<string, unknown>) => void;
  /** Lets work go on that no answer waits for. */
  background?: (work: Promise<void>) => void;
};

/** A vector that is needed, and the key it is kept under. */
export type WantedVector = { use: VectorUse; key: string; vector: Float32Array | undefined };

/** A store that takes longer is not worth waiting for: making a vector takes hardly longer. */
const READ_MS = 250;
const WRITE_MS = 10_000;

/** Looks for vectors of these images, all at once; those that are not found have no `vector`. Never fails. */
export function findVectors(
  uses: readonly VectorUse[],
  images: ReadonlyMap<string, Uint8Array>,
  { vectors: store, log }: VectorPorts,
): Promise<WantedVector[]> {
  return Promise.all(
    uses.map(async (use) => {
      const key = `${use.vectors.name}-${await digestOf(images.get(use.text) as Uint8Array)}`;
      const vector = await quietly(
        async () => store && within({ ms: READ_MS }, store.get(key), () => undefined),
        log,
      );
      return { use, key, vector };
    }),
  );
}

/** Makes the vector of each image, one after the other, and keeps it. Throws `undecodable`, and what making it throws. */
export async function makeVectors(
  wanted: readonly (WantedVector & { file: OpenFile })[],
  ports: RunPorts & VectorPorts & { codecs: Codecs; paceOf: PaceOf },
): Promise<Map<string, Float32Array>> {
  const { codecs, paceOf, tensors, vectors: store, log, background } = ports;
  const made = new Map<string, Float32Array>();
  for (const { file, use, key } of wanted) {
    const ms = vectorMs({ file, use }, codecs);
    const shrink = vectorShrink({ file, use }, codecs);
    const { image } = await loadFile(file, shrink, { codecs, pace: paceOf(ms.decode) });
    await tensors?.prepare();
    try {
      const picture = fromImage(image);
      const vector = await use.vectors.of(picture, {
        model: readModel(ports),
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
