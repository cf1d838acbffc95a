// Models of the Worker: read from its assets when they are first needed.
import manifest from '../../../models/manifest.json' with { type: 'json' };
import type { ReadModel } from '../../effects/effect.ts';
import type { Models } from '../../http/services.ts';
import {
  entryNamed,
  type Manifest,
  type ModelEntry,
  parseManifest,
} from '../../models/manifest.ts';
import { createModelStore, type ReadModelFile } from '../../models/store.ts';
import type { Assets } from '../cloudflare.ts';
import { createModelAssets } from './model-assets.ts';

/** For so long it is not looked again whether a model is installed: one that comes while the server runs is soon there. */
const KNOWN_MS = 2000;

/** Larger ones are read anew whenever they are used: an isolate's memory is short. */
const KEPT_BYTES = 2 ** 20;

/** Models among the assets. */
export const createEdgeModels = (assets: Assets, { now }: { now: () => number }): Models =>
  createReadModels({ manifest: parseManifest(manifest), read: createModelAssets(assets), now });

const isSmall = ({ files }: ModelEntry): boolean =>
  files.reduce((sum, { bytes }) => sum + bytes, 0) <= KEPT_BYTES;

type ReadModels = { manifest: Manifest; read: ReadModelFile; now: () => number };

/** The same over any way to read them. */
export function createReadModels({ manifest, read, now }: ReadModels): Models {
  const loaded = new Map<string, Awaited<ReturnType<ReadModel>>>();
  const checked = new Map<string, { at: number; error: unknown }>();
  // A store of its own for each reading: no request can wait for what another began.
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
      if (known && now() - known.at < KNOWN_MS) {
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
