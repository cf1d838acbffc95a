// Checks the choice of the output format against Accept headers of real and invented clients.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Negotiation,
  negotiate,
  preferences,
} from '../../../src/codecs/negotiate/negotiate.ts';

const all = { avif: true, webp: true, jpeg: true, png: true };
const noAvif = { webp: true, jpeg: true, png: true };

function choose(accept: string | null, overrides: Partial<Negotiation> = {}) {
  return negotiate({
    accept,
    requested: 'auto',
    transparent: false,
    available: noAvif,
    ...overrides,
  });
}

const chrome = 'image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8';
const firefox = 'image/avif,image/webp,image/png,image/svg+xml,image/*;q=0.8,*/*;q=0.5';
const oldSafari = 'image/png,image/svg+xml,image/*;q=0.8,video/*;q=0.8,*/*;q=0.5';

describe('negotiate', () => {
  it.each([
    ['Chrome', chrome, 'avif', 'webp', 'webp'],
    ['Firefox', firefox, 'avif', 'webp', 'webp'],
    ['Safari 13', oldSafari, 'jpeg', 'jpeg', 'png'],
    ['curl', '*/*', 'jpeg', 'jpeg', 'png'],
    ['no header', null, 'jpeg', 'jpeg', 'png'],
    ['an empty header', '', 'jpeg', 'jpeg', 'png'],
    ['a page', 'text/html', 'jpeg', 'jpeg', 'png'],
  ])('serves %s', (_, accept, withAvif, withoutAvif, transparent) => {
    expect(choose(accept, { available: all })).toBe(withAvif);
    expect(choose(accept)).toBe(withoutAvif);
    expect(choose(accept, { transparent: true })).toBe(transparent);
  });

  it.each([
    ['image/webp;q=0, */*', 'jpeg'],
    ['image/webp;q=0.000, image/*', 'jpeg'],
    ['image/webp;q=0.5, image/jpeg', 'jpeg'],
    ['image/webp;q=0.5, image/*;q=0.4', 'webp'],
    ['IMAGE/WebP ; Q=1', 'webp'],
    ['image/webp;v=1;q=0.9', 'webp'],
    ['image/webp, image/webp;q=0', 'jpeg'],
    ['image/jpeg;q=0, image/*', 'png'],
    ['image/jpeg;q=0, */*;q=0.1', 'png'],
    ['image/png', 'png'],
    ['image/*;q=0, */*', 'jpeg'],
    ['image/webp;q=2, image/jpeg', 'jpeg'],
    ['image/webp;q=, image/jpeg', 'jpeg'],
    ['image/webp;q=0.1234, image/jpeg', 'jpeg'],
    [',,;q=1,image/webp', 'webp'],
    ['image/webpx', 'jpeg'],
    ['image', 'jpeg'],
    ['*/webp', 'jpeg'],
  ])('reads weights and ranges: %s', (accept, expected) => {
    expect(choose(accept)).toBe(expected);
  });

  it('serves a transparent picture as JPEG only to clients that refuse PNG', () => {
    expect(choose('image/jpeg', { transparent: true })).toBe('jpeg');
    expect(choose('image/png;q=0.1, image/jpeg', { transparent: true })).toBe('png');
  });

  it('takes a requested format whatever Accept says', () => {
    expect(choose('image/webp;q=0', { requested: 'webp' })).toBe('webp');
    expect(choose(null, { requested: 'jpeg', transparent: true })).toBe('jpeg');
  });

  it('refuses a requested format that is not available, naming the parameter', () => {
    expect(() => choose(null, { requested: 'avif' })).toThrow(
      expect.objectContaining({
        code: 'bad_option',
        param: 'f',
        message: 'f: expected one of auto, webp, jpeg, png, got "avif"',
      }),
    );
  });

  it('leaves out formats that cannot hold the size', () => {
    expect(choose('image/webp', { size: { width: 1, height: 16383 } })).toBe('webp');
    expect(choose('image/webp', { size: { width: 1, height: 16384 } })).toBe('jpeg');
    expect(choose('image/webp', { size: { width: 65501, height: 1 } })).toBe('png');
  });

  const large = { width: 2000, height: 1500 };
  const smallOnly = (_: string, { width }: { width: number }) => width <= 500;

  it('leaves out AVIF and WebP if encoding them does not fit, and takes the next format', () => {
    const available = all;
    const notAvif = (format: string) => format !== 'avif';
    expect(choose(chrome, { available, size: large, fits: notAvif })).toBe('webp');
    expect(choose(chrome, { available, size: large, fits: () => false })).toBe('jpeg');
    expect(choose('image/avif', { available, size: large, fits: () => false })).toBe('jpeg');
    expect(choose(chrome, { available, size: large, fits: () => false, transparent: true })).toBe(
      'png',
    );
    const small = { width: 500, height: 300 };
    expect(choose(chrome, { available, size: small, fits: smallOnly })).toBe('avif');
  });

  it('takes a requested format whether it fits or not', () => {
    const requested = { requested: 'avif', available: all, fits: () => false } as const;
    expect(choose(null, { ...requested, size: large })).toBe('avif');
    expect(choose(null, requested)).toBe('avif');
  });

  const weight = fc.constantFrom('', ';q=0', ';q=0.3', ';q=0.8', ';q=1');
  const range = fc.constantFrom(
    'image/avif',
    'image/webp',
    'image/jpeg',
    'image/png',
    'image/*',
    '*/*',
    'text/html',
  );
  const header = fc
    .array(
      fc.tuple(range, weight).map((pair) => pair.join('')),
      { maxLength: 6 },
    )
    .map((elements) => elements.join(', '));

  it('never serves AVIF or WebP that the header does not name or refuses', () => {
    fc.assert(
      fc.property(header, fc.boolean(), (accept, transparent) => {
        const chosen = choose(accept, { transparent, available: all });
        if (chosen !== 'avif' && chosen !== 'webp') return true;
        const elements = accept.split(', ').filter((e) => e.startsWith(`image/${chosen}`));
        return elements.length > 0 && !elements.some((e) => e.endsWith(';q=0'));
      }),
    );
  });

  it('serves a refused format only if nothing is acceptable', () => {
    fc.assert(
      fc.property(header, fc.boolean(), (accept, transparent) => {
        const chosen = choose(accept, { transparent, available: all });
        const refused = accept.split(', ').includes(`image/${chosen};q=0`);
        const others = ['image/jpeg', 'image/png', 'image/webp', 'image/avif', 'image/*', '*/*'];
        const accepted = accept
          .split(', ')
          .filter((e) => others.includes(e) && !accept.includes(`${e};q=0`));
        const named = accepted.filter((e) => !e.includes('*'));
        return !refused || named.length === 0;
      }),
    );
  });

  it('answers with an available format for any header', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.boolean(), (accept, transparent) => {
        expect(choose(accept, { transparent })).toMatch(/^(webp|jpeg|png)$/);
      }),
    );
  });

  it('answers clients with equal preferences equally, for any size and any limits', () => {
    const size = fc.record({ width: fc.constantFrom(9, 20_000, 70_000), height: fc.constant(9) });
    const fitting = fc.subarray(['avif', 'webp']);
    const list = (accept: string, transparent: boolean) =>
      preferences({ accept, transparent, requested: 'auto', available: all }).join();
    fc.assert(
      fc.property(
        header,
        header,
        size,
        fitting,
        fc.boolean(),
        (one, two, size, fit, transparent) => {
          fc.pre(list(one, transparent) === list(two, transparent));
          const options = {
            available: all,
            transparent,
            size,
            fits: (f: string) => fit.includes(f),
          };
          expect(choose(one, options)).toBe(choose(two, options));
        },
      ),
    );
  });

  it('prefers the format that it answers without a size', () => {
    fc.assert(
      fc.property(header, fc.boolean(), (accept, transparent) => {
        const [first] = preferences({ accept, transparent, requested: 'auto', available: all });
        expect(choose(accept, { transparent, available: all })).toBe(first);
      }),
    );
  });

  it('does not ask about formats that are not accepted, nor without a size', () => {
    fc.assert(
      fc.property(header, fc.boolean(), (accept, sized) => {
        const asked: string[] = [];
        const fits = (format: string) => asked.push(format) < 0;
        choose(accept, { available: all, fits, ...(sized && { size: large }) });
        return asked.every((format) => sized && accept.includes(`image/${format}`));
      }),
    );
  });

  it('does not depend on the order of the elements', () => {
    fc.assert(
      fc.property(header, fc.boolean(), (accept, transparent) => {
        const reversed = accept.split(', ').reverse().join(', ');
        expect(choose(reversed, { transparent })).toBe(choose(accept, { transparent }));
      }),
    );
  });
});

describe('negotiate for an animation', () => {
  const available = { ...all, gif: true };

  it.each([
    ['Chrome', chrome, 'webp'],
    ['Firefox', firefox, 'webp'],
    ['an old Safari', oldSafari, 'gif'],
    ['a client that accepts everything', '*/*', 'gif'],
    ['no header', null, 'gif'],
    ['a client that refuses WebP', 'image/webp;q=0,image/*', 'gif'],
    ['a client that refuses everything', 'text/html', 'gif'],
  ])('gives a format that keeps its frames: %s', (_, accept, format) => {
    expect(choose(accept, { available, animated: true })).toBe(format);
  });

  it('takes a format that is requested by name', () => {
    expect(choose(null, { available, animated: true, requested: 'webp' })).toBe('webp');
    expect(choose(chrome, { available, animated: true, requested: 'png' })).toBe('png');
  });

  it('never gives GIF for a still picture, unless it is requested by name', () => {
    for (const transparent of [false, true]) {
      expect(choose('image/gif', { available, transparent })).toMatch(/^(jpeg|png)$/);
    }
    expect(choose(null, { available, requested: 'gif' })).toBe('gif');
  });
});
