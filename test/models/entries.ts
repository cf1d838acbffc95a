// Two entries of a manifest for the tests of models.
import type { ModelEntry } from '../../src/models/manifest.ts';

export const entry: ModelEntry = {
  name: 'tiny',
  summary: 'A network of one value.',
  licence: 'MIT',
  origin: 'https://example.com/tiny',
  input: 'RGB, 0 to 1',
  files: [
    {
      mirrorPath: 'tiny/tiny.bin',
      url: 'https://example.com/tiny.bin',
      bytes: 4,
      digest: `sha256:${'0'.repeat(64)}`,
    },
  ],
  conversion: 'plain',
};
/** A model without a public address. */
export const mirrorOnly: ModelEntry = {
  ...entry,
  name: 'rare',
  files: [{ mirrorPath: 'rare/rare.bin', bytes: 4, digest: `md5:${'0'.repeat(32)}` }],
};
