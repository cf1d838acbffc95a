// Checks which formats are tried for an answer that keeps every pixel.
import { describe, expect, it } from 'vitest';
import { negotiateLossless } from '../../../src/codecs/negotiate/negotiate.ts';

const available = { avif: true, webp: true, jpeg: true, png: true };
const tried = (accept: string | null, more = {}) =>
  negotiateLossless({ accept, requested: 'auto', transparent: false, available, ...more });

describe('the formats of a lossless answer', () => {
  it.each([
    ['a browser', 'image/avif,image/webp,image/apng,*/*;q=0.8', ['webp', 'png']],
    ['a client that names no format', '*/*', ['png']],
    ['no header', null, ['png']],
    ['a client that prefers JPEG', 'image/jpeg,image/*;q=0.1', ['png']],
    ['a client that refuses PNG', 'image/webp,image/png;q=0', ['webp']],
    ['a client that refuses both', 'image/avif,image/png;q=0', ['png']],
    ['a page', 'text/html', ['png']],
  ])('for %s', (_, accept, formats) => {
    expect(tried(accept)).toEqual(formats);
  });

  it('is the one that the URL names', () => {
    expect(tried('image/png', { requested: 'webp' })).toEqual(['webp']);
    expect(tried('image/webp', { requested: 'png' })).toEqual(['png']);
  });

  it('leaves out WebP if it cannot hold the size, or takes too long', () => {
    const accept = 'image/webp,*/*';
    expect(tried(accept, { size: { width: 16_384, height: 4 } })).toEqual(['png']);
    const fits = (format: string) => format !== 'webp';
    expect(tried(accept, { size: { width: 64, height: 64 }, fits })).toEqual(['png']);
    expect(tried(accept, { fits })).toEqual(['webp', 'png']);
  });
});
