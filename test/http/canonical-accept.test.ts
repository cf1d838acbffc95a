import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { preferences } from '../../src/codecs/negotiate/negotiate.ts';
import { canonicalAccept } from '../../src/http/canonical-accept.ts';

const available = { avif: 1, webp: 1, jpeg: 1, png: 1 };
const auto = { f: 'auto', q: 85 } as const;
const range = fc
  .tuple(
    fc.constantFrom('*/*', 'image/*', 'image/avif', 'image/webp', 'image/jpeg', 'image/png', 'x/y'),
    fc.constantFrom('', ';q=0', ';q=0.2', ';q=0.5', ';q=0.900', ';q=1'),
  )
  .map(([type, q]) => type + q);
const header = fc.option(fc.array(range, { maxLength: 5 }).map((ranges) => ranges.join(', ')));

const lists = (accept: string | null) =>
  [false, true].map((transparent) =>
    preferences({ accept, requested: 'auto', transparent, available }),
  );

describe('the canonical Accept header', () => {
  it('negotiates like the one that was sent, and is its own canonical form', () => {
    fc.assert(
      fc.property(header, (accept) => {
        const canonical = canonicalAccept(auto, accept);
        expect(lists(canonical)).toEqual(lists(accept));
        expect(canonicalAccept(auto, canonical)).toBe(canonical);
      }),
    );
  });

  it('is the same for headers that differ only in spelling', () => {
    const forms = ['image/webp,*/*', 'image/webp;q=1.0, */*;q=1', 'IMAGE/WEBP , text/html, */*'];
    expect(new Set(forms.map((form) => canonicalAccept(auto, form))).size).toBe(1);
  });

  it('is null if the plan names the format', () => {
    for (const f of ['png', 'json', 'blurhash'] as const)
      expect(canonicalAccept({ f }, 'image/webp')).toBeNull();
  });
});
