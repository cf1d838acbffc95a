// The models of the Worker, read from its assets when they are first needed.
import manifest from '../../../models/manifest.json' with { type: 'json' };
import type { ReadModel } from '../../effects/effect.ts';
import {
  entryNamed,
  type Manifest,
  type ModelEntry,
  parseManifest,
} from '../../models/manifest.ts';
import { createModelStore, type ReadModelFile } from '../../models/store.ts';
import type { Models } from '../../render/renderer.ts';
import type { Assets } from '../cloudflare.ts';
import { createModelAssets } from './model-assets.ts';

/** How long the answer to `check` is reused, in milliseconds. A model that is installed meanwhile is found after that. */
const CHECK_AGE_MS = 2000;

/** Largest model that is kept in memory, in bytes of its files. Larger ones are read again for each use. */
const MAX_KEPT_BYTES = 2 ** 20;

/** The models among the assets. */
export const createEdgeModels = (assets: Assets, { now }: { now: () => number }): Models =>
  createReadModels({ manifest: parseManifest(manifest), read: createModelAssets(assets), now });

const isSmall = ({ files }: ModelEntry): boolean =>
  files.reduce((sum, { bytes }) => sum + bytes, 0) <= MAX_KEPT_BYTES;

type ReadModels = { manifest: Manifest; read: ReadModelFile; now: () => number };

/** Models over any way to read their files. */
export function createReadModels({ manifest, read, now }: ReadModels): Models {
  const loaded = new Map<string, Awaited<ReturnType<ReadModel>>>();
  const checked = new Map<string, { at: number; error: unknown }>();
  // Each read has a store of its own: in a Worker, no request can wait for I/O of another.
  const store = () => createModelStore({ manifest, read, lazy: true });
  return {
    async model(name) {
      const known = loaded.get(name);
      if (known) return known;
      const weights = await store().model(name);
      if (isSmall(entryNamed(manifest, name))) loaded.set(name, weights);
      return weights;
    },
    async check(name) {
      const known = checked.get(name);
      if (known && now() - known.at < CHECK_AGE_MS) {
        if (known.error) throw known.error;
        return;
      }
      const error = await store()
        .check(name)
        .then(
          () => undefined,
          (reason: unknown) => reason,
        );
      checked.set(name, { at: now(), error });
      if (error) throw error;
    },
  };
}
