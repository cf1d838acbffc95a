// Checks that each format's declaration is complete, and that nothing but the declarations names formats.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createCodecs, wasmFiles } from '../../src/codecs/create-codecs.ts';
import type { FormatDeclaration } from '../../src/codecs/format.ts';
import { formats, labelsOf, outputFormats } from '../../src/codecs/formats.ts';

const declarations: readonly FormatDeclaration[] = formats;

describe('the formats', () => {
  it('have names, labels, media types and extensions of their own', () => {
    for (const key of ['name', 'label', 'mime', 'extension'] as const) {
      expect(new Set(declarations.map((format) => format[key])).size).toBe(declarations.length);
    }
  });

  it.each(declarations)('can be recognised by a signature or a brand: $label', (format) => {
    const { signatures = [], brands = [] } = format;
    expect(signatures.length + brands.length).toBeGreaterThan(0);
    for (const signature of signatures) expect(signature.length).toBeGreaterThan(2);
    for (const brand of brands) expect(brand).toHaveLength(4);
  });

  it('include one opaque and one transparent format that every client reads', () => {
    const universal = declarations.filter(({ output }) => output?.universal);
    expect(universal.map(({ output }) => output?.alpha).sort()).toEqual([false, true]);
  });

  it('are listed in messages in alphabetical order', () => {
    expect(labelsOf(outputFormats, 'or')).toBe('AVIF, GIF, JPEG, PNG or WebP');
    expect(labelsOf(['webp', 'gif'], 'and')).toBe('GIF and WebP');
    expect(labelsOf(['gif'], 'or')).toBe('GIF');
  });

  it('need a module for each WASM file that they declare', () => {
    const names = Object.keys(wasmFiles);
    expect(names).toContain('jpeg-decoder');
    expect(() => createCodecs({})).toThrow(/expected a module avif-decoder, got none/);
  });

  it('are named by their declarations alone', () => {
    const src = fileURLToPath(new URL('../../src/', import.meta.url));
    // The GPU backend's renderer chooses formats of its own: those that libvips decodes, and that of previews. The page, and `picture` of
    // the client, write HTML in which browsers choose between formats; the client knows how people spell them.
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter(
      (file) =>
        file.endsWith('.ts') &&
        !/^(codecs\/\w+|gpu\/renderer|web)\/|generated|^client\/(picture|checks)\.ts/.test(file),
    );
    const naming = files.filter((file) =>
      /['"`](image\/)?(avif|webp|jpeg|gif)['"`]/.test(readFileSync(src + file, 'utf8')),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(naming).toEqual([]);
  });
});
