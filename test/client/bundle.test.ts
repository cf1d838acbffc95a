import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

describe('the client, bundled for browsers', () => {
  it('contains no service code and no packages, and is small', async () => {
    const { metafile, outputFiles } = await build({
      entryPoints: ['src/client/index.ts'],
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'browser',
      metafile: true,
      write: false,
    });
    const own = /^src\/(?:client\/|(?:crypto|errors|signing|timing|url-text)\.ts$)/;
    expect(Object.keys(metafile.inputs).filter((path) => !own.test(path))).toEqual([]);
    const bytes = outputFiles.flatMap(({ contents }) => [...contents]);
    expect(gzipSync(Uint8Array.from(bytes)).length).toBeLessThan(6000);
  });
});
